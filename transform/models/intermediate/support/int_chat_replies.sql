-- What people and bots said that the customer could read, and the customer's own messages.
select
    events.thread_id,
    events.event_id,
    events.event_number,
    events.author_id,
    events.author_type,
    events.created_at,
    coalesce(users.user_name, events.author_id) as author_name,
    coalesce(by_name.agent_name, by_address.agent_name, users.user_name, events.author_id) as agent_name
from {{ ref('stg_livechat__events') }} as events
inner join {{ ref('stg_livechat__chats') }} as chats on events.thread_id = chats.thread_id
left join {{ ref('stg_livechat__chat_users') }} as users
    on chats.chat_id = users.chat_id and events.author_id = users.user_id
left join {{ ref('int_agent_aliases') }} as by_name
    on {{ folded('users.user_name') }} = by_name.alias_key
left join {{ ref('int_agent_aliases') }} as by_address
    on {{ folded('users.email') }} = by_address.alias_key
where
    events.event_type in ('message', 'file', 'rich_message')
    and events.visibility = 'all'
    and not coalesce(events.is_deleted, false)
    and events.author_type in ('customer', 'human', 'bot')
    -- A greeting that a campaign or a welcome phrase sent answers nobody.
    and not coalesce(events.properties -> 'lc2' ? 'welcome_message', false)
    and not coalesce(events.properties -> 'lc2' ? 'greeting_id', false)
    and not coalesce(events.properties -> 'chats' ? 'welcome_message_source', false)
