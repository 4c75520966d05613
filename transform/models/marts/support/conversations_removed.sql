with rules (removal_reason, rule_order, rule) as (

    values
    ('deleted', 1, 'archived, purged, merged, removed, or in the trash'),
    ('spam', 2, 'the pipeline is one for spam, or the tool says spam'),
    ('denied_agent', 3, 'the agent or owner is on agent_deny_list'),
    ('unassigned', 4, 'nobody owns it, and keep_unassigned is false'),
    ('not_on_allow_list', 5, 'agent_allow_list is not empty and the agent is not on it')

),

sources (source_system) as (

    values ('hubspot'), ('livechat'), ('gorgias')

)

select
    sources.source_system,
    rules.removal_reason,
    rules.rule_order,
    rules.rule,
    count(conversations.conversation_id) as conversation_count
from sources
cross join rules
left join {{ ref('int_conversations_measured') }} as conversations
    on
        sources.source_system = conversations.source_system
        and rules.removal_reason = conversations.removal_reason
group by sources.source_system, rules.removal_reason, rules.rule_order, rules.rule
