{%- set divisions = source('hubspot', 'division') -%}
{%- set present = columns_of(divisions, optional=true) -%}

select
    {{ source_column(present, 'id', 'bigint') }} as division_id,
    {{ source_column(present, 'property_division_name', 'text') }} as division_name,
    coalesce(
        {{ source_column(present, 'property_division_label', 'text') }},
        {{ source_column(present, 'property_label', 'text') }}
    ) as division_label,
    coalesce(
        {{ source_column(present, 'property_division_code', 'text') }},
        {{ source_column(present, 'property_code', 'text') }}
    ) as division_code,
    {{ source_column(present, 'property_hs_pipeline', 'text') }} as pipeline_id,
    {{ source_column(present, 'property_hs_pipeline_stage', 'text') }} as stage_id,
    {{ source_column(present, 'property_hubspot_owner_id', 'bigint') }} as owner_id,
    {%- for name in [
        'status', 'region', 'manager_name', 'manager_email', 'phone', 'address1', 'address2', 'city',
        'state', 'zip',
    ] %}
    {{ source_column(present, 'property_' ~ name, 'text') }} as {{ name }},
    {%- endfor %}
    {{ source_column(present, 'property_hs_createdate', 'timestamptz') }} as created_at,
    {{ source_column(present, 'property_hs_lastmodifieddate', 'timestamptz') }} as last_modified_at,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at
from {{ optional_rows(divisions, present) }}
