{#-
    What the schedule says of an instant, from its minute of the week (a row of int_schedule_minutes)
    and its day (a row of int_business_days). On a holiday nothing begins; what began before goes on.
-#}
{% macro is_business_minute(minute, day) -%}
    coalesce(
        ({{ minute }}.is_business_of_today and not {{ day }}.is_holiday)
        or ({{ minute }}.is_business_of_yesterday and not {{ day }}.is_day_after_holiday), false
    )
{%- endmacro %}


{#- Whether the agent's shift is on; agents without an entry have everyone else's shifts. -#}
{% macro is_on_shift(agent_name, minute, day) -%}
    {%- set own = "'<' || " ~ folded(agent_name) ~ " || '>'" -%}
    {%- set key = "case when strpos(" ~ minute ~ ".own_shift_agents, " ~ own ~ ") > 0 then " ~ own ~ " else '<>' end" -%}
    (
        coalesce(strpos({{ minute }}.on_shift_of_today, {{ key }}) > 0 and not {{ day }}.is_holiday, false)
        or coalesce(
            strpos({{ minute }}.on_shift_of_yesterday, {{ key }}) > 0 and not {{ day }}.is_day_after_holiday, false
        )
        or coalesce(
            strpos({{ minute }}.on_shift_of_tomorrow, {{ key }}) > 0 and not {{ day }}.is_day_before_holiday, false
        )
    )
{%- endmacro %}


{#- Joins the two rows that tell what the schedule says of an instant. -#}
{% macro join_schedule(instant, minute, day) -%}
    left join {{ ref('int_schedule_minutes') }} as {{ minute }}
        on {{ minute_of_week(wall_clock(instant, 'schedule_timezone')) }} = {{ minute }}.minute_number
    {{ join_business_day(instant, day) }}
{%- endmacro %}
