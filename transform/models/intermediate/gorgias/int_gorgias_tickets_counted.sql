{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    incremental_strategy='delete+insert', unique_key=['account', 'ticket_id'],
    indexes=[{'columns': ['account', 'ticket_id']}],
    pre_hook="{{ emptied_by_full_refresh() }}", post_hook="analyze {{ this }}"
) }}
{%- set definition = gorgias_definition() -%}
{%- set since = counted_since(definition) %}

with changed as (

    select account, ticket_id from {{ ref('stg_gorgias__tickets') }} where {{ is_changed(since) }}
    {%- if since is not none %}
    union
    select account, ticket_id from {{ ref('stg_gorgias__messages') }} where {{ is_changed(since) }}
    union
    select account, ticket_id from {{ ref('stg_gorgias__satisfaction_surveys') }} where {{ is_changed(since) }}
    {%- endif %}

),

tickets as (

    select
        tickets.account,
        tickets.ticket_id,
        tickets.assignee_id,
        tickets.channel,
        tickets.is_from_agent,
        case when tickets.status = 'closed' then tickets.closed_at end as closed_at,
        not tickets.is_deleted and not tickets.is_spam and tickets.trashed_at is null as is_counted
    from changed
    inner join {{ ref('stg_gorgias__tickets') }} as tickets
        on changed.account = tickets.account and changed.ticket_id = tickets.ticket_id

),

-- asked_at: the customer's first message; null where an agent began.
spoken as (

    select
        messages.account,
        messages.ticket_id,
        messages.message_id,
        messages.channel,
        messages.sender_id,
        messages.created_at,
        messages.is_from_agent,
        tickets.channel as ticket_channel,
        coalesce(messages.sent_at, messages.created_at) as went_out_at,
        messages.failed_at is null as is_sent,
        messages.rule_id is null and messages.via = 'helpdesk' as stops_clock,
        min(messages.created_at) filter (where not messages.is_from_agent and not tickets.is_from_agent)
            over (partition by messages.ticket_id, messages.account) as asked_at
    from tickets
    inner join {{ ref('stg_gorgias__messages') }} as messages
        on tickets.account = messages.account and tickets.ticket_id = messages.ticket_id
    where tickets.is_counted and messages.is_public

),

first_answers as (

    select distinct on (ticket_id, account) *
    from spoken
    where is_from_agent and stops_clock and created_at > asked_at
    order by ticket_id, account, created_at, message_id

),

closings as (

    select
        tickets.account,
        tickets.ticket_id,
        tickets.assignee_id,
        tickets.channel,
        tickets.closed_at,
        min(spoken.asked_at) as asked_at,
        count(*) filter (where spoken.is_from_agent) as answers
    from tickets
    left join spoken on tickets.account = spoken.account and tickets.ticket_id = spoken.ticket_id
    where tickets.is_counted and tickets.closed_at is not null
    group by tickets.ticket_id, tickets.account, tickets.assignee_id, tickets.channel, tickets.closed_at

),

-- What adds to whose figures, and when. Durations in microseconds, which doubles hold exactly.
facts (account, ticket_id, agent_id, channel, happened_at, kind, amount) as (

    select
        account, ticket_id, sender_id, ticket_channel, went_out_at, 'first_response',
        extract(epoch from went_out_at - asked_at) * 1000000
    from first_answers
    union all
    select account, ticket_id, assignee_id, channel, closed_at, 'closing', case when answers = 1 then 1 else 0 end
    from closings
    union all
    select
        account, ticket_id, assignee_id, channel, closed_at, 'resolution',
        extract(epoch from closed_at - asked_at) * 1000000
    from closings
    where answers > 0 and asked_at is not null
    union all
    select account, ticket_id, sender_id, channel, went_out_at, 'message', null
    from spoken
    where is_from_agent and is_sent
    union all
    select
        tickets.account, tickets.ticket_id, tickets.assignee_id, tickets.channel, surveys.created_at, 'survey',
        surveys.score
    from tickets
    inner join {{ ref('stg_gorgias__satisfaction_surveys') }} as surveys
        on tickets.account = surveys.account and tickets.ticket_id = surveys.ticket_id
    where tickets.is_counted and surveys.sent_at is not null

),

-- A ticket that adds to nobody's figures has one row all the same. One sort tells which; a join of
-- tickets and facts would be as slow as their numbers multiplied while the planner knows neither.
united as (

    select * from facts where agent_id is not null
    union all
    select account, ticket_id, null, null, null, 'ticket', null from tickets

)

select
    facts.account,
    facts.ticket_id,
    facts.agent_id,
    facts.channel,
    {{ month_of('facts.happened_at', 'accounts.account_timezone') }} as month_date,
    cast(max(facts.amount) filter (where facts.kind = 'first_response') as bigint) as first_response_microseconds,
    cast(max(facts.amount) filter (where facts.kind = 'resolution') as bigint) as resolution_microseconds,
    count(*) filter (where facts.kind = 'closing') as closed_tickets,
    count(*) filter (where facts.kind = 'closing' and facts.amount = 1) as one_touch_tickets,
    count(*) filter (where facts.kind = 'message') as messages_sent,
    count(*) filter (where facts.kind = 'survey') as csat_sent,
    count(facts.amount) filter (where facts.kind = 'survey') as csat_scored,
    cast(coalesce(sum(facts.amount) filter (where facts.kind = 'survey'), 0) as bigint) as csat_score_sum,
    now() as measured_at,
    '{{ definition }}' as definition
from (select *, count(agent_id) over (partition by ticket_id, account) as fact_count from united) as facts
inner join {{ ref('int_gorgias_accounts') }} as accounts on facts.account = accounts.account
where facts.agent_id is not null or facts.fact_count = 0
group by facts.ticket_id, facts.account, facts.agent_id, facts.channel, month_date
