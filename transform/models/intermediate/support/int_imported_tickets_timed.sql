with imported as (

    select
        {{ trimmed('ticket_id') }} as ticket_id,
        {{ trimmed('create_date') }} as create_date,
        {{ trimmed('close_date') }} as close_date,
        {{ trimmed('first_agent_email_response_date') }} as first_agent_email_response_date,
        {{ trimmed('last_modified_date') }} as last_modified_date,
        {{ trimmed('subject') }} as subject,
        {{ trimmed('pipeline') }} as pipeline,
        {{ trimmed('pipeline_stage') }} as stage,
        {{ trimmed('case_owner') }} as owner_name,
        {{ trimmed('priority') }} as priority
    from {{ ref('imported_tickets') }}

)

select
    ticket_id,
    case when ticket_id ~ '^\d{1,18}$' then ticket_id::bigint end as hubspot_ticket_id,
    subject,
    pipeline,
    stage,
    owner_name,
    priority,
    {{ instant_of('create_date', 'source_timezone') }} as created_at,
    {{ instant_of('close_date', 'source_timezone') }} as closed_at,
    {{ instant_of('first_agent_email_response_date', 'source_timezone') }} as first_agent_reply_at,
    {{ instant_of('last_modified_date', 'source_timezone') }} as last_modified_at
from imported
