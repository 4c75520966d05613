{{
    config(
        materialized='incremental',
        full_refresh=false,
        on_schema_change='append_new_columns',
        indexes=[{'columns': ['owner_id'], 'unique': true}],
        pre_hook="{{ make_room('true' if var('snapshot_id', none) else 'false') }}",
    )
}}

select
    owner_id,
    email,
    first_name,
    last_name,
    user_id,
    is_active as active,
    now() as record_timestamp
from {{ ref('stg_hubspot__owners') }}
where {{ snapshot_taken() }} is not null
