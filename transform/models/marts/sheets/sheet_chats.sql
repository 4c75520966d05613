with kept as (

    select
        thread_id as "thread_id",
        chat_id as "chat_id",
        to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as "chat_creation_date_utc",
        created_at as "chat_creation_date_adt",
        coalesce(agent_name, bot_name) as "primary_agent",
        case when handled_by = 'bot_only' then bot_name else coalesce(agent_name, bot_name) end as "display_agent",
        case
            when handled_by = 'bot_only' then 'bot'
            when handled_by in ('human_only', 'bot_then_human') then 'human'
            else 'unknown'
        end as "agent_type",
        is_handed_over::int as "bot_transfer",
        case csat when 'good' then 5 when 'bad' then 1 end as "rating_value",
        case csat when 'good' then 'rated good' when 'bad' then 'rated bad' else 'not rated' end as "rate_raw",
        rating_comment as "rating_comment",
        csat is not null as "has_rating",
        'LiveChat' as "source",
        (
            select string_agg(tag, ', ' order by tag)
            from jsonb_array_elements_text(coalesce(tags, '[]')) as tag
        ) as "tags",
        round(duration_seconds / 60, 2) as "duration_minutes",
        first_response_seconds as "first_response_time",
        human_response_seconds as "first_human_response_time",
        human_agents as "human_agents",
        bot_name as "bot_agent",
        coalesce(array_length(string_to_array(human_agents, ', '), 1), 0) + (bot_name is not null)::int as "num_agents",

        -- the calendar of its beginning
        day_of_week_number as "Day_of_Week_Number",
        day_of_week_name as "Day_of_Week_Name",
        is_weekend as "Is_Weekend",
        is_weekday as "Is_Weekday",
        is_weekend_chat as "Weekend_Chat",
        fy_quarter as "FY_Quarter",
        fy_quarter_name as "FY_Quarter_Name",
        fy_year as "FY_Year",
        fy_quarter_full as "FY_Quarter_Full",
        month_number as "Month_Number",
        month_name as "Month_Name",
        month_year as "Month_Year",
        hour_of_day as "Hour_of_Day",
        time_period as "Time_Period",
        round(duration_seconds / 3600, 2) as "Duration_Hours",

        -- the instant for machines
        to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as "chat_created_at_utc",
        to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "chat_created_at_iso",

        synced_at as "Last_Updated",
        'chats' as "Data_Type"
    from {{ ref('chats') }}

),

gone as (

    select
        chats.thread_id,
        coalesce(chats.synced_at, now()) as "_sdc_deleted_at"
    from {{ ref('stg_livechat__chats') }} as chats
    inner join {{ ref('int_conversations_measured') }} as measured
        on 'livechat:' || chats.thread_id = measured.conversation_id
    where measured.removal_reason is not null

)

select *
from kept
full join gone using (thread_id)
