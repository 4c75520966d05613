with asked as (

    select
        events.thread_id,
        coalesce(
            min(replies.created_at) filter (where replies.author_type = 'customer'),
            min(events.created_at) filter (
                where events.event_type = 'filled_form' and events.form_type = 'prechat'
                and not coalesce(events.is_deleted, false)
            )
        ) as customer_first_at,
        min(events.created_at) filter (
            where events.system_message_type in ('chat_transferred', 'agent_added', 'agent_joined')
            or events.system_message_type like 'routing.assigned%'
        ) as handed_at,
        (array_agg(events.system_message_type order by events.event_number) filter (
            where events.system_message_type in (
                'manual_archived_agent', 'manual_archived_customer', 'archived_customer_disconnected',
                'system_archived', 'customer_banned'
            ) or events.system_message_type like 'routing.archived%'
        ))[1] as ending
    from {{ ref('stg_livechat__events') }} as events
    left join {{ ref('int_chat_replies') }} as replies
        on events.thread_id = replies.thread_id and events.event_id = replies.event_id
    group by events.thread_id

),

answered as (

    select
        replies.thread_id,
        min(replies.created_at) filter (where replies.created_at >= asked.customer_first_at) as first_response_at,
        min(replies.created_at) filter (
            where replies.author_type = 'bot' and replies.created_at >= asked.customer_first_at
        ) as bot_response_at,
        min(replies.created_at) filter (
            where replies.author_type = 'human' and replies.created_at >= asked.customer_first_at
        ) as human_response_at,
        min(replies.created_at) filter (where replies.author_type = 'human') as first_human_at,
        count(*) filter (where replies.author_type = 'bot') as bot_messages,
        count(*) filter (where replies.author_type = 'human') as human_messages,
        string_agg(distinct replies.agent_name, ', ') filter (where replies.author_type = 'human') as human_agents,
        (array_agg(replies.agent_name order by replies.event_number desc) filter (
            where replies.author_type = 'human'
        ))[1] as agent_name,
        (array_agg(replies.author_name order by replies.event_number desc) filter (
            where replies.author_type = 'bot'
        ))[1] as bot_name
    from {{ ref('int_chat_replies') }} as replies
    inner join asked on replies.thread_id = asked.thread_id
    where replies.author_type <> 'customer'
    group by replies.thread_id

),

joined as (

    select
        chats.*,
        asked.customer_first_at,
        asked.ending,
        answered.first_response_at,
        answered.bot_response_at,
        answered.human_response_at,
        answered.human_agents,
        answered.agent_name,
        answered.bot_name,
        coalesce(answered.bot_messages, 0) as bot_messages,
        coalesce(answered.human_messages, 0) as human_messages,
        case when chats.has_bot then coalesce(asked.handed_at, answered.first_human_at) end as handed_over_at
    from {{ ref('stg_livechat__chats') }} as chats
    left join asked on chats.thread_id = asked.thread_id
    left join answered on chats.thread_id = answered.thread_id

),

helped as (

    select
        joined.*,
        (
            select min(replies.created_at)
            from {{ ref('int_chat_replies') }} as replies
            where
                replies.thread_id = joined.thread_id
                and replies.author_type = 'human'
                and replies.created_at >= joined.handed_over_at
        ) as helped_at
    from joined

)

select
    helped.*,
    extract(epoch from first_response_at - customer_first_at) as first_response_seconds,
    extract(epoch from bot_response_at - customer_first_at) as bot_response_seconds,
    extract(epoch from human_response_at - customer_first_at) as human_response_seconds,
    extract(epoch from helped_at - handed_over_at) as human_after_handover_seconds,
    extract(epoch from ended_at - created_at) as duration_seconds,
    case
        when is_restricted then null
        when bot_messages > 0 and human_messages > 0 then 'bot_then_human'
        when bot_messages > 0 then 'bot_only'
        when human_messages > 0 then 'human_only'
        else 'unanswered'
    end as handled_by,
    handed_over_at is not null and human_messages > 0 as is_handed_over,
    bot_messages > 0 and handed_over_at is null as is_contained,
    case rating_score when 1 then 'good' when 0 then 'bad' end as csat,
    (
        bot_messages + human_messages = 0
        and not is_restricted
        and not coalesce((properties -> 'routing' ->> 'offline_message')::boolean, false)
        and coalesce(ending in (
            'routing.archived_inactive', 'routing.archived_offline', 'manual_archived_customer',
            'archived_customer_disconnected'
        ), false)
    ) as is_missed
from helped
