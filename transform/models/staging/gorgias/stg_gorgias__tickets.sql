{%- set present = columns_of(source('gorgias', 'tickets'), optional=true) -%}

select
    -- keys
    {{ source_column(present, 'account', 'text') }} as account,
    {{ source_column(present, 'id', 'bigint') }} as ticket_id,
    {{ source_column(present, 'assignee_user_id', 'bigint') }} as assignee_id,
    {{ source_column(present, 'assignee_team_id', 'bigint') }} as team_id,
    {{ source_column(present, 'customer_id', 'bigint') }} as customer_id,

    -- text
    {{ source_column(present, 'subject', 'text') }} as subject,
    {{ source_column(present, 'channel', 'text') }} as channel,
    {{ source_column(present, 'status', 'text') }} as status,
    {{ source_column(present, 'priority', 'text') }} as priority,

    -- flags
    {{ source_column(present, 'from_agent', 'boolean') }} as is_from_agent,
    coalesce({{ source_column(present, 'spam', 'boolean') }}, false) as is_spam,
    (
        coalesce({{ source_column(present, 'is_deleted', 'boolean') }}, false)
        or {{ source_column(present, '_sdc_deleted_at', 'timestamptz') }} is not null
    ) as is_deleted,

    -- instants
    {{ source_column(present, 'created_datetime', 'timestamptz') }} as created_at,
    {{ source_column(present, 'closed_datetime', 'timestamptz') }} as closed_at,
    {{ source_column(present, 'snooze_datetime', 'timestamptz') }} as snoozed_until_at,
    {{ source_column(present, 'trashed_datetime', 'timestamptz') }} as trashed_at,
    {{ source_column(present, 'updated_datetime', 'timestamptz') }} as updated_at,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at,
    {{ loaded_at(present) }} as loaded_at

from {{ optional_rows(source('gorgias', 'tickets'), present) }}
