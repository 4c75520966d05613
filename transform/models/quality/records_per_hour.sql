{%- set streams = raw_streams() | selectattr('synced') | list -%}

with hours as (

    select date_trunc('hour', {{ as_of() }}, 'UTC') - make_interval(hours => hours_ago) as hour_started_at
    from generate_series(0, 23) as hours_ago

),

streams as (

    {%- for stream in streams %}
    select
        '{{ stream.source_system }}' as source_system,
        '{{ stream.stream }}' as stream
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not streams %}
    {{ no_rows({'source_system': 'text', 'stream': 'text'}) }}
    {%- endif %}

),

moments as (

    {%- for stream in streams %}
    {%- for kind in ['created', 'synced'] if stream[kind] %}
    select
        '{{ stream.source_system }}' as source_system,
        '{{ stream.stream }}' as stream,
        '{{ kind }}' as kind,
        date_trunc('hour', {{ stream[kind] }}, 'UTC') as hour_started_at,
        count(*) as row_count
    from {{ stream.relation }} as raw
    where {{ stream[kind] }} >= date_trunc('hour', {{ as_of() }}, 'UTC') - interval '23 hours'
    group by date_trunc('hour', {{ stream[kind] }}, 'UTC')
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not streams %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'kind': 'text', 'hour_started_at': 'timestamptz',
        'row_count': 'bigint',
    }) }}
    {%- endif %}

)

select
    streams.source_system,
    streams.stream,
    hours.hour_started_at,
    {{ wall_clock('hours.hour_started_at', 'reporting_timezone') }} as hour_started_at_reporting,
    cast(coalesce(sum(moments.row_count) filter (where moments.kind = 'synced'), 0) as bigint) as records_synced,
    cast(coalesce(sum(moments.row_count) filter (where moments.kind = 'created'), 0) as bigint) as records_created
from streams
cross join hours
left join moments
    on
        streams.source_system = moments.source_system
        and streams.stream = moments.stream
        and hours.hour_started_at = moments.hour_started_at
group by streams.source_system, streams.stream, hours.hour_started_at
