{%- set companies = source('hubspot', 'company') -%}
{%- set present = columns_of(companies, optional=true) -%}

select
    {{ source_column(present, 'id', 'bigint') }} as company_id,
    {{ source_column(present, 'property_name', 'text') }} as company_name,
    {{ source_column(present, 'property_domain', 'text') }} as domain,
    {{ source_column(present, 'property_lifecyclestage', 'text') }} as lifecycle_stage,
    {{ source_column(present, 'property_hs_lead_status', 'text') }} as lead_status,
    {{ source_column(present, 'property_hubspot_owner_id', 'bigint') }} as owner_id,
    {{ source_column(present, 'property_type', 'text') }} as company_type,
    {%- for name in [
        'development_category', 'hiring_developers', 'inhouse_developers', 'proff_likviditetsgrad',
        'proff_link', 'proff_lonnsomhet', 'proff_soliditet',
    ] %}
    {{ source_column(present, 'property_' ~ name, 'text') }} as {{ name }},
    {%- endfor %}
    {{ source_column(present, 'property_createdate', 'timestamptz') }} as created_at,
    {{ source_column(present, 'property_hs_lastmodifieddate', 'timestamptz') }} as last_modified_at,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at
from {{ optional_rows(companies, present) }}
