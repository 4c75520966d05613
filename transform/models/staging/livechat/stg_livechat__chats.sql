{%- set present = columns_of(source('livechat', 'chats'), optional=true) -%}

select
    -- keys
    {{ source_column(present, 'thread_id', 'text') }} as thread_id,
    {{ source_column(present, 'chat_id', 'text') }} as chat_id,
    {{ source_column(present, 'customer_id', 'text') }} as customer_id,
    {{ source_column(present, 'previous_thread_id', 'text') }} as previous_thread_id,
    {{ source_column(present, 'next_thread_id', 'text') }} as next_thread_id,

    -- who and what
    {{ source_column(present, 'participants', 'jsonb') }} as participants,
    {{ source_column(present, 'tags', 'jsonb') }} as tags,
    {{ source_column(present, 'properties', 'jsonb') }} as properties,
    {{ source_column(present, 'has_bot', 'boolean') }} as has_bot,
    {{ source_column(present, 'has_human', 'boolean') }} as has_human,
    {{ source_column(present, 'restricted_access', 'text') }} is not null as is_restricted,

    -- rating
    {{ source_column(present, 'rating_score', 'int') }} as rating_score,
    {{ source_column(present, 'rating_comment', 'text') }} as rating_comment,
    {{ source_column(present, 'rated_at', 'timestamptz') }} as rated_at,

    -- instants and durations
    {{ source_column(present, 'created_at', 'timestamptz') }} as created_at,
    {{ source_column(present, 'ended_at', 'timestamptz') }} as ended_at,
    {{ source_column(present, 'queues_duration', 'int') }} as queue_seconds,
    {{ source_column(present, 'active', 'boolean') }} as is_active,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at,
    {{ source_column(present, '_sdc_deleted_at', 'timestamptz') }} is not null as is_deleted,
    {{ loaded_at(present) }} as loaded_at

from {{ optional_rows(source('livechat', 'chats'), present) }}
