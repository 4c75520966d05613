{#- Pairs that have a table of their own, named for its two ends; `association` holds the others. -#}
{%- set pairs = [
    ['ticket', 'contact'], ['ticket', 'company'], ['ticket', 'deal'], ['deal', 'company'],
    ['deal', 'contact'], ['line_item', 'deal'],
] -%}
{%- for near, far in pairs %}
{%- set links = source('hubspot', near ~ '_' ~ far) -%}
{%- set present = columns_of(links, optional=true) %}
select
    '{{ near }}' as from_type,
    {{ source_column(present, near ~ '_id', 'bigint') }} as from_id,
    '{{ far }}' as to_type,
    {{ source_column(present, far ~ '_id', 'bigint') }} as to_id,
    {{ source_column(present, 'type_id', 'bigint') }} as type_id,
    {{ source_column(present, 'category', 'text') }} as category,
    {{ source_column(present, 'label', 'text') }} as label,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted
from {{ optional_rows(links, present) }}

union all
{% endfor %}
{%- set links = source('hubspot', 'association') -%}
{%- set present = columns_of(links, optional=true) %}
select
    {{ source_column(present, 'from_object_type', 'text') }} as from_type,
    {{ source_column(present, 'from_id', 'bigint') }} as from_id,
    {{ source_column(present, 'to_object_type', 'text') }} as to_type,
    {{ source_column(present, 'to_id', 'bigint') }} as to_id,
    {{ source_column(present, 'type_id', 'bigint') }} as type_id,
    {{ source_column(present, 'category', 'text') }} as category,
    {{ source_column(present, 'label', 'text') }} as label,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted
from {{ optional_rows(links, present) }}
