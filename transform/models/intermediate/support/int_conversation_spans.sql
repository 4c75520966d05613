{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    indexes=[{'columns': ['conversation_id']}], pre_hook="{{ without_changed() }}"
) }}

-- The creation opens; a closing that only the conversation itself tells of closes all the same. A
-- chat that is over, though nothing tells since when, waits for nobody: it closes as it begins.
with moves as (

    select
        conversations.conversation_id,
        conversations.source_system,
        greatest(moves.moved_at, conversations.created_at) as moved_at,
        moves.is_closing,
        1 as kind_rank,
        moves.move_rank,
        true as is_traced
    from {{ ref('int_conversations_united') }} as conversations
    inner join {{ ref('int_conversation_moves') }} as moves
        on conversations.conversation_id = moves.conversation_id
    union all
    select
        conversation_id,
        source_system,
        created_at as moved_at,
        false as is_closing,
        0 as kind_rank,
        0 as move_rank,
        false as is_traced
    from {{ ref('int_conversations_united') }}
    union all
    select
        conversation_id,
        source_system,
        coalesce(greatest(resolved_at, created_at), created_at) as moved_at,
        true as is_closing,
        2 as kind_rank,
        0 as move_rank,
        false as is_traced
    from {{ ref('int_conversations_united') }}
    where resolved_at is not null or (source_system = 'livechat' and not is_open)

),

compared as (

    select
        *,
        lag(is_closing) over history as was_closing,
        bool_or(is_traced) over (partition by conversation_id) as is_history_known
    from moves
    window history as (partition by conversation_id order by moved_at, kind_rank, move_rank)

),

turned as (

    select
        *,
        row_number() over history as number_in_all,
        lead(moved_at) over history as turned_at
    from compared
    where is_closing is distinct from was_closing
    window history as (partition by conversation_id order by moved_at, kind_rank, move_rank)

)

select
    turned.conversation_id,
    turned.source_system,
    (turned.number_in_all + 1) / 2 as span_number,
    turned.moved_at as opened_at,
    turned.turned_at as closed_at,
    turned.is_history_known,
    changed.taken_at as measured_at
from turned
inner join {{ ref('int_changed_conversations') }} as changed
    on turned.conversation_id = changed.conversation_id
where not turned.is_closing
