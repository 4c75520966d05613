{{
    config(
        materialized='incremental',
        full_refresh=false,
        on_schema_change='append_new_columns',
        indexes=[{'columns': ['snapshot_id', 'owner_id']}],
        pre_hook="{{ make_room(of_snapshots_to_score()) }}",
    )
}}

select
    snapshot_id,
    owner_id,
    combined_stage,
    count(distinct company_id) as num_companies,
    sum(adjusted_score) as total_score,
    max(snapshot_timestamp) as snapshot_timestamp
from {{ ref('hs_pipeline_units_snapshot') }}
where {{ of_snapshots_to_score() }}
group by snapshot_id, owner_id, combined_stage
