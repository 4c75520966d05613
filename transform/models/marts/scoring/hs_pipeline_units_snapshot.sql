{{
    config(
        materialized='incremental',
        full_refresh=false,
        on_schema_change='append_new_columns',
        indexes=[{'columns': ['snapshot_id', 'company_id']}],
        pre_hook="{{ make_room(of_snapshots_to_score()) }}",
    )
}}

select
    snapshot_id,
    snapshot_timestamp,
    company_id,
    deal_id,
    owner_id,
    lifecycle_stage,
    lead_status,
    deal_stage,
    combined_stage,
    stage_level,
    adjusted_score,
    stage_source
from {{ ref('int_pipeline_units_scored') }}
where {{ of_snapshots_to_score() }}
