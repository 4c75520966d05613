with owner_moves as (

    select
        changed.ticket_id,
        owners.agent_name,
        lag(owners.agent_name) over (partition by changed.ticket_id order by moves.changed_at) as agent_before
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_hubspot__ticket_property_history') }} as moves
        on changed.ticket_id = moves.ticket_id and moves.property_name = 'hubspot_owner_id'
    inner join {{ ref('int_agent_accounts') }} as owners
        on owners.source_system = 'hubspot' and moves.property_value = owners.native_id
    where changed.source_system = 'hubspot'

),

transfers as (

    select
        ticket_id,
        count(*) filter (where agent_before <> agent_name) as transfer_count
    from owner_moves
    group by ticket_id

),

known as (

    select
        changed.conversation_id,
        tickets.*,
        case when coalesce(tickets.is_closed, true) then tickets.closed_at end as resolved_at,
        case
            when not tickets.is_live_chat and tickets.first_agent_reply_at > tickets.created_at
                then tickets.first_agent_reply_at
        end as replied_at
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('int_tickets_measured') }} as tickets on changed.ticket_id = tickets.ticket_id
    where changed.source_system = 'hubspot'

)

select
    known.conversation_id,
    'hubspot' as source_system,
    known.portal_id::text as account,
    known.ticket_id::text as native_id,
    known.subject,
    known.pipeline_label as channel,
    known.priority,
    known.agent_name,
    known.owner_name,
    known.created_at,
    known.resolved_at,
    known.resolved_at is null and not coalesce(known.is_closed, false) as is_open,
    false as is_from_team,
    known.created_at as customer_first_at,
    known.replied_at as first_response_at,
    null::timestamptz as bot_response_at,
    known.replied_at as human_response_at,
    case when known.replied_at is not null then known.agent_name end as first_responder_name,
    {{ 'true' if columns_of(source('hubspot', 'ticket_engagement'), optional=true)
        and columns_of(source('hubspot', 'engagement_email'), optional=true) else 'false' }} as are_messages_known,
    case
        when exists (
            select 1 from {{ ref('stg_hubspot__ticket_property_history') }} as moves
            where moves.ticket_id = known.ticket_id
        ) then coalesce(transfers.transfer_count, 0)
    end as transfer_count,
    null::text as human_agents,
    null::text as bot_name,
    null::text as handled_by,
    null::timestamptz as handed_over_at,
    null::numeric(18, 6) as human_after_handover_seconds,
    null::boolean as is_handed_over,
    null::boolean as is_contained,
    null::boolean as is_missed,
    null::numeric(18, 6) as handle_seconds,
    null::int as csat_score,
    null::timestamptz as rated_at,
    null::bigint as continued_as_ticket_id,
    known.is_deleted,
    coalesce({{ is_listed('known.pipeline_label', var('spam_pipelines')) }}, false) as is_spam
from known
left join transfers on known.ticket_id = transfers.ticket_id
