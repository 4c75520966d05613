{#-
    The figures of a period, per source, and per agent too where asked for. What is counted in
    which period is in DECISIONS.md; medians and means are taken from the rows themselves.
-#}
{% macro performance(period, by_agent) %}
{%- set who = ['agent_name', 'source_system', 'period_start_date'] if by_agent else ['source_system', 'period_start_date'] -%}
{%- set keys = who | join(', ') -%}
{%- set conversations = ref('conversations') -%}
with created as (

    select
        {{ performance_keys(period, 'created_at', 'agent_name', by_agent) }},
        count(*) as conversations_created,
        sum((reopen_count > 0)::int) as reopened_count,
        count(*) filter (where is_weekend_conversation) as weekend_count,
        count(*) filter (where is_off_shift) as off_shift_count,
        count(*) filter (where handled_by in ('bot_only', 'bot_then_human')) as bot_conversations,
        sum(is_contained::int) as contained_count,
        sum(is_handed_over::int) as handed_over_count,
        sum(is_missed::int) as missed_count,
        sum(handle_seconds) as handle_seconds,
        sum(transfer_count) as transfers
    from {{ conversations }}
    where {{ performance_rows('created_at', 'agent_name', by_agent) }}
    group by {{ '1, 2, 3' if by_agent else '1, 2' }}

),

resolved as (

    select
        {{ performance_keys(period, 'resolved_at', 'agent_name', by_agent) }},
        count(*) as conversations_resolved,
        sum(is_one_touch::int) as one_touch_count,
        {{ spread_of('full_resolution_seconds', 'full_resolution') }},
        {{ spread_of('full_resolution_business_seconds', 'full_resolution_business') }}
    from {{ conversations }}
    where {{ performance_rows('resolved_at', 'agent_name', by_agent) }}
    group by {{ '1, 2, 3' if by_agent else '1, 2' }}

),

first_responses as (

    select
        {{ performance_keys(period, 'human_response_at', 'first_responder_name', by_agent) }},
        count(*) as first_responses,
        {{ spread_of('human_response_seconds', 'first_response') }},
        {{ spread_of('human_response_business_seconds', 'first_response_business') }}
    from {{ conversations }}
    where {{ performance_rows('human_response_at', 'first_responder_name', by_agent) }}
    group by {{ '1, 2, 3' if by_agent else '1, 2' }}

),

responses as (

    select
        {{ performance_keys(period, 'replied_at', 'responder_name', by_agent) }},
        count(*) as responses,
        {{ spread_of('response_seconds', 'response') }},
        {{ spread_of('response_business_seconds', 'response_business') }}
    from {{ ref('conversation_responses') }}
    where {{ performance_rows('replied_at', 'responder_name', by_agent) }}{% if by_agent %} and responder_kind = 'human'{% endif %}
    group by {{ '1, 2, 3' if by_agent else '1, 2' }}

),

rated as (

    select
        {{ performance_keys(period, 'rated_at', 'agent_name', by_agent) }},
        count(*) filter (where csat = 'good') as csat_good,
        count(*) filter (where csat = 'bad') as csat_bad,
        count(csat_score) as csat_scored,
        sum(csat_score) as csat_score_sum
    from {{ conversations }}
    where {{ performance_rows('rated_at', 'agent_name', by_agent) }} and csat_score is not null
    group by {{ '1, 2, 3' if by_agent else '1, 2' }}

)

select
    {%- for key in who %}
    {{ key }},
    {%- endfor %}

    -- how many
    coalesce(created.conversations_created, 0) as conversations_created,
    coalesce(resolved.conversations_resolved, 0) as conversations_resolved,
    resolved.one_touch_count,
    created.reopened_count,
    coalesce(created.weekend_count, 0) as weekend_count,
    coalesce(created.off_shift_count, 0) as off_shift_count,

    -- how fast
    coalesce(first_responses.first_responses, 0) as first_responses,
    first_responses.first_response_median_seconds,
    first_responses.first_response_average_seconds,
    first_responses.first_response_business_median_seconds,
    first_responses.first_response_business_average_seconds,
    coalesce(responses.responses, 0) as responses,
    responses.response_median_seconds,
    responses.response_average_seconds,
    responses.response_business_median_seconds,
    responses.response_business_average_seconds,

    -- how long
    resolved.full_resolution_median_seconds,
    resolved.full_resolution_average_seconds,
    resolved.full_resolution_business_median_seconds,
    resolved.full_resolution_business_average_seconds,
    created.handle_seconds,
    created.transfers,

    -- what bots solve
    coalesce(created.bot_conversations, 0) as bot_conversations,
    created.contained_count,
    created.handed_over_count,
    created.missed_count,
    round(100.0 * created.contained_count / nullif(created.bot_conversations, 0), 2) as containment_percent,

    -- how satisfied
    coalesce(rated.csat_good, 0) as csat_good,
    coalesce(rated.csat_bad, 0) as csat_bad,
    coalesce(rated.csat_scored, 0) as csat_scored,
    rated.csat_score_sum,
    round(100.0 * rated.csat_good / nullif(rated.csat_good + rated.csat_bad, 0), 2) as csat_percent,
    round(1.0 * rated.csat_score_sum / nullif(rated.csat_scored, 0), 2) as csat_average
from created
{%- for part in ['resolved', 'first_responses', 'responses', 'rated'] %}
full join {{ part }} using ({{ keys }})
{%- endfor %}
{%- endmacro %}
