{%- set emails = source('hubspot', 'engagement_email') -%}
{%- set present = columns_of(emails, optional=true) -%}

select
    {{ source_column(present, 'engagement_id', 'bigint') }} as engagement_id,
    {{ source_column(present, 'property_hubspot_owner_id', 'bigint') }} as owner_id,
    {{ source_column(present, 'property_hs_email_direction', 'text') }} as email_direction,
    {{ source_column(present, 'property_hs_timestamp', 'timestamptz') }} as sent_at,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at,
    {{ loaded_at(present) }} as loaded_at
from {{ optional_rows(emails, present) }}
