select
    users.account,
    users.user_id as agent_id,
    users.user_name as agent_name,
    users.email,
    accounts.channels,
    accounts.has_messages,
    accounts.has_surveys,
    cast(
        accounts.running_month_date - interval '{{ var("dashboard_months") | int }} months' as date
    ) as first_month_date,
    accounts.running_month_date
from {{ ref('stg_gorgias__users') }} as users
inner join {{ ref('int_gorgias_accounts') }} as accounts on users.account = accounts.account
where
    accounts.has_tickets
    {%- if var('dashboard_email_pattern') %}
    and strpos(lower(users.email), lower({{ text_literal(var('dashboard_email_pattern')) }})) > 0
    {%- endif %}
