{%- set tickets = columns_of(source('hubspot', 'ticket')) -%}
{%- set companies = columns_of(source('hubspot', 'company'), optional=true) -%}

with tickets as (

    select
        {{ source_column(tickets, 'id', 'bigint') }} as ticket_id,
        {{ source_column(tickets, 'portal_id', 'bigint') }} as portal_id,
        {{ source_column(tickets, 'property_subject', 'text') }} as subject,
        {{ source_column(tickets, 'property_createdate', 'timestamptz') }} as created_at,
        coalesce(
            {{ source_column(tickets, 'property_hs_primary_company_id', 'bigint') }},
            {{ source_column(tickets, 'property_companyid_hs_sync', 'bigint') }}
        ) as company_id
    from {{ source('hubspot', 'ticket') }}
    where {{ source_column(tickets, '_fivetran_deleted', 'boolean') }} is not true

),

companies as (

    select
        {{ source_column(companies, 'id', 'bigint') }} as company_id,
        {{ source_column(companies, 'property_name', 'text') }} as company_name,
        {{ source_column(companies, 'property_domain', 'text') }} as company_domain,
        {{ source_column(companies, '_fivetran_deleted', 'boolean') }} is true as is_company_deleted
    from {{ optional_rows(source('hubspot', 'company'), companies) }}

)

select
    tickets.ticket_id,
    tickets.portal_id,
    tickets.subject,
    tickets.created_at,
    tickets.company_id,
    companies.company_name,
    companies.company_domain,
    companies.is_company_deleted
from tickets
left join companies on tickets.company_id = companies.company_id
