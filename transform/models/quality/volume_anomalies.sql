{%- set streams = raw_records() -%}
{%- set today = 'cast(' ~ wall_clock(as_of(), 'reporting_timezone') ~ ' as date)' -%}

with created as (

    {%- for stream in streams %}
    select
        '{{ stream.source_system }}' as source_system,
        '{{ stream.stream }}' as stream,
        cast({{ wall_clock(stream.created, 'reporting_timezone') }} as date) as created_date,
        count(*) as record_count
    from {{ stream.relation }} as raw
    where {{ stream.created }} > {{ as_of() }} - interval '12 weeks 2 days'
    group by cast({{ wall_clock(stream.created, 'reporting_timezone') }} as date)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not streams %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'created_date': 'date', 'record_count': 'bigint',
    }) }}
    {%- endif %}

),

first_days as (

    select
        source_system,
        stream,
        greatest(min(created_date), {{ today }} - 84) as first_date
    from created
    group by source_system, stream

),

days as (

    select
        first_days.source_system,
        first_days.stream,
        cast(day as date) as created_date,
        coalesce(created.record_count, 0) as record_count
    from first_days
    cross join lateral generate_series(first_days.first_date, {{ today }} - 1, interval '1 day') as day
    left join created
        on
            first_days.source_system = created.source_system
            and first_days.stream = created.stream
            and cast(day as date) = created.created_date

),

expected as (

    select
        days.source_system,
        days.stream,
        days.created_date,
        days.record_count,
        count(*) as weeks_compared,
        percentile_cont(0.5) within group (order by earlier.record_count) as median_count,
        array_agg(earlier.record_count) as earlier_counts
    from days
    inner join days as earlier
        on
            days.source_system = earlier.source_system
            and days.stream = earlier.stream
            and days.created_date - earlier.created_date in (7, 14, 21, 28, 35, 42, 49, 56)
    where days.created_date >= {{ today }} - 28
    group by days.source_system, days.stream, days.created_date, days.record_count

),

spread as (

    select
        *,
        greatest(
            1.4826 * (
                select percentile_cont(0.5) within group (order by abs(earlier_count - expected.median_count))
                from unnest(expected.earlier_counts) as earlier_count
            ),
            sqrt(median_count),
            1
        ) as usual_deviation
    from expected

)

select
    source_system,
    stream,
    created_date,
    record_count,
    cast(weeks_compared as int) as weeks_compared,
    round(cast(median_count as numeric), 1) as expected_count,
    round(cast(usual_deviation as numeric), 2) as usual_deviation,
    round(cast((record_count - median_count) / usual_deviation as numeric), 2) as deviations_from_expected,
    weeks_compared >= 4
    and abs(record_count - median_count) > {{ var('volume_anomaly_deviations') }} * usual_deviation as is_anomaly
from spread
