{{ fields_of_records(with_values=false) }}

select
    source_system,
    stream,
    column_name,
    row_count,
    populated_count,
    round(100.0 * populated_count / row_count, 2) as populated_percent
from fields
