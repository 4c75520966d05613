with reasons (removal_reason, rule_order, rule) as (

    values
    ('deleted', 1, 'archived, purged or merged away in HubSpot'),
    ('spam', 2, 'pipeline on spam_pipelines'),
    ('denied_agent', 3, 'agent on agent_deny_list'),
    ('unassigned', 4, 'no owner, and keep_unassigned is false'),
    ('not_on_allow_list', 5, 'agent_allow_list is not empty and the agent is not on it')

)

select
    reasons.removal_reason,
    reasons.rule_order,
    reasons.rule,
    count(tickets.ticket_id) as ticket_count
from reasons
left join {{ ref('int_tickets_measured') }} as tickets on reasons.removal_reason = tickets.removal_reason
group by reasons.removal_reason, reasons.rule_order, reasons.rule
