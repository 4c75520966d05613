{{
    config(
        materialized='incremental',
        full_refresh=false,
        on_schema_change='append_new_columns',
        indexes=[{'columns': ['snapshot_id', 'deal_id'], 'unique': true}],
        pre_hook="{{ make_room(of_snapshot_taken()) }}",
    )
}}

select
    {{ snapshot_taken() }} as snapshot_id,
    deal_id,
    deal_name,
    stage_id as deal_stage,
    deal_type,
    amount,
    owner_id,
    company_id as associated_company_id,
    now() as record_timestamp
from {{ ref('int_deals_linked') }}
where {{ snapshot_taken() }} is not null
