{{ config(
    materialized='incremental', full_refresh=false, on_schema_change='append_new_columns',
    pre_hook="{{ emptied() }}", post_hook="analyze {{ this }}"
) }}
-- What only later runs look at:
-- depends_on: {{ ref('stg_hubspot__ticket_property_history') }}, {{ ref('stg_hubspot__ticket_engagements') }},
-- depends_on: {{ ref('stg_hubspot__engagement_emails') }}, {{ ref('stg_livechat__events') }},
-- depends_on: {{ ref('stg_gorgias__messages') }}, {{ ref('stg_gorgias__satisfaction_surveys') }},
-- depends_on: {{ ref('stg_gorgias__events') }}
{%- set definition = definition() -%}
{%- set since = changed_since(definition) %}
{%- set measured = measured_so_far() if execute %}

with hubspot as (

    select ticket_id from {{ ref('int_tickets_united') }} where {{ is_changed(since) }}
    {%- if since is not none %}
    union
    select ticket_id from {{ ref('stg_hubspot__ticket_property_history') }} where {{ is_changed(since) }}
    union
    select ticket_id from {{ ref('stg_hubspot__ticket_engagements') }} where {{ is_changed(since) }}
    union
    select links.ticket_id
    from {{ ref('stg_hubspot__ticket_engagements') }} as links
    inner join {{ ref('stg_hubspot__engagement_emails') }} as emails on links.engagement_id = emails.engagement_id
    where {{ is_changed(since, 'emails.loaded_at') }}
    {%- endif %}

),

livechat as (

    select thread_id from {{ ref('stg_livechat__chats') }} where {{ is_changed(since) }}
    {%- if since is not none %}
    union
    select thread_id from {{ ref('stg_livechat__events') }} where {{ is_changed(since) }}
    {%- endif %}

),

gorgias as (

    select account, ticket_id from {{ ref('stg_gorgias__tickets') }} where {{ is_changed(since) }}
    {%- if since is not none %}
    union
    select account, ticket_id from {{ ref('stg_gorgias__messages') }} where {{ is_changed(since) }}
    union
    select account, ticket_id from {{ ref('stg_gorgias__satisfaction_surveys') }} where {{ is_changed(since) }}
    union
    select account, object_id as ticket_id
    from {{ ref('stg_gorgias__events') }}
    where object_type = 'Ticket' and {{ is_changed(since) }}
    {%- endif %}

)

select
    'hubspot:' || ticket_id as conversation_id,
    'hubspot' as source_system,
    null::text as account,
    ticket_id,
    null::text as thread_id,
    now() as taken_at,
    '{{ definition }}' as definition
from hubspot
union all
select
    'livechat:' || thread_id as conversation_id,
    'livechat' as source_system,
    null as account,
    null as ticket_id,
    thread_id,
    now() as taken_at,
    '{{ definition }}' as definition
from livechat
union all
select
    'gorgias:' || account || '/' || ticket_id as conversation_id,
    'gorgias' as source_system,
    account,
    ticket_id,
    null as thread_id,
    now() as taken_at,
    '{{ definition }}' as definition
from gorgias
{%- if measured %}
union all
-- Measured once, and since deleted for good by the loader.
select
    measured.conversation_id,
    measured.source_system,
    measured.account,
    null as ticket_id,
    null as thread_id,
    now() as taken_at,
    '{{ definition }}' as definition
from {{ measured }} as measured
where
    not exists (
        select 1 from {{ ref('int_tickets_united') }} as tickets
        where measured.source_system = 'hubspot' and measured.native_id = tickets.ticket_id::text
    )
    and not exists (
        select 1 from {{ ref('stg_livechat__chats') }} as chats
        where measured.source_system = 'livechat' and measured.native_id = chats.thread_id
    )
    and not exists (
        select 1 from {{ ref('stg_gorgias__tickets') }} as tickets
        where
            measured.source_system = 'gorgias'
            and measured.account = tickets.account
            and measured.native_id = tickets.ticket_id::text
    )
{%- endif %}
