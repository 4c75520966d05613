{%- set zones = var('gorgias_account_timezones') or {} -%}
{%- set wanted = var('dashboard_channels') or {} -%}
{%- set messages = columns_of(source('gorgias', 'messages'), optional=true) -%}
{%- set surveys = columns_of(source('gorgias', 'satisfaction_surveys'), optional=true) -%}

with accounts as (

    select distinct account from {{ ref('stg_gorgias__users') }}

),

statistics as (

    select
        account,
        (array_agg(account_timezone order by synced_at desc nulls last) filter (
            where account_timezone is not null
        ))[1] as account_timezone,
        jsonb_agg(distinct channel) as channels
    from {{ ref('stg_gorgias__agent_statistics') }}
    group by account

),

configured_zones (account, account_timezone) as (

    {% for client, name in zones.items() -%}
    select {{ text_literal(client) }}, {{ client_zone(client, name, 'gorgias_account_timezones') }} union all
    {% endfor -%}
    select cast(null as text), cast(null as text) where false

),

configured_channels (account, channels) as (

    {% for client, channels in wanted.items() -%}
    select {{ text_literal(client) }}, cast({{ text_literal(channels | list | tojson) }} as jsonb) union all
    {% endfor -%}
    select cast(null as text), cast(null as jsonb) where false

),

joined as (

    select
        accounts.account,
        coalesce(
            statistics.account_timezone, configured_zones.account_timezone, {{ zone('reporting_timezone') }}
        ) as account_timezone,
        coalesce(configured_channels.channels, statistics.channels) as channels
    from accounts
    left join statistics on accounts.account = statistics.account
    left join configured_zones on accounts.account = configured_zones.account
    left join configured_channels on accounts.account = configured_channels.account

)

select
    joined.account,
    joined.account_timezone,
    joined.channels,
    cast({{ month_of(as_of(), 'joined.account_timezone') }} as date) as running_month_date,
    exists(
        select 1 from {{ ref('stg_gorgias__tickets') }} as tickets where tickets.account = joined.account
    ) as has_tickets,
    {{ 'true' if messages is none or messages else 'false' }} as has_messages,
    {{ 'true' if surveys is none or surveys else 'false' }} as has_surveys
from joined
