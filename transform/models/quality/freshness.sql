{%- set streams = raw_streams() | selectattr('synced') | list -%}
{%- set logs = loader_tables('_sync_log') -%}

with counted as (

    {%- for stream in streams %}
    select
        '{{ stream.source_system }}' as source_system,
        '{{ stream.stream }}' as stream,
        count(*) as row_count,
        count(*) filter (where {{ stream.is_live }}) as live_row_count,
        max({{ stream.synced }}) as last_row_at,
        count(*) filter (where {{ stream.synced }} > {{ as_of() }} - interval '1 day') as rows_synced_within_a_day
    from {{ stream.relation }} as raw
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not streams %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'row_count': 'bigint', 'live_row_count': 'bigint',
        'last_row_at': 'timestamptz', 'rows_synced_within_a_day': 'bigint',
    }) }}
    {%- endif %}

),

runs as (

    {%- for log in logs %}
    select
        '{{ log.source_system }}' as source_system,
        stream,
        max(finished_at) as last_run_at
    from {{ log.relation }}
    where status in ('success', 'partial') and finished_at <= {{ as_of() }}
    group by stream
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not logs %}
    {{ no_rows({'source_system': 'text', 'stream': 'text', 'last_run_at': 'timestamptz'}) }}
    {%- endif %}

),

schedules (source_system, interval_hours) as (

    values
    {%- for source_system, hours in var('sync_interval_hours').items() %}
    ('{{ source_system }}', cast({{ hours }} as numeric)){{ ',' if not loop.last }}
    {%- endfor %}

),

timed as (

    select
        counted.*,
        runs.last_run_at,
        greatest(counted.last_row_at, runs.last_run_at) as last_synced_at,
        schedules.interval_hours as expected_interval_hours
    from counted
    left join runs on counted.source_system = runs.source_system and counted.stream = runs.stream
    left join schedules on counted.source_system = schedules.source_system

),

aged as (

    select
        *,
        round(extract(epoch from {{ as_of() }} - last_synced_at)::numeric / 3600, 2) as hours_since_last_sync
    from timed

)

select
    source_system,
    stream,
    row_count,
    live_row_count,
    last_row_at,
    last_run_at,
    last_synced_at,
    rows_synced_within_a_day,
    hours_since_last_sync,
    expected_interval_hours,
    coalesce(hours_since_last_sync > 1.5 * expected_interval_hours, false) as is_late
from aged
