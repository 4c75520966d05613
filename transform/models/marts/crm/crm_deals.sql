select
    deals.deal_id,
    deals.deal_name,
    deals.amount,
    deals.deal_type,
    deals.pipeline_id,
    coalesce(pipelines.pipeline_label, deals.pipeline_id) as pipeline_label,
    deals.stage_id,
    coalesce(stages.stage_label, deals.stage_id) as stage_label,
    stages.is_closed,
    stages.is_won,
    deals.owner_id,
    coalesce(owners.owner_name, deals.owner_id::text) as owner_name,
    linked.company_id,
    deals.description,
    deals.division,
    deals.priority,
    deals.created_at,
    deals.closed_at,
    deals.last_modified_at,
    deals.synced_at
from {{ ref('stg_hubspot__deals') }} as deals
left join {{ ref('int_deals_linked') }} as linked
    on deals.deal_id = linked.deal_id
left join {{ ref('stg_hubspot__deal_pipelines') }} as pipelines
    on deals.pipeline_id = pipelines.pipeline_id
left join {{ ref('stg_hubspot__deal_pipeline_stages') }} as stages
    on deals.pipeline_id = stages.pipeline_id and deals.stage_id = stages.stage_id
left join {{ ref('stg_hubspot__owners') }} as owners
    on deals.owner_id = owners.owner_id
where not deals.is_deleted
