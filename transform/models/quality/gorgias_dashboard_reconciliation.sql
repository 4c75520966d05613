{%- set tolerance = var('reconciliation_tolerance') -%}

with figures as (

    select
        told.account,
        told.agent_id,
        told.channel,
        told.month_date,
        figures.figure,
        figures.unit,
        cast(figures.computed_value as numeric) as computed_value,
        cast(figures.reported_value as numeric) as reported_value,
        told.sources ->> figures.figure as reported_by,
        told.synced_at as reported_at,
        told.month_date >= accounts.running_month_date
        - interval '{{ var("reconciliation_months") | int }} months' as is_judged
    from {{ ref('stg_gorgias__agent_statistics') }} as told
    inner join {{ ref('int_gorgias_accounts') }} as accounts on told.account = accounts.account
    left join {{ ref('int_gorgias_months_measured') }} as measured
        on
            told.account = measured.account
            and told.agent_id = measured.agent_id
            and told.channel = measured.channel
            and told.month_date = measured.month_date
    inner join lateral (
        values
        ('closed_tickets', 'count', true, coalesce(measured.closed_tickets, 0), told.closed_tickets),
        ('messages_sent', 'count', accounts.has_messages, coalesce(measured.messages_sent, 0), told.messages_sent),
        (
            'first_response_median_seconds', 'seconds', accounts.has_messages,
            measured.first_response_median_seconds, told.first_response_median_seconds
        ),
        (
            'resolution_median_seconds', 'seconds', accounts.has_messages,
            measured.resolution_median_seconds, told.resolution_median_seconds
        ),
        ('one_touch_percent', 'points', accounts.has_messages, measured.one_touch_percent, told.one_touch_percent),
        ('csat_sent', 'derived', accounts.has_surveys, coalesce(measured.csat_sent, 0), told.csat_sent),
        ('csat_response_rate', 'points', accounts.has_surveys, measured.csat_response_rate, told.csat_response_rate),
        ('csat_rating', 'points', accounts.has_surveys, measured.csat_rating, told.csat_rating)
    ) as figures (figure, unit, is_loaded, computed_value, reported_value) on figures.is_loaded
    where
        told.month_date < accounts.running_month_date
        and accounts.has_tickets

),

-- Gorgias tells no number of surveys; the tap works it out from the share answered, to 2 decimals.
compared as (

    select
        *,
        computed_value - reported_value as difference,
        case unit
            when 'count' then 0
            when 'derived' then {{ tolerance.relative }} * abs(reported_value)
            when 'seconds' then greatest({{ tolerance.seconds }}, {{ tolerance.relative }} * abs(reported_value))
            when 'points' then greatest({{ tolerance.points }}, {{ tolerance.relative }} * abs(reported_value))
        end as tolerance
    from figures

)

select
    account,
    agent_id,
    channel,
    month_date,
    figure,
    computed_value,
    reported_value,
    difference,
    tolerance,
    reported_by,
    reported_at,
    is_judged,
    case
        when reported_value is null and unit in ('count', 'derived') then null
        when reported_value is null or computed_value is null then reported_value is null and computed_value is null
        else abs(difference) <= tolerance
    end as is_within_tolerance
from compared
