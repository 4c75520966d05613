{#- schedule.yml is this model's own config, so it is one file, checked and read by dbt itself. -#}
{%- set windows = schedule_windows(config.get('meta', {})) if execute else [] -%}

{%- for window in windows %}
select
    '{{ window.kind }}'::text as window_kind,
    {{ "'" ~ window.agent | replace("'", "''") ~ "'" if window.agent else 'null' }}::text as agent_name,
    {{ window.weekday if window.weekday else 'null' }}::int as belongs_to_weekday,
    {{ window.starts }}::int as starts_minute,
    {{ window.length }}::int as length_minutes
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- if not windows %}
select
    null::text as window_kind,
    null::text as agent_name,
    null::int as belongs_to_weekday,
    null::int as starts_minute,
    null::int as length_minutes
where false
{%- endif %}
