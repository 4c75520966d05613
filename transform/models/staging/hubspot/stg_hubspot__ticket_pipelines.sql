{%- set present = columns_of(source('hubspot', 'ticket_pipeline')) -%}

with source as (

    select
        {{ source_column(present, 'pipeline_id', 'text') }} as pipeline_id,
        {{ source_column(present, 'portal_id', 'bigint') }} as portal_id,
        {{ trimmed(source_column(present, 'label', 'text')) }} as pipeline_label,
        {{ source_column(present, 'display_order', 'bigint') }} as display_order,
        {{ source_column(present, 'active', 'boolean') }} as is_active,
        {{ source_column(present, '_fivetran_deleted', 'boolean') }} as is_deleted,
        {{ source_column(present, 'created_at', 'timestamptz') }} as created_at,
        {{ source_column(present, 'updated_at', 'timestamptz') }} as updated_at,
        {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at

    from {{ source('hubspot', 'ticket_pipeline') }}

)

select * from source
