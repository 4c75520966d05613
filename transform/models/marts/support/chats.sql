with walls as (

    select
        chats.*,
        measured.agent_name,
        measured.human_agents,
        measured.bot_name,
        measured.handled_by,
        measured.is_handed_over,
        measured.is_contained,
        measured.is_missed,
        measured.bot_messages,
        measured.human_messages,
        measured.csat,
        measured.customer_first_at,
        measured.first_response_at,
        measured.handed_over_at,
        measured.first_response_seconds,
        measured.bot_response_seconds,
        measured.human_response_seconds,
        measured.human_after_handover_seconds,
        measured.full_resolution_seconds as duration_seconds,
        measured.is_weekend_conversation as is_weekend_chat,
        {{ wall_clock('chats.created_at', 'reporting_timezone') }} as created_at_reporting
    from {{ ref('stg_livechat__chats') }} as chats
    inner join {{ ref('int_conversations_measured') }} as measured
        on 'livechat:' || chats.thread_id = measured.conversation_id
    where measured.removal_reason is null

)

select
    -- keys
    thread_id,
    chat_id,
    customer_id,
    previous_thread_id,

    -- who took part
    agent_name,
    human_agents,
    bot_name,
    handled_by,
    is_handed_over,
    is_contained,
    is_missed,
    is_active,
    is_restricted,
    bot_messages,
    human_messages,
    tags,

    -- how satisfied
    rating_score,
    csat,
    rating_comment,
    rated_at,

    -- instants
    created_at,
    ended_at,
    customer_first_at,
    first_response_at,
    handed_over_at,
    synced_at,

    -- the same instants on the wall
    created_at_reporting,
    {%- for event in ['ended_at', 'synced_at'] %}
    {{ wall_clock(event, 'reporting_timezone') }} as {{ event }}_reporting,
    {%- endfor %}

    -- how long it took
    first_response_seconds,
    bot_response_seconds,
    human_response_seconds,
    human_after_handover_seconds,
    duration_seconds,
    queue_seconds,

    -- when it began
    is_weekend_chat,
    created_at_reporting::date as created_date,
    extract(hour from created_at_reporting)::int as hour_of_day,
    case
        when extract(hour from created_at_reporting) < 6 then 'Night'
        when extract(hour from created_at_reporting) < 12 then 'Morning'
        when extract(hour from created_at_reporting) < 18 then 'Afternoon'
        else 'Evening'
    end as time_period,
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
    to_char(created_at_reporting, 'YYYY-MM (FMMonth)') as month_year

from walls
