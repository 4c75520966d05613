select
    contacts.contact_id,
    contacts.first_name,
    contacts.last_name,
    lower({{ trimmed('contacts.email') }}) as email,
    {{ dialled('contacts.phone') }} as phone,
    contacts.address,
    contacts.city,
    contacts.state,
    contacts.zip,
    contacts.lifecycle_stage,
    contacts.lead_status,
    contacts.owner_id,
    coalesce(owners.owner_name, contacts.owner_id::text) as owner_name,

    -- origin
    contacts.campaign_name,
    contacts.hs_google_click_id,
    contacts.original_lead_source,
    contacts.original_lead_source_created,
    contacts.division,
    contacts.marketsharp_id,
    contacts.adgroupid,
    contacts.ap_leadid,
    contacts.campaign_content,
    contacts.clickcheck,
    contacts.clicktype,
    contacts.comments,
    contacts.lead_salesrabbit_lead_id,
    contacts.msm_source,
    contacts.price,
    contacts.reference_code,
    contacts.search_terms,
    contacts.tier,
    contacts.trustedform_cert_url,
    contacts.vendorleadid,
    contacts.vertical,

    contacts.created_at,
    contacts.last_modified_at,
    contacts.synced_at
from {{ ref('stg_hubspot__contacts') }} as contacts
left join {{ ref('stg_hubspot__owners') }} as owners
    on contacts.owner_id = owners.owner_id
where not contacts.is_deleted
