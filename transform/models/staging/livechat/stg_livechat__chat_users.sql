{%- set present = columns_of(source('livechat', 'chat_users'), optional=true) -%}

select
    {{ source_column(present, 'chat_id', 'text') }} as chat_id,
    {{ source_column(present, 'user_id', 'text') }} as user_id,
    {{ source_column(present, 'author_type', 'text') }} as user_kind,
    {{ trimmed(source_column(present, 'name', 'text')) }} as user_name,
    {{ source_column(present, 'email', 'text') }} as email
from {{ optional_rows(source('livechat', 'chat_users'), present) }}
