{%- set stages = source('hubspot', 'deal_pipeline_stage') -%}
{%- set present = columns_of(stages, optional=true) -%}

select
    {{ source_column(present, 'pipeline_id', 'text') }} as pipeline_id,
    {{ source_column(present, 'stage_id', 'text') }} as stage_id,
    {{ trimmed(source_column(present, 'label', 'text')) }} as stage_label,
    {{ source_column(present, 'is_closed', 'boolean') }} as is_closed,
    {{ source_column(present, 'closed_won', 'boolean') }} as is_won,
    {{ source_column(present, 'probability', 'numeric') }} as probability,
    {{ source_column(present, 'display_order', 'bigint') }} as display_order,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at
from {{ optional_rows(stages, present) }}
