with kept as (

    select
        *,
        {{ wall_clock('created_at', 'reporting_timezone') }} as created_at_reporting
    from {{ ref('int_tickets_measured') }}
    where removal_reason is null

)

select
    -- keys
    ticket_id,
    portal_id,
    owner_id,
    pipeline_id,
    stage_id,
    created_by_user_id,

    -- where it comes from and what it is about
    record_source,
    subject,
    description,
    priority,
    category,
    source_type,
    agent_name,
    owner_name,
    pipeline_label,
    stage_label,
    is_closed,
    is_live_chat,
    all_owner_ids,

    -- instants
    created_at,
    closed_at,
    first_agent_reply_at,
    last_modified_at,
    synced_at,

    -- the same instants on the wall
    created_at_reporting,
    {%- for event in ['closed_at', 'first_agent_reply_at', 'last_modified_at'] %}
    {{ wall_clock(event, 'reporting_timezone') }} as {{ event }}_reporting,
    {%- endfor %}
    {%- for event in ['created_at', 'closed_at', 'first_agent_reply_at', 'last_modified_at'] %}
    {{ wall_clock(event, 'schedule_timezone') }} as {{ event }}_schedule,
    {{ wall_clock(event, 'source_timezone') }} as {{ event }}_source,
    {%- endfor %}

    -- when it was created
    is_weekend_ticket,
    is_off_shift_ticket,
    is_created_during_business_hours,
    created_at_reporting::date as created_date,
    date_trunc('week', created_at_reporting)::date as created_week_start_date,
    extract(isodow from created_at_reporting)::int as day_of_week_number,
    to_char(created_at_reporting, 'FMDay') as day_of_week_name,
    extract(isodow from created_at_reporting) >= 6 as is_weekend,
    extract(isodow from created_at_reporting) < 6 as is_weekday,
    extract(quarter from created_at_reporting)::int as fy_quarter,
    to_char(created_at_reporting, '"Q"Q') as fy_quarter_name,
    extract(year from created_at_reporting)::int as fy_year,
    to_char(created_at_reporting, 'YYYY"-Q"Q') as fy_quarter_full,
    extract(month from created_at_reporting)::int as month_number,
    to_char(created_at_reporting, 'FMMonth') as month_name,
    to_char(created_at_reporting, 'YYYY-MM (FMMonth)') as month_year,
    round((extract(epoch from {{ as_of() }} - created_at) / 86400)::numeric, 1) as ticket_age_days,

    -- how long it took
    first_response_seconds,
    round(first_response_seconds / 3600, 6) as first_response_hours,
    round(first_response_seconds / 3600, 2) as response_time_hours_clean,
    round(first_response_seconds / 86400, 2) as response_time_days,
    case
        when first_response_seconds <= 3600 then '< 1 hour'
        when first_response_seconds <= 4 * 3600 then '1-4 hours'
        when first_response_seconds <= 24 * 3600 then '4-24 hours'
        when first_response_seconds <= 72 * 3600 then '1-3 days'
        when first_response_seconds > 72 * 3600 then '3+ days'
    end as response_time_category,
    resolution_seconds,
    round(resolution_seconds / 3600, 6) as resolution_hours

from kept
