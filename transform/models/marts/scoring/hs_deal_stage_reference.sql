{{
    config(
        materialized='incremental',
        full_refresh=false,
        on_schema_change='append_new_columns',
        indexes=[{'columns': ['pipeline_id', 'stage_id'], 'unique': true}],
        pre_hook="{{ make_room('true' if var('snapshot_id', none) else 'false') }}",
    )
}}

select
    stages.pipeline_id,
    pipelines.pipeline_label,
    stages.stage_id,
    stages.stage_label,
    stages.is_closed,
    stages.probability,
    stages.display_order,
    now() as record_timestamp
from {{ ref('stg_hubspot__deal_pipeline_stages') }} as stages
left join {{ ref('stg_hubspot__deal_pipelines') }} as pipelines
    on stages.pipeline_id = pipelines.pipeline_id
where not stages.is_deleted and {{ snapshot_taken() }} is not null
