{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    pre_hook="{{ emptied() }}"
) }}

with covered as (

    select
        windows.window_kind,
        coalesce({{ folded('windows.agent_name') }}, '') as agent_key,
        mod(windows.starts_minute + passed, 10080) as minute_number,
        -- Which day it belongs to, as seen from the minute: an early start lies on the day before.
        case mod(
            windows.belongs_to_weekday - 1 - mod(windows.starts_minute + passed, 10080) / 1440 + 7, 7
        ) when 0 then 0 when 1 then 1 else -1 end as day_offset
    from {{ ref('schedule_windows') }} as windows
    cross join lateral generate_series(0, windows.length_minutes - 1) as passed

)

select
    minutes.minute_number,
    coalesce((
        select string_agg(distinct '<' || {{ folded('agent_name') }} || '>', '')
        from {{ ref('schedule_windows') }} where agent_name is not null
    ), '') as own_shift_agents,
    {%- for name, offset in {'yesterday': -1, 'today': 0, 'tomorrow': 1}.items() %}
    coalesce(
        bool_or(covered.window_kind = 'business_hours' and covered.day_offset = {{ offset }}), false
    ) as is_business_of_{{ name }},
    coalesce(string_agg(distinct '<' || covered.agent_key || '>', '') filter (
        where covered.window_kind = 'shift' and covered.day_offset = {{ offset }}
    ), '') as on_shift_of_{{ name }},
    {%- endfor %}
    coalesce(bool_or(covered.window_kind = 'weekend'), false) as is_weekend
from generate_series(0, 10079) as minutes (minute_number)
left join covered on minutes.minute_number = covered.minute_number
group by minutes.minute_number
