-- HubSpot: e-mails on the ticket. A forwarded one went to colleagues.
with hubspot as (

    select
        changed.conversation_id,
        changed.source_system,
        emails.sent_at as said_at,
        case emails.email_direction when 'INCOMING_EMAIL' then 'customer' else 'human' end as author_kind,
        owners.agent_name as author_name,
        true as is_reply,
        false as is_form,
        emails.engagement_id as message_rank
    from {{ ref('int_changed_conversations') }} as changed
    inner join (
        select distinct ticket_id, engagement_id
        from {{ ref('stg_hubspot__ticket_engagements') }}
        where not is_deleted
    ) as links on changed.ticket_id = links.ticket_id
    inner join {{ ref('stg_hubspot__engagement_emails') }} as emails on links.engagement_id = emails.engagement_id
    left join {{ ref('int_agent_accounts') }} as owners
        on owners.source_system = 'hubspot' and emails.owner_id::text = owners.native_id
    where
        changed.source_system = 'hubspot'
        and emails.email_direction in ('INCOMING_EMAIL', 'EMAIL')
        and emails.sent_at is not null
        and not emails.is_deleted

),

livechat as (

    select
        changed.conversation_id,
        changed.source_system,
        replies.created_at as said_at,
        replies.author_type as author_kind,
        case replies.author_type
            when 'human' then replies.agent_name
            when 'bot' then replies.author_name
        end as author_name,
        true as is_reply,
        false as is_form,
        replies.event_number as message_rank
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('int_chat_replies') }} as replies on changed.thread_id = replies.thread_id
    union all
    select
        changed.conversation_id,
        changed.source_system,
        min(events.created_at) as said_at,
        'customer' as author_kind,
        null as author_name,
        true as is_reply,
        true as is_form,
        0 as message_rank
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_livechat__events') }} as events on changed.thread_id = events.thread_id
    where
        events.event_type = 'filled_form'
        and events.form_type = 'prechat'
        and not coalesce(events.is_deleted, false)
    group by changed.conversation_id, changed.source_system

),

-- What a rule or somebody outside the helpdesk sent stops no clock, as in Gorgias' own figures.
gorgias as (

    select
        changed.conversation_id,
        changed.source_system,
        coalesce(messages.sent_at, messages.created_at) as said_at,
        case
            when not messages.is_from_agent then 'customer'
            when messages.rule_id is not null then 'rule'
            when coalesce(users.is_bot, false) then 'bot'
            else 'human'
        end as author_kind,
        users.agent_name as author_name,
        not messages.is_from_agent or (messages.rule_id is null and messages.via = 'helpdesk') as is_reply,
        false as is_form,
        messages.message_id as message_rank
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_gorgias__messages') }} as messages
        on changed.account = messages.account and changed.ticket_id = messages.ticket_id
    left join {{ ref('int_agent_accounts') }} as users
        on
            users.source_system = 'gorgias'
            and messages.account = users.account
            and messages.sender_id::text = users.native_id
            and messages.is_from_agent
    where
        changed.source_system = 'gorgias'
        and messages.is_public
        and (messages.failed_at is null or not messages.is_from_agent)

)

select * from hubspot
union all
select * from livechat
union all
select * from gorgias
