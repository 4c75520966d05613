{{
    config(
        materialized='incremental',
        full_refresh=false,
        on_schema_change='append_new_columns',
        indexes=[{'columns': ['snapshot_id', 'company_id'], 'unique': true}],
        pre_hook="{{ make_room(of_snapshot_taken()) }}",
    )
}}

select
    {{ snapshot_taken() }} as snapshot_id,
    company_id,
    company_name,
    lifecycle_stage,
    lead_status,
    owner_id as hubspot_owner_id,
    company_type,
    development_category,
    hiring_developers,
    inhouse_developers,
    proff_likviditetsgrad,
    proff_link,
    proff_lonnsomhet,
    proff_soliditet,
    now() as record_timestamp
from {{ ref('stg_hubspot__companies') }}
where not is_deleted and {{ snapshot_taken() }} is not null
