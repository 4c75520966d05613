with kept as (

    select
        ticket_id::text as "Ticket ID",
        subject as "Subject",
        pipeline_label as "Pipeline",
        stage_label as "Pipeline Stage",
        created_at as "Create date",
        last_modified_at as "Last Modified Date",
        closed_at as "Close date",
        agent_name as "Case Owner",
        first_agent_reply_at as "First agent email response date",
        priority as "Priority",
        category as "Category",
        source_type as "Source",
        description as "Description",

        -- measured
        is_weekend_ticket as "Weekend_Ticket",
        is_off_shift_ticket as "Off_Shift_Ticket",
        first_response_seconds as "First Response Time",
        first_response_hours as "First Response Time (Hours)",
        response_time_hours_clean as "Response_Time_Hours_Clean",
        response_time_days as "Response_Time_Days",
        response_time_category as "Response_Time_Category",
        is_created_during_business_hours as "Created_During_Business_Hours",
        round(
            (extract(epoch from coalesce(closed_at, now()) - created_at) / 86400)::numeric, 1
        ) as "Ticket_Age_Days",

        -- the calendar of the creation
        day_of_week_number as "Day_of_Week_Number",
        day_of_week_name as "Day_of_Week_Name",
        is_weekend as "Is_Weekend",
        is_weekday as "Is_Weekday",
        fy_quarter as "FY_Quarter",
        fy_quarter_name as "FY_Quarter_Name",
        fy_year as "FY_Year",
        fy_quarter_full as "FY_Quarter_Full",
        month_number as "Month_Number",
        month_name as "Month_Name",
        month_year as "Month_Year",

        -- the instants for machines
        {%- for name, instant in [
            ('created_at', 'created_at'), ('last_modified', 'last_modified_at'), ('closed_at', 'closed_at')
        ] %}
        to_char({{ instant }} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as "ticket_{{ name }}_utc",
        to_char({{ instant }} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "ticket_{{ name }}_iso",
        {%- endfor %}

        synced_at as "Last_Updated",
        'tickets' as "Data_Type",
        record_source as "Data_Source"
    from {{ ref('tickets') }}

),

-- What left the mart (deleted, spam, a manager's) has its mark: the sheet's row then gets one too.
gone as (

    select
        ticket_id::text as "Ticket ID",
        coalesce(synced_at, now()) as "_sdc_deleted_at"
    from {{ ref('int_tickets_measured') }}
    where removal_reason is not null

)

select *
from kept
full join gone using ("Ticket ID")
