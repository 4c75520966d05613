{{ config(severity='warn') }}
-- A day far from its weekday's counts: a feed that stopped, a backfill, or a day to look into.
select
    source_system,
    stream,
    record_count,
    expected_count
from {{ ref('volume_anomalies') }}
where is_anomaly and created_date = cast({{ wall_clock(as_of(), 'reporting_timezone') }} as date) - 1
