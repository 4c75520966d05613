{#- HubSpot tells its own figures; the other tools' follow from what was said, unless the team began. -#}
{% macro first_known(said, name) -%}
    case
        when conversations.source_system = 'hubspot' then conversations.{{ name }}
        when not conversations.is_from_team then turns.{{ said }}
    end as {{ name }}
{%- endmacro %}


{#- A flag that the source tells itself, except in Gorgias, where it follows from the messages. -#}
{% macro gorgias_or(name, condition) -%}
    case
        when conversations.source_system = 'gorgias' then coalesce({{ condition }}, false)
        else conversations.{{ name }}
    end as {{ name }}
{%- endmacro %}


{#- Why a conversation does not count: the first rule that holds; null for those that count. -#}
{% macro removal_reason(conversation) -%}
    case
        when {{ conversation }}.is_deleted then 'deleted'
        when {{ conversation }}.is_spam then 'spam'
        when
            {{ is_listed(conversation ~ '.agent_name', var('agent_deny_list')) }}
            or {{ is_listed(conversation ~ '.owner_name', var('agent_deny_list')) }}
            then 'denied_agent'
        {%- if not var('keep_unassigned') %}
        when {{ conversation }}.agent_name is null and {{ conversation }}.source_system <> 'livechat' then 'unassigned'
        {%- endif %}
        {%- if var('agent_allow_list') %}
        when
            {{ conversation }}.agent_name is not null
            and not {{ is_listed(conversation ~ '.agent_name', var('agent_allow_list')) }}
            then 'not_on_allow_list'
        {%- endif %}
    end
{%- endmacro %}
