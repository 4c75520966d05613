{%- set present = columns_of(source('gorgias', 'messages'), optional=true) -%}

select
    -- keys
    {{ source_column(present, 'account', 'text') }} as account,
    {{ source_column(present, 'id', 'bigint') }} as message_id,
    {{ source_column(present, 'ticket_id', 'bigint') }} as ticket_id,
    {{ source_column(present, 'sender_id', 'bigint') }} as sender_id,
    {{ source_column(present, 'rule_id', 'bigint') }} as rule_id,

    -- what it is
    {{ source_column(present, 'channel', 'text') }} as channel,
    {{ source_column(present, 'via', 'text') }} as via,
    {{ source_column(present, 'public', 'boolean') }} as is_public,
    {{ source_column(present, 'from_agent', 'boolean') }} as is_from_agent,

    -- instants
    {{ source_column(present, 'created_datetime', 'timestamptz') }} as created_at,
    {{ source_column(present, 'sent_datetime', 'timestamptz') }} as sent_at,
    {{ source_column(present, 'failed_datetime', 'timestamptz') }} as failed_at,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at,
    {{ loaded_at(present) }} as loaded_at

from {{ optional_rows(source('gorgias', 'messages'), present) }}
