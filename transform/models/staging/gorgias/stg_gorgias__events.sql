{%- set present = columns_of(source('gorgias', 'events'), optional=true) -%}

select
    {{ source_column(present, 'account', 'text') }} as account,
    {{ source_column(present, 'id', 'bigint') }} as event_id,
    {{ source_column(present, 'type', 'text') }} as event_type,
    {{ source_column(present, 'object_type', 'text') }} as object_type,
    {{ source_column(present, 'object_id', 'bigint') }} as object_id,
    {{ source_column(present, 'user_id', 'bigint') }} as user_id,
    {{ source_column(present, 'data', 'jsonb') }} as details,
    {{ source_column(present, 'created_datetime', 'timestamptz') }} as created_at,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at,
    {{ loaded_at(present) }} as loaded_at
from {{ optional_rows(source('gorgias', 'events'), present) }}
