{%- set present = columns_of(source('livechat', 'agents'), optional=true) -%}

select
    {{ source_column(present, 'agent_id', 'text') }} as agent_id,
    {{ trimmed(source_column(present, 'name', 'text')) }} as agent_account_name,
    {{ source_column(present, 'role', 'text') }} as role_name,
    coalesce({{ source_column(present, 'suspended', 'boolean') }}, false) as is_suspended,
    coalesce({{ source_column(present, 'is_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at
from {{ optional_rows(source('livechat', 'agents'), present) }}
