{%- set present = columns_of(source('hubspot', 'ticket')) -%}

with source as (

    select
        -- keys
        {{ source_column(present, 'id', 'bigint') }} as ticket_id,
        {{ source_column(present, 'portal_id', 'bigint') }} as portal_id,
        {{ source_column(present, 'property_hubspot_owner_id', 'bigint') }} as owner_id,
        {{ source_column(present, 'property_hs_created_by_user_id', 'bigint') }} as created_by_user_id,
        {{ source_column(present, 'property_hs_pipeline', 'text') }} as pipeline_id,
        {{ source_column(present, 'property_hs_pipeline_stage', 'text') }} as stage_id,

        -- text
        {{ source_column(present, 'property_subject', 'text') }} as subject,
        {{ source_column(present, 'property_content', 'text') }} as description,
        {{ source_column(present, 'property_hs_ticket_priority', 'text') }} as priority,
        {{ source_column(present, 'property_hs_ticket_category', 'text') }} as category,
        {{ source_column(present, 'property_source_type', 'text') }} as source_type,
        {{ source_column(present, 'property_hs_all_owner_ids', 'text') }} as all_owner_ids,

        -- instants
        {{ source_column(present, 'property_createdate', 'timestamptz') }} as created_at,
        {{ source_column(present, 'property_closed_date', 'timestamptz') }} as closed_at,
        {{ source_column(present, 'property_first_agent_reply_date', 'timestamptz') }} as first_agent_reply_at,
        {{ source_column(present, 'property_hs_lastmodifieddate', 'timestamptz') }} as last_modified_at,
        {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at,
        {{ loaded_at(present) }} as loaded_at,

        -- numbers and flags
        {{ source_column(present, 'property_time_to_close', 'numeric') }} as time_to_close_milliseconds,
        {{ source_column(present, '_fivetran_deleted', 'boolean') }} as is_deleted

    from {{ source('hubspot', 'ticket') }}

)

select * from source
