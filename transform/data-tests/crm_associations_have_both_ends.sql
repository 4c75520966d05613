-- An association that is shown leads from a record that is shown to another.
with ends as (

    select from_type as record_type, from_id as record_id from {{ ref('crm_associations') }}
    union
    select to_type, to_id from {{ ref('crm_associations') }}

),

shown as (

    select 'contact' as record_type, contact_id as record_id from {{ ref('crm_contacts') }}
    union all
    select 'deal', deal_id from {{ ref('crm_deals') }}
    union all
    select 'appointment', appointment_id from {{ ref('crm_appointments') }}
    union all
    select '{{ var("division_table", "divisions") }}', division_id from {{ ref('crm_divisions') }}
    union all
    select 'company', company_id from {{ ref('stg_hubspot__companies') }} where not is_deleted
    union all
    select 'ticket', ticket_id from {{ ref('stg_hubspot__tickets') }} where not is_deleted

)

select ends.record_type, ends.record_id
from ends
left join shown
    on ends.record_type = shown.record_type and ends.record_id = shown.record_id
where shown.record_id is null and ends.record_type not in ('line_item', 'quote')
