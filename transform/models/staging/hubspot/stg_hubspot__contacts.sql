{%- set contacts = source('hubspot', 'contact') -%}
{%- set present = columns_of(contacts, optional=true) -%}

select
    {{ source_column(present, 'id', 'bigint') }} as contact_id,
    {{ source_column(present, 'property_firstname', 'text') }} as first_name,
    {{ source_column(present, 'property_lastname', 'text') }} as last_name,
    {{ source_column(present, 'property_hs_lead_status', 'text') }} as lead_status,
    {{ source_column(present, 'property_lifecyclestage', 'text') }} as lifecycle_stage,
    {{ source_column(present, 'property_hubspot_owner_id', 'bigint') }} as owner_id,
    {%- for name in [
        'email', 'phone', 'address', 'city', 'state', 'zip', 'campaign_name', 'hs_google_click_id',
        'original_lead_source', 'original_lead_source_created', 'division', 'marketsharp_id',
        'adgroupid', 'ap_leadid', 'campaign_content', 'clickcheck', 'clicktype', 'comments',
        'lead_salesrabbit_lead_id', 'msm_source', 'reference_code', 'search_terms', 'tier',
        'trustedform_cert_url', 'vendorleadid', 'vertical',
    ] %}
    {{ source_column(present, 'property_' ~ name, 'text') }} as {{ name }},
    {%- endfor %}
    {{ decimal_or_null(source_column(present, 'property_price', 'text')) }} as price,
    {{ source_column(present, 'property_createdate', 'timestamptz') }} as created_at,
    {{ source_column(present, 'property_lastmodifieddate', 'timestamptz') }} as last_modified_at,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at
from {{ optional_rows(contacts, present) }}
