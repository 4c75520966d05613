{%- set present = columns_of(source('hubspot', 'owner')) -%}

with source as (

    select
        {{ source_column(present, 'owner_id', 'bigint') }} as owner_id,
        {{ source_column(present, 'portal_id', 'bigint') }} as portal_id,
        {{ source_column(present, 'active_user_id', 'bigint') }} as user_id,
        {{ source_column(present, 'type', 'text') }} as owner_type,
        {{ source_column(present, 'email', 'text') }} as email,
        {{ source_column(present, 'first_name', 'text') }} as first_name,
        {{ source_column(present, 'last_name', 'text') }} as last_name,
        {{ source_column(present, 'is_active', 'boolean') }} as is_active,
        {{ source_column(present, 'created_at', 'timestamptz') }} as created_at,
        {{ source_column(present, 'updated_at', 'timestamptz') }} as updated_at,
        {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at

    from {{ source('hubspot', 'owner') }}

),

named as (

    select
        *,
        coalesce(
            {{ trimmed("concat_ws(' ', first_name, last_name)") }},
            {{ trimmed('email') }},
            owner_id::text
        ) as owner_name
    from source

)

select * from named
