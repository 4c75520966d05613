{{ config(
    alias=var('dashboard_table'),
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    incremental_strategy='merge', unique_key=dashboard_key(),
    indexes=[{'columns': dashboard_key(), 'unique': true}]
) }}

-- Rows there are: ours, and those of the table that went before.
with known as (

    {{ dashboard_known() }}

),

measured as (

    select * from {{ ref('int_gorgias_months_measured') }} where channel is not null

),

keys as (

    select account, channel, agent_id, month_date from measured
    union
    select client, channel, agent_id, month_date from known

),

-- What this run is about. A known row in which nothing is left is shown as such.
due as (

    select
        keys.account as client,
        keys.channel,
        keys.agent_id,
        keys.month_date,
        agents.agent_name,
        agents.email,
        {{ dashboard_count('measured.closed_tickets', 'true') }} as closed_tickets,
        {{ dashboard_count('measured.messages_sent', 'agents.has_messages') }} as messages_sent,
        {{ dashboard_figure('round(measured.first_response_median_seconds / 3600, 4)') }} as first_response_hours,
        {{ dashboard_figure('measured.one_touch_percent') }} as one_touch_percent,
        {{ dashboard_figure('round(measured.resolution_median_seconds / 3600, 4)', cut=false) }} as resolution_hours,
        {{ dashboard_count('measured.csat_sent', 'agents.has_surveys') }} as csat_sent,
        {{ dashboard_figure('measured.csat_response_rate') }} as csat_response_rate,
        {{ dashboard_figure('measured.csat_rating') }} as csat_rating
    from keys
    inner join {{ ref('int_gorgias_agents_reported') }} as agents
        on keys.account = agents.account and keys.agent_id = agents.agent_id
    left join measured
        on
            keys.account = measured.account
            and keys.channel = measured.channel
            and keys.agent_id = measured.agent_id
            and keys.month_date = measured.month_date
    where
        keys.month_date >= agents.first_month_date
        and keys.month_date < agents.running_month_date
        and (agents.channels is null or agents.channels ? keys.channel)

),

compared as (

    select
        due.*,
        known.client is not null as is_known,
        coalesce(known.is_ours, false) as is_ours,
        known.client is not null
        and ({{ dashboard_row('due') }} is not distinct from {{ dashboard_row('known') }}) as is_same,
        known.created_at,
        known.updated_at
    from due
    left join known on {{ dashboard_same_key('due', 'known') }}

),

written as (

    select
        client, agent_id, agent_name, email, month_date, closed_tickets, messages_sent, first_response_hours,
        one_touch_percent, resolution_hours, channel, csat_sent, csat_response_rate, csat_rating,
        coalesce(created_at, updated_at, now()) as created_at,
        case when is_same then coalesce(updated_at, created_at, now()) else now() end as updated_at
    from compared
    where
        not (is_ours and is_same)
        and (is_known or {{ dashboard_is_full() if var('dashboard_only_full_rows') else 'true' }})
    union all
    select
        client, agent_id, agent_name, email, month_date, closed_tickets, messages_sent, first_response_hours,
        one_touch_percent, resolution_hours, channel, csat_sent, csat_response_rate, csat_rating,
        coalesce(created_at, updated_at, now()) as created_at,
        coalesce(updated_at, created_at, now()) as updated_at
    from known
    where
        not is_ours
        and not exists (select 1 from due where {{ dashboard_same_key('due', 'known') }})

)

select
    client as "Client",
    agent_id as "ID",
    agent_name as "Name",
    email as "Email",
    month_date as "Month_start_date",
    closed_tickets as "Ticket",
    messages_sent as "Messages",
    first_response_hours as "FRT",
    one_touch_percent as "One_Touch_in_Percentage",
    resolution_hours as "ART",
    channel as "Channel",
    updated_at as "Last_updated_time",
    csat_sent as "Customer_Satisfaction-Messages_Sent",
    csat_response_rate as "Customer_Satisfaction-Response_Rate_in_Percentage",
    csat_rating as "Customer_Satisfaction-Rating",
    created_at as "Created_Datetime"
from written
