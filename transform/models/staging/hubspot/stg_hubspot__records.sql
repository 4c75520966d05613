{#- Source tables by the name that associations call their records by, with their key. -#}
{%- set division = source('hubspot', 'division') -%}
{%- set tables = [
    ['contact', source('hubspot', 'contact'), 'id'],
    ['company', source('hubspot', 'company'), 'id'],
    ['deal', source('hubspot', 'deal'), 'deal_id'],
    ['ticket', source('hubspot', 'ticket'), 'id'],
    ['appointment', source('hubspot', 'appointment'), 'id'],
    ['line_item', source('hubspot', 'line_item'), 'id'],
    ['quote', source('hubspot', 'quote'), 'id'],
    [var('division_table', 'divisions'), division, 'id'],
] -%}
{%- for name, table, key in tables %}
{%- set present = columns_of(table, optional=true) %}
select
    '{{ name }}' as record_type,
    {{ source_column(present, key, 'bigint') }} as record_id,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted
from {{ optional_rows(table, present) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
