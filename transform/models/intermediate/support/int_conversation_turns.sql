{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    indexes=[{'columns': ['conversation_id']}], pre_hook="{{ without_changed() }}"
) }}

-- Turn 0 holds what the team said before the customer did, and what stops no clock.
-- The form before a chat speaks for the customer only where the customer wrote nothing.
with spoken as (

    select
        *,
        case when author_kind = 'customer' then 0 else 1 end as who_first,
        count(*) filter (where author_kind = 'customer' and not is_form)
            over (partition by conversation_id) as customer_messages_in_all
    from {{ ref('int_conversation_messages') }}

),

counted as (

    select
        *,
        author_kind = 'customer' and (lag(author_kind) over talk is distinct from 'customer') as begins_turn
    from spoken
    where is_reply and (not is_form or customer_messages_in_all = 0)
    window talk as (partition by conversation_id order by said_at, who_first, message_rank)

),

numbered as (

    select
        *,
        count(*) filter (where begins_turn) over (
            partition by conversation_id order by said_at, who_first, message_rank
        ) as turn_number
    from counted
    union all
    select
        *,
        false as begins_turn,
        0 as turn_number
    from spoken
    where not is_reply

),

turns as (

    select
        conversation_id,
        source_system,
        turn_number,
        min(said_at) filter (where author_kind = 'customer') as asked_at,
        min(said_at) filter (where author_kind <> 'customer' and is_reply) as replied_at,
        (array_agg(author_kind order by said_at, message_rank) filter (where author_kind <> 'customer' and is_reply))[1]
            as responder_kind,
        (array_agg(author_name order by said_at, message_rank) filter (where author_kind <> 'customer' and is_reply))[1]
            as responder_name,
        min(said_at) filter (where author_kind = 'bot' and is_reply) as bot_at,
        min(said_at) filter (where author_kind = 'human' and is_reply) as human_at,
        (array_agg(author_name order by said_at, message_rank) filter (where author_kind = 'human' and is_reply))[1]
            as human_name,
        count(*) filter (where author_kind = 'customer' and not is_form) as customer_messages,
        count(*) filter (where author_kind = 'bot' and is_reply) as bot_messages,
        count(*) filter (where author_kind = 'human' and is_reply) as human_messages,
        count(*) filter (where not is_reply) as other_messages,
        count(*) filter (where author_kind = 'human') as person_messages,
        max(said_at) filter (where author_kind = 'human') as last_person_at
    from numbered
    group by conversation_id, source_system, turn_number

)

select
    turns.*,
    {{ seconds_between('turns.asked_at', 'turns.replied_at') }} as response_seconds,
    {{ business_seconds('turns.asked_at', 'asked_day', 'turns.replied_at', 'replied_day') }}
        as response_business_seconds,
    changed.taken_at as measured_at
from turns
inner join {{ ref('int_changed_conversations') }} as changed on turns.conversation_id = changed.conversation_id
{{ join_business_day('turns.asked_at', 'asked_day') }}
{{ join_business_day('turns.replied_at', 'replied_day') }}
