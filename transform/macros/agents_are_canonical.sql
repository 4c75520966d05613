{#- A generic test: no alias is left where agent_aliases has another name for it. -#}
{% test agents_are_canonical(model, column_name) %}
select agents.{{ column_name }}
from {{ model }} as agents
inner join {{ ref('agent_aliases') }} as aliases
    on {{ folded('agents.' ~ column_name) }} = {{ folded('aliases.alias') }}
where agents.{{ column_name }} <> aliases.agent_name
{% endtest %}
