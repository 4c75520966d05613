{%- set present = columns_of(source('gorgias', 'agent_statistics'), optional=true) -%}

select
    -- keys
    {{ source_column(present, 'account', 'text') }} as account,
    {{ source_column(present, 'agent_id', 'bigint') }} as agent_id,
    {{ source_column(present, 'channel', 'text') }} as channel,
    {{ source_column(present, 'month', 'date') }} as month_date,

    -- who and when
    {{ source_column(present, 'agent_name', 'text') }} as agent_name,
    {{ source_column(present, 'agent_email', 'text') }} as agent_email,
    {{ source_column(present, 'time_zone', 'text') }} as account_timezone,

    -- figures
    {{ source_column(present, 'first_response_median_seconds', 'numeric') }} as first_response_median_seconds,
    {{ source_column(present, 'resolution_median_seconds', 'numeric') }} as resolution_median_seconds,
    {{ source_column(present, 'one_touch_percent', 'numeric') }} as one_touch_percent,
    {{ source_column(present, 'closed_tickets', 'bigint') }} as closed_tickets,
    {{ source_column(present, 'messages_sent', 'bigint') }} as messages_sent,
    {{ source_column(present, 'csat_sent', 'bigint') }} as csat_sent,
    {{ source_column(present, 'csat_response_rate', 'numeric') }} as csat_response_rate,
    {{ source_column(present, 'csat_rating', 'numeric') }} as csat_rating,
    {{ source_column(present, 'sources', 'jsonb') }} as sources,
    {{ source_column(present, '_sdc_extracted_at', 'timestamptz') }} as synced_at

from {{ optional_rows(source('gorgias', 'agent_statistics'), present) }}
