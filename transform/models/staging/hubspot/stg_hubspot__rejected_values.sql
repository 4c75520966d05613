{%- set rejected = source('hubspot', 'rejected_value') -%}
{%- set present = columns_of(rejected, optional=true) -%}

with source as (

    select
        {{ source_column(present, 'stream', 'text') }} as stream_name,
        {{ source_column(present, 'record_id', 'text') }} as record_id,
        {{ source_column(present, 'column_name', 'text') }} as column_name,
        {{ source_column(present, 'portal_id', 'bigint') }} as portal_id,
        {{ source_column(present, 'reason', 'text') }} as reason,
        {{ source_column(present, 'raw_value', 'text') }} as raw_value,
        {{ source_column(present, 'rejected_at', 'timestamptz') }} as rejected_at

    from {{ optional_rows(rejected, present) }}

)

select * from source
