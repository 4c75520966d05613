{%- set deals = source('hubspot', 'deal') -%}
{%- set present = columns_of(deals, optional=true) -%}

select
    {{ source_column(present, 'deal_id', 'bigint') }} as deal_id,
    {{ source_column(present, 'property_dealname', 'text') }} as deal_name,
    {{ source_column(present, 'deal_pipeline_id', 'text') }} as pipeline_id,
    {{ source_column(present, 'deal_pipeline_stage_id', 'text') }} as stage_id,
    {{ source_column(present, 'owner_id', 'bigint') }} as owner_id,
    {{ source_column(present, 'property_dealtype', 'text') }} as deal_type,
    {{ source_column(present, 'property_amount', 'numeric') }} as amount,
    {{ source_column(present, 'property_description', 'text') }} as description,
    {{ source_column(present, 'property_division', 'text') }} as division,
    coalesce(
        {{ source_column(present, 'property_priority', 'text') }},
        {{ source_column(present, 'property_hs_priority', 'text') }}
    ) as priority,
    {{ source_column(present, 'property_closedate', 'timestamptz') }} as closed_at,
    {{ source_column(present, 'property_createdate', 'timestamptz') }} as created_at,
    {{ source_column(present, 'property_hs_lastmodifieddate', 'timestamptz') }} as last_modified_at,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at
from {{ optional_rows(deals, present) }}
