{%- set items = columns_of(source('hubspot', 'line_item'), optional=true) -%}
{%- set deals = columns_of(source('hubspot', 'deal'), optional=true) -%}

with items as (

    select
        {{ source_column(items, 'id', 'bigint') }} as line_item_id,
        {{ source_column(items, 'portal_id', 'bigint') }} as portal_id,
        {{ source_column(items, 'property_name', 'text') }} as line_item_name,
        {{ source_column(items, 'property_quantity', 'numeric') }} as quantity,
        {{ source_column(items, 'property_amount', 'numeric') }} as amount,
        {{ source_column(items, 'property_deal_id', 'bigint') }} as deal_id
    from {{ optional_rows(source('hubspot', 'line_item'), items) }}
    where {{ source_column(items, '_fivetran_deleted', 'boolean') }} is not true

),

deals as (

    select
        {{ source_column(deals, 'deal_id', 'bigint') }} as deal_id,
        {{ source_column(deals, 'property_dealname', 'text') }} as deal_name,
        {{ source_column(deals, '_fivetran_deleted', 'boolean') }} is true as is_deal_deleted
    from {{ optional_rows(source('hubspot', 'deal'), deals) }}

)

select
    items.line_item_id,
    items.portal_id,
    items.line_item_name,
    items.quantity,
    items.amount,
    items.deal_id,
    deals.deal_name,
    deals.is_deal_deleted
from items
left join deals on items.deal_id = deals.deal_id
