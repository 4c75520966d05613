{{ config(meta={'capability': ['S3-26', 'S3-67']}) }}
-- Every unit is a company of its snapshot (and an open deal of it), and the history adds up.
select units.snapshot_id, units.company_id::text as what
from {{ ref('hs_pipeline_units_snapshot') }} as units
left join {{ ref('hs_companies') }} as companies
    on units.snapshot_id = companies.snapshot_id and units.company_id = companies.company_id
left join {{ ref('hs_deals') }} as deals
    on units.snapshot_id = deals.snapshot_id and units.deal_id = deals.deal_id
where companies.company_id is null or (units.deal_id is not null and deals.deal_id is null)

union all

select coalesce(units.snapshot_id, history.snapshot_id), 'total score'
from (
    select snapshot_id, sum(adjusted_score) as score from {{ ref('hs_pipeline_units_snapshot') }} group by 1
) as units
full join (
    select snapshot_id, sum(total_score) as score from {{ ref('hs_pipeline_score_history') }} group by 1
) as history
    on units.snapshot_id = history.snapshot_id
where units.score is distinct from history.score
