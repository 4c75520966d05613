with named as (

    select
        tickets.*,
        coalesce(owners.owner_name, tickets.imported_owner_name, tickets.owner_id::text) as owner_name,
        coalesce(
            by_name.agent_name, by_address.agent_name, owners.owner_name, tickets.imported_owner_name,
            tickets.owner_id::text
        ) as agent_name,
        coalesce(pipelines.pipeline_label, tickets.pipeline_id) as pipeline_label,
        coalesce(stages.stage_label, tickets.stage_id) as stage_label,
        stages.is_closed,
        {{ is_listed('pipelines.pipeline_label', var('live_chat_pipelines')) }} as is_live_chat
    from {{ ref('int_tickets_united') }} as tickets
    left join {{ ref('stg_hubspot__owners') }} as owners on tickets.owner_id = owners.owner_id
    left join {{ ref('int_agent_aliases') }} as by_name
        on {{ folded('coalesce(owners.owner_name, tickets.imported_owner_name)') }} = by_name.alias_key
    left join {{ ref('int_agent_aliases') }} as by_address
        on {{ folded('owners.email') }} = by_address.alias_key
    left join {{ ref('stg_hubspot__ticket_pipelines') }} as pipelines
        on tickets.pipeline_id = pipelines.pipeline_id
    left join {{ ref('stg_hubspot__ticket_pipeline_stages') }} as stages
        on tickets.pipeline_id = stages.pipeline_id and tickets.stage_id = stages.stage_id

),

scheduled as (

    select
        named.*,
        coalesce(minute.is_weekend, false) as is_weekend_ticket,
        {{ is_business_minute('minute', 'created_day') }} as is_created_during_business_hours,
        case
            when named.created_at is not null and named.agent_name is not null
                then not {{ is_on_shift('named.agent_name', 'minute', 'created_day') }}
        end as is_off_shift_ticket
    from named
    {{ join_schedule('named.created_at', 'minute', 'created_day') }}

),

measured as (

    select
        *,
        case
            when is_live_chat then {{ var('live_chat_first_response_seconds') }}
            when first_agent_reply_at > created_at then extract(epoch from first_agent_reply_at - created_at)
        end::numeric(18, 3) as first_response_seconds,
        case
            when closed_at >= created_at then extract(epoch from closed_at - created_at)
        end::numeric(18, 3) as resolution_seconds
    from scheduled

),

sifted as (

    select
        *,
        case
            when is_deleted then 'deleted'
            when {{ is_listed('pipeline_label', var('spam_pipelines')) }} then 'spam'
            when
                {{ is_listed('agent_name', var('agent_deny_list')) }}
                or {{ is_listed('owner_name', var('agent_deny_list')) }}
                then 'denied_agent'
            when agent_name is null
                then {{ 'null' if var('keep_unassigned') else "'unassigned'" }}
            {%- if var('agent_allow_list') %}
            when not {{ is_listed('agent_name', var('agent_allow_list')) }} then 'not_on_allow_list'
            {%- endif %}
        end as removal_reason
    from measured

)

select * from sifted
