with from_hubspot as (

    select
        *,
        'api' as record_source,
        null::text as imported_owner_name
    from {{ ref('stg_hubspot__tickets') }}

),

from_exports as (

    select
        *,
        'export' as record_source
    from {{ ref('int_imported_tickets_timed') }} as imported
    where
        hubspot_ticket_id is not null
        and not exists (
            select 1 from {{ ref('stg_hubspot__tickets') }} as known
            where known.ticket_id = imported.hubspot_ticket_id
        )

)

select * from from_hubspot
union all
select
    hubspot_ticket_id as ticket_id,
    null as portal_id,
    null as owner_id,
    null as created_by_user_id,
    pipeline as pipeline_id,
    stage as stage_id,
    subject,
    null as description,
    priority,
    null as category,
    null as source_type,
    null as all_owner_ids,
    created_at,
    closed_at,
    first_agent_reply_at,
    last_modified_at,
    null as synced_at,
    null as loaded_at,
    null as time_to_close_milliseconds,
    false as is_deleted,
    record_source,
    owner_name as imported_owner_name
from from_exports
