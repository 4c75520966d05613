{{ config(meta={'capability': ['S0-23']}) }}
-- Reading a local column back in its zone gives the instant it came from, or, in the hour that
-- autumn repeats, the same clock time later, by an hour at most.
{%- set walls = {'reporting': 'reporting_timezone', 'schedule': 'schedule_timezone', 'source': 'source_timezone'} %}
{%- for event in ['created_at', 'closed_at', 'first_agent_reply_at', 'last_modified_at'] %}
{%- set outer = loop %}
{%- for wall, zone_variable in walls.items() %}
select ticket_id, '{{ event }}_{{ wall }}' as column_name
from {{ ref('tickets') }}
where
    {{ event }}_{{ wall }} at time zone {{ zone(zone_variable) }}
    not between {{ event }} and {{ event }} + interval '1 hour'
    or ({{ event }} is null) <> ({{ event }}_{{ wall }} is null)
{{ 'union all' if not (outer.last and loop.last) }}
{%- endfor %}
{%- endfor %}
