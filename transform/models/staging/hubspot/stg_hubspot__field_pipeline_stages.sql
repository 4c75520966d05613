{%- for kind in ['appointment', 'division'] %}
{%- set stages = source('hubspot', kind ~ '_pipeline_stage') -%}
{%- set present = columns_of(stages, optional=true) %}
select
    '{{ kind }}' as record_type,
    {{ source_column(present, 'pipeline_id', 'text') }} as pipeline_id,
    {{ source_column(present, 'stage_id', 'text') }} as stage_id,
    {{ trimmed(source_column(present, 'label', 'text')) }} as stage_label,
    {{ source_column(present, 'is_closed', 'boolean') }} as is_closed,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted
from {{ optional_rows(stages, present) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
