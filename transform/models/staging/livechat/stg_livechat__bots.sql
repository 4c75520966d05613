{%- set present = columns_of(source('livechat', 'bots'), optional=true) -%}

select
    {{ source_column(present, 'bot_id', 'text') }} as bot_id,
    {{ trimmed(source_column(present, 'name', 'text')) }} as bot_name,
    coalesce({{ source_column(present, 'is_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at
from {{ optional_rows(source('livechat', 'bots'), present) }}
