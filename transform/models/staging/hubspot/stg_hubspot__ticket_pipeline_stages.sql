{%- set present = columns_of(source('hubspot', 'ticket_pipeline_stage')) -%}

with source as (

    select
        {{ source_column(present, 'pipeline_id', 'text') }} as pipeline_id,
        {{ source_column(present, 'stage_id', 'text') }} as stage_id,
        {{ source_column(present, 'portal_id', 'bigint') }} as portal_id,
        {{ trimmed(source_column(present, 'label', 'text')) }} as stage_label,
        {{ source_column(present, 'ticket_state', 'text') }} as ticket_state,
        {{ source_column(present, 'display_order', 'bigint') }} as display_order,
        {{ source_column(present, 'is_closed', 'boolean') }} as is_closed,
        {{ source_column(present, 'active', 'boolean') }} as is_active,
        {{ source_column(present, '_fivetran_deleted', 'boolean') }} as is_deleted,
        {{ source_column(present, 'created_at', 'timestamptz') }} as created_at,
        {{ source_column(present, 'updated_at', 'timestamptz') }} as updated_at,
        {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at

    from {{ source('hubspot', 'ticket_pipeline_stage') }}

)

select * from source
