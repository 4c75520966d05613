with accounts as (

    select
        'hubspot' as source_system,
        portal_id::text as account,
        owner_id::text as native_id,
        owner_name as account_name,
        email,
        false as is_bot,
        coalesce(is_active, true) as is_active
    from {{ ref('stg_hubspot__owners') }}
    union all
    select
        'gorgias' as source_system,
        account,
        user_id::text as native_id,
        coalesce(user_name, email, user_id::text) as account_name,
        email,
        coalesce(role_name = 'bot', false) as is_bot,
        coalesce(is_active, true) and not is_deleted as is_active
    from {{ ref('stg_gorgias__users') }}
    union all
    select
        'livechat' as source_system,
        null as account,
        agent_id as native_id,
        coalesce(agent_account_name, agent_id) as account_name,
        agent_id as email,
        false as is_bot,
        not is_suspended and not is_deleted as is_active
    from {{ ref('stg_livechat__agents') }}
    union all
    select
        'livechat' as source_system,
        null as account,
        bot_id as native_id,
        coalesce(bot_name, bot_id) as account_name,
        null as email,
        true as is_bot,
        not is_deleted as is_active
    from {{ ref('stg_livechat__bots') }}

)

select
    accounts.source_system,
    accounts.account,
    accounts.native_id,
    accounts.account_name,
    accounts.email,
    accounts.is_bot,
    accounts.is_active,
    coalesce(by_name.agent_name, by_address.agent_name, accounts.account_name) as agent_name
from accounts
left join {{ ref('int_agent_aliases') }} as by_name on {{ folded('accounts.account_name') }} = by_name.alias_key
left join {{ ref('int_agent_aliases') }} as by_address on {{ folded('accounts.email') }} = by_address.alias_key
