{%- set links = source('hubspot', 'ticket_engagement') -%}
{%- set present = columns_of(links, optional=true) -%}

select
    {{ source_column(present, 'ticket_id', 'bigint') }} as ticket_id,
    {{ source_column(present, 'engagement_id', 'bigint') }} as engagement_id,
    {{ source_column(present, 'type_id', 'bigint') }} as type_id,
    {{ source_column(present, 'category', 'text') }} as category,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at,
    {{ loaded_at(present) }} as loaded_at
from {{ optional_rows(links, present) }}
