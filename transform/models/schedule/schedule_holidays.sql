{%- set holidays = schedule_holidays(schedule_settings()) -%}

{%- for holiday in holidays %}
select
    '{{ holiday.date }}'::date as holiday_date,
    '{{ holiday.name | replace("'", "''") }}'::text as holiday_name
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- if not holidays %}
select
    null::date as holiday_date,
    null::text as holiday_name
where false
{%- endif %}
