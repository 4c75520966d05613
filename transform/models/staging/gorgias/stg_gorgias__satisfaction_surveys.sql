{%- set present = columns_of(source('gorgias', 'satisfaction_surveys'), optional=true) -%}

select
    {{ source_column(present, 'account', 'text') }} as account,
    {{ source_column(present, 'id', 'bigint') }} as survey_id,
    {{ source_column(present, 'ticket_id', 'bigint') }} as ticket_id,
    {{ source_column(present, 'score', 'int') }} as score,
    {{ source_column(present, 'created_datetime', 'timestamptz') }} as created_at,
    {{ source_column(present, 'sent_datetime', 'timestamptz') }} as sent_at,
    {{ source_column(present, 'scored_datetime', 'timestamptz') }} as scored_at,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at,
    {{ loaded_at(present) }} as loaded_at
from {{ optional_rows(source('gorgias', 'satisfaction_surveys'), present) }}
