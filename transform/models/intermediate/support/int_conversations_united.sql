select * from {{ ref('int_hubspot_conversations') }}
union all
select * from {{ ref('int_livechat_conversations') }}
union all
select * from {{ ref('int_gorgias_conversations') }}
