with linked as (

    -- The primary company comes first, then the oldest; a deleted company is none.
    select
        links.from_id as deal_id,
        links.to_id as company_id,
        row_number() over (
            partition by links.from_id
            order by links.type_id = 5 and links.category = 'HUBSPOT_DEFINED' desc, links.to_id
        ) as place
    from {{ ref('stg_hubspot__associations') }} as links
    inner join {{ ref('stg_hubspot__companies') }} as companies
        on links.to_id = companies.company_id
    where
        links.from_type = 'deal'
        and links.to_type = 'company'
        and not links.is_deleted
        and not companies.is_deleted

)

select
    deals.deal_id,
    deals.deal_name,
    deals.stage_id,
    deals.deal_type,
    deals.amount,
    deals.owner_id,
    linked.company_id
from {{ ref('stg_hubspot__deals') }} as deals
left join linked
    on deals.deal_id = linked.deal_id and linked.place = 1
where not deals.is_deleted
