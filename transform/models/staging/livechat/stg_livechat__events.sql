{%- set present = columns_of(source('livechat', 'events'), optional=true) -%}

select
    -- keys
    {{ source_column(present, 'thread_id', 'text') }} as thread_id,
    {{ source_column(present, 'event_id', 'text') }} as event_id,
    {{ source_column(present, 'chat_id', 'text') }} as chat_id,
    {{ source_column(present, 'author_id', 'text') }} as author_id,

    -- what it is
    {{ source_column(present, 'position', 'int') }} as event_number,
    {{ source_column(present, 'type', 'text') }} as event_type,
    {{ source_column(present, 'author_type', 'text') }} as author_type,
    coalesce({{ source_column(present, 'visibility', 'text') }}, 'all') as visibility,
    {{ source_column(present, 'text', 'text') }} as message_text,
    {{ source_column(present, 'system_message_type', 'text') }} as system_message_type,
    {{ source_column(present, 'form_type', 'text') }} as form_type,
    {{ source_column(present, 'properties', 'jsonb') }} as properties,
    {{ source_column(present, 'content', 'jsonb') }} as content,
    {{ source_column(present, 'deleted', 'boolean') }} as is_deleted,

    -- instants
    {{ source_column(present, 'created_at', 'timestamptz') }} as created_at,
    {{ loaded_at(present) }} as loaded_at

from {{ optional_rows(source('livechat', 'events'), present) }}
