{%- set history = source('hubspot', 'ticket_property_history') -%}
{%- set present = columns_of(history, optional=true) -%}

with source as (

    select
        {{ source_column(present, 'ticket_id', 'bigint') }} as ticket_id,
        {{ source_column(present, 'portal_id', 'bigint') }} as portal_id,
        {{ source_column(present, 'name', 'text') }} as property_name,
        {{ source_column(present, 'value', 'text') }} as property_value,
        {{ source_column(present, 'source', 'text') }} as change_source,
        {{ source_column(present, 'source_id', 'text') }} as change_source_id,
        {{ source_column(present, 'timestamp_instant', 'timestamptz') }} as changed_at,
        {{ source_column(present, '_fivetran_start', 'timestamptz') }} as valid_from_at,
        {{ source_column(present, '_fivetran_end', 'timestamptz') }} as valid_to_at,
        {{ source_column(present, '_fivetran_active', 'boolean') }} as is_current,
        {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at,
        {{ loaded_at(present) }} as loaded_at

    from {{ optional_rows(history, present) }}

)

select * from source
