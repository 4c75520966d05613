with imported as (

    select
        ticket_id,
        {{ trimmed('create_date') }} as create_date,
        {{ trimmed('close_date') }} as close_date,
        {{ trimmed('first_agent_email_response_date') }} as first_agent_email_response_date
    from {{ ref('imported_tickets') }}

)

select
    ticket_id,
    {{ instant_of('create_date', 'source_timezone') }} as created_at,
    {{ instant_of('close_date', 'source_timezone') }} as closed_at,
    {{ instant_of('first_agent_email_response_date', 'source_timezone') }} as first_agent_reply_at
from imported
