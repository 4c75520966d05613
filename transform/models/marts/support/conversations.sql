with kept as (

    select
        *,
        {{ wall_clock('created_at', 'reporting_timezone') }} as created_at_reporting
    from {{ ref('int_conversations_measured') }}
    where removal_reason is null

),

continued as (

    select distinct on (continued_as_ticket_id)
        'hubspot:' || continued_as_ticket_id as ticket_conversation_id,
        conversation_id as chat_conversation_id
    from {{ ref('int_conversations_measured') }}
    where continued_as_ticket_id is not null
    order by continued_as_ticket_id, created_at, native_id

)

select
    -- keys
    kept.conversation_id,
    kept.source_system,
    kept.account,
    kept.native_id,
    continued.chat_conversation_id as continues_conversation_id,

    -- what it is about, and who took part
    kept.subject,
    kept.channel,
    kept.priority,
    kept.agent_name,
    kept.first_responder_name,
    kept.human_agents,
    kept.bot_name,
    kept.handled_by,
    kept.is_open,

    -- instants
    kept.created_at,
    kept.customer_first_at,
    kept.first_response_at,
    kept.bot_response_at,
    kept.human_response_at,
    kept.handed_over_at,
    kept.first_resolved_at,
    kept.resolved_at,
    kept.rated_at,

    -- the same instants on the wall
    kept.created_at_reporting,
    {%- for event in ['first_response_at', 'human_response_at', 'resolved_at', 'rated_at'] %}
    {{ wall_clock('kept.' ~ event, 'reporting_timezone') }} as {{ event }}_reporting,
    {%- endfor %}

    -- how fast it was answered
    kept.first_response_seconds,
    kept.first_response_business_seconds,
    kept.bot_response_seconds,
    kept.bot_response_business_seconds,
    kept.human_response_seconds,
    kept.human_response_business_seconds,
    kept.human_after_handover_seconds,
    kept.response_count,
    kept.total_wait_seconds,

    -- how long it took
    kept.first_resolution_seconds,
    kept.first_resolution_business_seconds,
    kept.full_resolution_seconds,
    kept.full_resolution_business_seconds,
    kept.handle_seconds,
    kept.reopen_count,
    kept.is_one_touch,
    kept.customer_message_count,
    kept.team_message_count,

    -- who had to
    kept.transfer_count,
    kept.is_handed_over,
    kept.is_contained,
    kept.is_missed,

    -- how satisfied
    kept.csat,
    kept.csat_score,

    -- when it began
    kept.is_weekend_conversation,
    kept.is_created_during_business_hours,
    kept.is_off_shift,
    kept.created_at_reporting::date as created_date,
    date_trunc('week', kept.created_at_reporting)::date as created_week_start_date,
    date_trunc('month', kept.created_at_reporting)::date as created_month_start_date,
    extract(hour from kept.created_at_reporting)::int as created_hour,

    kept.measured_at

from kept
left join continued on kept.conversation_id = continued.ticket_conversation_id
