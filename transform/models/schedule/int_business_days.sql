{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    pre_hook="{{ emptied() }}"
) }}

with days as (

    select day::date as schedule_date
    from generate_series(
        timestamp '{{ var("calendar_starts") }}',
        ({{ as_of() }} at time zone 'UTC') + interval '{{ var("calendar_days_ahead") }} days',
        interval '1 day'
    ) as day

),

-- The stretches that belong to a day, as wall-clock times; they may run over midnight.
stretches as (

    select
        days.schedule_date + make_interval(mins => mod(windows.starts_minute, 1440)) as opens,
        days.schedule_date + make_interval(
            mins => mod(windows.starts_minute, 1440) + windows.length_minutes
        ) as closes
    from days
    inner join {{ ref('schedule_windows') }} as windows
        on
            windows.window_kind = 'business_hours'
            and extract(isodow from days.schedule_date) = windows.belongs_to_weekday
    left join {{ ref('schedule_holidays') }} as holidays on days.schedule_date = holidays.holiday_date
    where holidays.holiday_date is null

),

cut_at_midnight as (

    select
        opens::date as schedule_date,
        opens,
        least(closes, opens::date + interval '1 day') as closes
    from stretches
    union all
    select
        closes::date as schedule_date,
        closes::date::timestamp as opens,
        closes
    from stretches
    where closes > opens::date + interval '1 day'

),

-- Each end becomes an instant on its own, so the night of a clock change is as long as it was.
merged as (

    select
        schedule_date,
        unnest(range_agg(tstzrange(
            opens at time zone {{ zone('schedule_timezone') }},
            closes at time zone {{ zone('schedule_timezone') }}
        ))) as span
    from cut_at_midnight
    where opens at time zone {{ zone('schedule_timezone') }} < closes at time zone {{ zone('schedule_timezone') }}
    group by schedule_date

),

numbered as (

    select
        schedule_date,
        span,
        row_number() over (partition by schedule_date order by span) as span_number
    from merged

),

summed as (

    select
        schedule_date,
        {%- for number in range(1, most_business_windows() + 1) %}
        max(lower(span)) filter (where span_number = {{ number }}) as opens_{{ number }}_at,
        max(upper(span)) filter (where span_number = {{ number }}) as closes_{{ number }}_at,
        {%- endfor %}
        sum(extract(epoch from upper(span) - lower(span))) as business_seconds
    from numbered
    group by schedule_date

)

select
    days.schedule_date,
    {%- for number in range(1, most_business_windows() + 1) %}
    summed.opens_{{ number }}_at,
    summed.closes_{{ number }}_at,
    {%- endfor %}
    days.schedule_date in (select holiday_date from {{ ref('schedule_holidays') }}) as is_holiday,
    days.schedule_date - 1 in (select holiday_date from {{ ref('schedule_holidays') }}) as is_day_after_holiday,
    days.schedule_date + 1 in (select holiday_date from {{ ref('schedule_holidays') }}) as is_day_before_holiday,
    coalesce(summed.business_seconds, 0) as business_seconds,
    coalesce(sum(summed.business_seconds) over (
        order by days.schedule_date rows between unbounded preceding and 1 preceding
    ), 0) as business_seconds_before
from days
left join summed on days.schedule_date = summed.schedule_date
