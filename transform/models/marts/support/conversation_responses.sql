select
    turns.conversation_id,
    turns.turn_number,
    turns.source_system,
    turns.asked_at,
    turns.replied_at,
    {{ wall_clock('turns.asked_at', 'reporting_timezone') }} as asked_at_reporting,
    {{ wall_clock('turns.replied_at', 'reporting_timezone') }} as replied_at_reporting,
    turns.response_seconds,
    turns.response_business_seconds,
    turns.responder_kind,
    turns.responder_name,
    turns.customer_messages as customer_message_count,
    turns.bot_messages + turns.human_messages as team_message_count,
    turns.turn_number = 1 as is_first_turn
from {{ ref('int_conversation_turns') }} as turns
inner join {{ ref('int_conversations_measured') }} as conversations
    on turns.conversation_id = conversations.conversation_id
where turns.turn_number > 0 and conversations.removal_reason is null
