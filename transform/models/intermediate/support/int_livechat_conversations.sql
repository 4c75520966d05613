with told as (

    select
        changed.conversation_id,
        changed.thread_id,
        min(events.created_at) filter (
            where events.system_message_type in ('chat_transferred', 'agent_added', 'agent_joined')
            or events.system_message_type like 'routing.assigned%'
        ) as handed_at,
        count(*) filter (where events.system_message_type = 'chat_transferred') as transfer_count,
        (array_agg(events.system_message_type order by events.event_number) filter (
            where events.system_message_type in (
                'manual_archived_agent', 'manual_archived_customer', 'archived_customer_disconnected',
                'system_archived', 'customer_banned'
            ) or events.system_message_type like 'routing.archived%'
        ))[1] as ending,
        max(
            case
                when events.content #>> '{content,hubspot_ticket_id}' ~ '^\d{1,18}$'
                    then (events.content #>> '{content,hubspot_ticket_id}')::bigint
            end
        ) filter (where events.event_type = 'custom') as continued_as_ticket_id
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_livechat__events') }} as events on changed.thread_id = events.thread_id
    group by changed.conversation_id, changed.thread_id

),

answered as (

    select
        changed.conversation_id,
        min(replies.created_at) filter (where replies.author_type = 'human') as first_human_at,
        count(*) filter (where replies.author_type = 'bot') as bot_messages,
        count(*) filter (where replies.author_type = 'human') as human_messages,
        string_agg(distinct replies.agent_name, ', ') filter (where replies.author_type = 'human') as human_agents,
        (array_agg(replies.agent_name order by replies.event_number desc) filter (
            where replies.author_type = 'human'
        ))[1] as agent_name,
        (array_agg(replies.author_name order by replies.event_number desc) filter (
            where replies.author_type = 'bot'
        ))[1] as bot_name,
        array_agg(replies.created_at) filter (where replies.author_type = 'human') as human_ats
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('int_chat_replies') }} as replies on changed.thread_id = replies.thread_id
    where replies.author_type <> 'customer'
    group by changed.conversation_id

),

joined as (

    select
        changed.conversation_id,
        chats.*,
        told.ending,
        told.transfer_count,
        told.continued_as_ticket_id,
        answered.first_human_at,
        answered.human_ats,
        answered.human_agents,
        answered.agent_name,
        answered.bot_name,
        coalesce(answered.bot_messages, 0) as bot_messages,
        coalesce(answered.human_messages, 0) as human_messages,
        case when chats.has_bot then coalesce(told.handed_at, answered.first_human_at) end as handed_over_at
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_livechat__chats') }} as chats on changed.thread_id = chats.thread_id
    left join told on changed.conversation_id = told.conversation_id
    left join answered on changed.conversation_id = answered.conversation_id

)

select
    conversation_id,
    'livechat' as source_system,
    null::text as account,
    thread_id as native_id,
    null::text as subject,
    'chat' as channel,
    null::text as priority,
    agent_name,
    agent_name as owner_name,
    created_at,
    ended_at as resolved_at,
    coalesce(is_active, false) as is_open,
    false as is_from_team,
    null::timestamptz as customer_first_at,
    null::timestamptz as first_response_at,
    null::timestamptz as bot_response_at,
    null::timestamptz as human_response_at,
    null::text as first_responder_name,
    not is_restricted as are_messages_known,
    case when not is_restricted then coalesce(transfer_count, 0) end as transfer_count,
    human_agents,
    bot_name,
    case
        when is_restricted then null
        when bot_messages > 0 and human_messages > 0 then 'bot_then_human'
        when bot_messages > 0 then 'bot_only'
        when human_messages > 0 then 'human_only'
        else 'unanswered'
    end as handled_by,
    handed_over_at,
    extract(
        epoch from (select min(said_at) from unnest(human_ats) as said_at where said_at >= handed_over_at)
        - handed_over_at
    )::numeric(18, 6) as human_after_handover_seconds,
    case when not is_restricted then handed_over_at is not null and human_messages > 0 end as is_handed_over,
    case when not is_restricted then bot_messages > 0 and handed_over_at is null end as is_contained,
    case
        when not is_restricted
            then
                bot_messages + human_messages = 0
                and not coalesce((properties -> 'routing' ->> 'offline_message')::boolean, false)
                and coalesce(ending in (
                    'routing.archived_inactive', 'routing.archived_offline', 'manual_archived_customer',
                    'archived_customer_disconnected'
                ), false)
    end as is_missed,
    {{ seconds_between('first_human_at', 'ended_at') }} as handle_seconds,
    case rating_score when 1 then 5 when 0 then 1 end as csat_score,
    rated_at,
    continued_as_ticket_id,
    is_deleted,
    false as is_spam
from joined
