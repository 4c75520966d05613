{%- set pipelines = source('hubspot', 'deal_pipeline') -%}
{%- set present = columns_of(pipelines, optional=true) -%}

select
    {{ source_column(present, 'pipeline_id', 'text') }} as pipeline_id,
    {{ trimmed(source_column(present, 'label', 'text')) }} as pipeline_label,
    {{ source_column(present, 'display_order', 'bigint') }} as display_order,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at
from {{ optional_rows(pipelines, present) }}
