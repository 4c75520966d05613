{#- dbt makes the table and jobs/crm_scoring.py adds its rows; nobody changes one. -#}
{{
    config(
        materialized='incremental',
        full_refresh=false,
        on_schema_change='append_new_columns',
        indexes=[{'columns': ['snapshot_id']}],
    )
}}

select
    null::text as snapshot_id,
    null::timestamptz as snapshot_timestamp,
    null::text as triggered_by,
    null::text as status,
    null::text as notes,
    null::timestamptz as recorded_at
where false
