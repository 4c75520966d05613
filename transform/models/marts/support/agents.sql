with named as (

    select
        agent_name,
        source_system,
        account,
        native_id,
        is_bot,
        is_active
    from {{ ref('int_agent_accounts') }}
    union all
    -- Those whom no list names any more.
    select
        agent_name,
        source_system,
        null as account,
        null as native_id,
        false as is_bot,
        false as is_active
    from {{ ref('int_conversations_measured') }}
    where agent_name is not null
    group by agent_name, source_system
    union all
    select
        responder_name as agent_name,
        source_system,
        null as account,
        null as native_id,
        responder_kind = 'bot' as is_bot,
        false as is_active
    from {{ ref('int_conversation_turns') }}
    where responder_name is not null
    group by responder_name, source_system, responder_kind

)

select
    agent_name,
    bool_or(is_bot) as is_bot,
    {{ is_listed('agent_name', var('agent_deny_list')) }} as is_manager,
    bool_or(is_active) as is_active,
    {%- for source in ['hubspot', 'livechat', 'gorgias'] %}
    string_agg(distinct concat_ws('/', account, native_id), ', ') filter (
        where source_system = '{{ source }}' and native_id is not null
    ) as {{ source }}_accounts,
    {%- endfor %}
    count(distinct source_system) as source_count
from named
group by agent_name
