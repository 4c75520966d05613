with assignments as (

    select
        changed.conversation_id,
        users.agent_name,
        lag(users.agent_name) over (
            partition by changed.conversation_id order by events.created_at, events.event_id
        ) as agent_before
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_gorgias__events') }} as events
        on changed.account = events.account and changed.ticket_id = events.object_id
    inner join {{ ref('int_agent_accounts') }} as users
        on
            users.source_system = 'gorgias'
            and events.account = users.account
            and events.details ->> 'assignee_user_id' = users.native_id
    where
        changed.source_system = 'gorgias'
        and events.object_type = 'Ticket'
        and events.event_type = 'ticket-assigned'

),

transfers as (

    select
        conversation_id,
        count(*) filter (where agent_before <> agent_name) as transfer_count
    from assignments
    group by conversation_id

),

traced as (

    select distinct changed.conversation_id
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_gorgias__events') }} as events
        on changed.account = events.account and changed.ticket_id = events.object_id
    where changed.source_system = 'gorgias' and events.object_type = 'Ticket'

),

surveyed as (

    select distinct on (changed.conversation_id)
        changed.conversation_id,
        surveys.score,
        surveys.scored_at
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_gorgias__satisfaction_surveys') }} as surveys
        on changed.account = surveys.account and changed.ticket_id = surveys.ticket_id
    where changed.source_system = 'gorgias' and surveys.score is not null
    order by changed.conversation_id, surveys.scored_at desc nulls last, surveys.survey_id desc

)

select
    changed.conversation_id,
    'gorgias' as source_system,
    tickets.account,
    tickets.ticket_id::text as native_id,
    tickets.subject,
    tickets.channel,
    tickets.priority,
    users.agent_name,
    users.account_name as owner_name,
    tickets.created_at,
    tickets.closed_at as resolved_at,
    tickets.closed_at is null as is_open,
    coalesce(tickets.is_from_agent, false) as is_from_team,
    null::timestamptz as customer_first_at,
    null::timestamptz as first_response_at,
    null::timestamptz as bot_response_at,
    null::timestamptz as human_response_at,
    null::text as first_responder_name,
    true as are_messages_known,
    case when traced.conversation_id is not null then coalesce(transfers.transfer_count, 0) end as transfer_count,
    null::text as human_agents,
    null::text as bot_name,
    null::text as handled_by,
    null::timestamptz as handed_over_at,
    null::numeric(18, 6) as human_after_handover_seconds,
    null::boolean as is_handed_over,
    null::boolean as is_contained,
    null::boolean as is_missed,
    null::numeric(18, 6) as handle_seconds,
    surveyed.score as csat_score,
    surveyed.scored_at as rated_at,
    null::bigint as continued_as_ticket_id,
    tickets.is_deleted or tickets.trashed_at is not null as is_deleted,
    tickets.is_spam
from {{ ref('int_changed_conversations') }} as changed
inner join {{ ref('stg_gorgias__tickets') }} as tickets
    on changed.account = tickets.account and changed.ticket_id = tickets.ticket_id
left join {{ ref('int_agent_accounts') }} as users
    on
        users.source_system = 'gorgias'
        and tickets.account = users.account
        and tickets.assignee_id::text = users.native_id
left join surveyed on changed.conversation_id = surveyed.conversation_id
left join transfers on changed.conversation_id = transfers.conversation_id
left join traced on changed.conversation_id = traced.conversation_id
where changed.source_system = 'gorgias'
