select
    links.from_type,
    links.from_id,
    links.to_type,
    links.to_id,
    links.type_id,
    links.category,
    links.label
from {{ ref('stg_hubspot__associations') }} as links
inner join {{ ref('stg_hubspot__records') }} as near
    on links.from_type = near.record_type and links.from_id = near.record_id
inner join {{ ref('stg_hubspot__records') }} as far
    on links.to_type = far.record_type and links.to_id = far.record_id
where
    not links.is_deleted
    and not near.is_deleted
    and not far.is_deleted
