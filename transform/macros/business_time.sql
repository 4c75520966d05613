{#-
    Business seconds between two instants: the reading of a clock that runs in business hours only,
    at the end minus at the start. Each instant needs its row of int_business_days, joined on the
    date of the schedule's wall; without it, or where the end lies first, the answer is null.
-#}
{% macro business_seconds(starts_at, starts_day, ends_at, ends_day) -%}
    case
        when {{ ends_at }} >= {{ starts_at }}
            then {{ business_clock(ends_at, ends_day) }} - {{ business_clock(starts_at, starts_day) }}
    end::numeric(18, 6)
{%- endmacro %}


{#- What the clock shows: the business seconds of all days before, and those of the day so far. -#}
{% macro business_clock(instant, day) -%}
    ({{ day }}.business_seconds_before
    {%- for number in range(1, most_business_windows() + 1) %}
        + greatest(extract(epoch from
            least({{ instant }}, {{ day }}.closes_{{ number }}_at) - {{ day }}.opens_{{ number }}_at
        ), 0)
    {%- endfor %})
{%- endmacro %}


{#- Joins the row of int_business_days that an instant falls on. -#}
{% macro join_business_day(instant, day) -%}
    left join {{ ref('int_business_days') }} as {{ day }}
        on {{ wall_clock(instant, 'schedule_timezone') }}::date = {{ day }}.schedule_date
{%- endmacro %}


{#- Seconds between two instants; null where the end lies before the start. -#}
{% macro seconds_between(starts_at, ends_at) -%}
    case
        when {{ ends_at }} >= {{ starts_at }} then extract(epoch from {{ ends_at }} - {{ starts_at }})
    end::numeric(18, 6)
{%- endmacro %}


{#- A table that every run fills anew, in one transaction and without being dropped. -#}
{% macro emptied() -%}
    {%- if is_incremental() -%}delete from {{ this }}{%- endif -%}
{%- endmacro %}
