{%- set present = columns_of(source('gorgias', 'users'), optional=true) -%}

select
    {{ source_column(present, 'account', 'text') }} as account,
    {{ source_column(present, 'id', 'bigint') }} as user_id,
    {{ trimmed(source_column(present, 'name', 'text')) }} as user_name,
    {{ trimmed(source_column(present, 'email', 'text')) }} as email,
    {{ source_column(present, 'role_name', 'text') }} as role_name,
    {{ source_column(present, 'active', 'boolean') }} as is_active,
    coalesce({{ source_column(present, 'is_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, 'created_datetime', 'timestamptz') }} as created_at,
    {{ source_column(present, 'deactivated_datetime', 'timestamptz') }} as deactivated_at,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at
from {{ optional_rows(source('gorgias', 'users'), present) }}
