select
    units.snapshot_id,
    units.lifecycle_stage,
    units.lead_status,
    units.deal_stage,
    units.combined_stage,
    count(distinct units.company_id) as num_companies,
    count(*) as num_units
from {{ ref('hs_pipeline_units_snapshot') }} as units
left join {{ ref('hs_stage_mapping') }} as mapping
    on units.combined_stage = mapping.combined_stage
where mapping.combined_stage is null
group by 1, 2, 3, 4, 5
