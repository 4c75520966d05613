{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    pre_hook=["{{ emptied() }}", "set local work_mem = '64MB'"]
) }}
-- All months are sorted anew in each run: in memory if they fit, and by numbers before texts.

with months as (

    select
        account,
        agent_id,
        channel,
        month_date,
        percentile_cont(0.5) within group (order by first_response_microseconds) as first_response_microseconds,
        percentile_cont(0.5) within group (order by resolution_microseconds) as resolution_microseconds,
        cast(sum(closed_tickets) as bigint) as closed_tickets,
        cast(sum(one_touch_tickets) as bigint) as one_touch_tickets,
        cast(sum(messages_sent) as bigint) as messages_sent,
        cast(sum(csat_sent) as bigint) as csat_sent,
        cast(sum(csat_scored) as bigint) as csat_scored,
        sum(csat_score_sum) as csat_score_sum
    from {{ ref('int_gorgias_tickets_counted') }}
    where agent_id is not null
    group by agent_id, month_date, channel, account

)

select
    months.account,
    months.agent_id,
    months.channel,
    months.month_date,
    {{ half_even('months.first_response_microseconds', 1000000) }} as first_response_median_seconds,
    {{ half_even('months.resolution_microseconds', 1000000) }} as resolution_median_seconds,
    case
        when accounts.has_messages
            then {{ half_even('100 * months.one_touch_tickets', 'nullif(months.closed_tickets, 0)', 2) }}
    end as one_touch_percent,
    months.closed_tickets,
    case when accounts.has_messages then months.messages_sent end as messages_sent,
    case when accounts.has_surveys then months.csat_sent end as csat_sent,
    {{ half_even('100 * months.csat_scored', 'nullif(months.csat_sent, 0)', 2) }} as csat_response_rate,
    {{ half_even('months.csat_score_sum', 'nullif(months.csat_scored, 0)', 2) }} as csat_rating
from months
inner join {{ ref('int_gorgias_accounts') }} as accounts on months.account = accounts.account
