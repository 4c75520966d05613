{{ fields_of_records(with_values=true) }}

select
    source_system,
    stream,
    column_name,
    row_count,
    populated_count,
    row_count - populated_count as empty_count,
    distinct_count,
    round(100.0 * populated_count / row_count, 2) as populated_percent,
    populated_count = row_count and distinct_count = row_count as is_unique
from fields
