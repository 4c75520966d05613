{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    indexes=[{'columns': ['conversation_id']}], pre_hook="{{ without_changed() }}"
) }}

with turns as (

    select
        turns.conversation_id,
        min(turns.asked_at) as asked_at,
        min(least(turns.bot_at, turns.human_at)) filter (where turns.turn_number > 0) as replied_at,
        min(turns.bot_at) filter (where turns.turn_number > 0) as bot_at,
        min(turns.human_at) filter (where turns.turn_number > 0) as human_at,
        (array_agg(turns.human_name order by turns.turn_number) filter (
            where turns.turn_number > 0 and turns.human_at is not null
        ))[1] as human_name,
        sum(turns.customer_messages) as customer_messages,
        sum(turns.bot_messages) as bot_messages,
        sum(turns.human_messages) as human_messages,
        sum(turns.person_messages) as person_messages,
        max(turns.last_person_at) >= min(turns.bot_at) as is_person_after_bot,
        sum(turns.bot_messages + turns.human_messages + turns.other_messages) as team_messages,
        count(*) filter (where turns.turn_number > 0 and turns.replied_at is not null) as response_count,
        sum(turns.response_seconds) as total_wait_seconds
    from {{ ref('int_conversation_turns') }} as turns
    inner join {{ ref('int_changed_conversations') }} as changed
        on turns.conversation_id = changed.conversation_id
    group by turns.conversation_id

),

spans as (

    select
        spans.conversation_id,
        min(spans.closed_at) as first_resolved_at,
        count(*) - 1 as reopen_count,
        bool_or(spans.is_history_known) as is_history_known
    from {{ ref('int_conversation_spans') }} as spans
    inner join {{ ref('int_changed_conversations') }} as changed
        on spans.conversation_id = changed.conversation_id
    group by spans.conversation_id

),

-- A source's own figure goes before the one that its messages give.
joined as (

    select
        conversations.conversation_id,
        conversations.source_system,
        conversations.account,
        conversations.native_id,
        conversations.subject,
        conversations.channel,
        conversations.priority,
        conversations.agent_name,
        conversations.owner_name,
        conversations.human_agents,
        conversations.bot_name,
        conversations.is_open,
        conversations.is_deleted,
        conversations.is_spam,
        conversations.created_at,
        case
            when conversations.source_system = 'livechat' then conversations.resolved_at
            else spans.first_resolved_at
        end as first_resolved_at,
        conversations.resolved_at,
        {{ first_known('asked_at', 'customer_first_at') }},
        {{ first_known('replied_at', 'first_response_at') }},
        {{ first_known('bot_at', 'bot_response_at') }},
        {{ first_known('human_at', 'human_response_at') }},
        {{ first_known('human_name', 'first_responder_name') }},
        case
            when conversations.source_system <> 'livechat' and not spans.is_history_known then null
            when conversations.source_system <> 'livechat' then spans.reopen_count
        end as reopen_count,
        case when conversations.are_messages_known then coalesce(turns.customer_messages, 0) end
            as customer_message_count,
        case when conversations.are_messages_known then coalesce(turns.team_messages, 0) end as team_message_count,
        case when conversations.are_messages_known then coalesce(turns.bot_messages, 0) end as bot_messages,
        case when conversations.are_messages_known then coalesce(turns.human_messages, 0) end as human_messages,
        case when conversations.are_messages_known then coalesce(turns.response_count, 0) end as response_count,
        turns.total_wait_seconds,
        conversations.transfer_count,
        conversations.handed_over_at,
        conversations.human_after_handover_seconds,
        conversations.handle_seconds,
        conversations.is_missed,
        {{ gorgias_or('is_handed_over', 'turns.is_person_after_bot') }},
        {{ gorgias_or(
            'is_contained',
            'turns.bot_messages > 0 and turns.person_messages = 0 and conversations.resolved_at is not null'
        ) }},
        case
            when conversations.source_system <> 'gorgias' then conversations.handled_by
            when turns.bot_messages > 0 and turns.person_messages > 0 then 'bot_then_human'
            when turns.bot_messages > 0 then 'bot_only'
            when turns.person_messages > 0 then 'human_only'
            else 'unanswered'
        end as handled_by,
        conversations.csat_score,
        case when conversations.csat_score >= 4 then 'good' when conversations.csat_score <= 2 then 'bad' end as csat,
        conversations.rated_at,
        conversations.continued_as_ticket_id
    from {{ ref('int_conversations_united') }} as conversations
    left join turns on conversations.conversation_id = turns.conversation_id
    left join spans on conversations.conversation_id = spans.conversation_id

)

select
    joined.*,
    {{ seconds_between('joined.customer_first_at', 'joined.first_response_at') }} as first_response_seconds,
    {{ business_seconds('joined.customer_first_at', 'asked_day', 'joined.first_response_at', 'replied_day') }}
        as first_response_business_seconds,
    {{ seconds_between('joined.customer_first_at', 'joined.bot_response_at') }} as bot_response_seconds,
    {{ business_seconds('joined.customer_first_at', 'asked_day', 'joined.bot_response_at', 'bot_day') }}
        as bot_response_business_seconds,
    {{ seconds_between('joined.customer_first_at', 'joined.human_response_at') }} as human_response_seconds,
    {{ business_seconds('joined.customer_first_at', 'asked_day', 'joined.human_response_at', 'human_day') }}
        as human_response_business_seconds,
    {{ seconds_between('joined.created_at', 'joined.first_resolved_at') }} as first_resolution_seconds,
    {{ business_seconds('joined.created_at', 'created_day', 'joined.first_resolved_at', 'first_resolved_day') }}
        as first_resolution_business_seconds,
    {{ seconds_between('joined.created_at', 'joined.resolved_at') }} as full_resolution_seconds,
    {{ business_seconds('joined.created_at', 'created_day', 'joined.resolved_at', 'resolved_day') }}
        as full_resolution_business_seconds,
    case when joined.resolved_at is not null then joined.team_message_count = 1 end as is_one_touch,
    coalesce(minute.is_weekend, false) as is_weekend_conversation,
    {{ is_business_minute('minute', 'created_day') }} as is_created_during_business_hours,
    case
        when joined.created_at is not null and joined.agent_name is not null
            then not {{ is_on_shift('joined.agent_name', 'minute', 'created_day') }}
    end as is_off_shift,
    {{ removal_reason('joined') }} as removal_reason,
    changed.taken_at as measured_at,
    changed.definition
from joined
inner join {{ ref('int_changed_conversations') }} as changed on joined.conversation_id = changed.conversation_id
{{ join_schedule('joined.created_at', 'minute', 'created_day') }}
{{ join_business_day('joined.customer_first_at', 'asked_day') }}
{{ join_business_day('joined.first_response_at', 'replied_day') }}
{{ join_business_day('joined.bot_response_at', 'bot_day') }}
{{ join_business_day('joined.human_response_at', 'human_day') }}
{{ join_business_day('joined.first_resolved_at', 'first_resolved_day') }}
{{ join_business_day('joined.resolved_at', 'resolved_day') }}
