{#- Whose, of which source, in which period: the day, Monday or first of the month on the wall. -#}
{% macro performance_keys(period, instant, agent, by_agent) -%}
    {%- if by_agent -%}{{ agent }} as agent_name,
        {% endif -%}
    source_system,
        date_trunc('{{ period }}', {{ wall_clock(instant, 'reporting_timezone') }})::date as period_start_date
{%- endmacro %}


{#- Rankings of agents know no managers and no bots. -#}
{% macro performance_rows(instant, agent, by_agent) -%}
    {{ instant }} is not null
    {%- if by_agent %}
        and {{ agent }} is not null
        and not {{ is_listed(agent, var('agent_deny_list')) }}
        and {{ agent }} not in (select agent_name from {{ ref('int_agent_accounts') }} where is_bot)
    {%- endif %}
{%- endmacro %}


{% macro spread_of(seconds, name) -%}
    percentile_cont(0.5) within group (order by {{ seconds }})::numeric(18, 3) as {{ name }}_median_seconds,
        avg({{ seconds }})::numeric(18, 3) as {{ name }}_average_seconds
{%- endmacro %}
