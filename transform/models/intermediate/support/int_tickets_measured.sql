with named as (

    select
        tickets.*,
        coalesce(owners.owner_name, tickets.imported_owner_name, tickets.owner_id::text) as owner_name,
        coalesce(
            aliases.agent_name, owners.owner_name, tickets.imported_owner_name, tickets.owner_id::text
        ) as agent_name,
        coalesce(pipelines.pipeline_label, tickets.pipeline_id) as pipeline_label,
        coalesce(stages.stage_label, tickets.stage_id) as stage_label,
        stages.is_closed,
        {{ is_listed('pipelines.pipeline_label', var('live_chat_pipelines')) }} as is_live_chat,
        {{ minute_of_week(wall_clock('tickets.created_at', 'schedule_timezone')) }} as schedule_minute
    from {{ ref('int_tickets_united') }} as tickets
    left join {{ ref('stg_hubspot__owners') }} as owners on tickets.owner_id = owners.owner_id
    left join {{ ref('agent_aliases') }} as aliases
        on {{ folded('coalesce(owners.owner_name, tickets.imported_owner_name)') }} = {{ folded('aliases.alias') }}
    left join {{ ref('stg_hubspot__ticket_pipelines') }} as pipelines
        on tickets.pipeline_id = pipelines.pipeline_id
    left join {{ ref('stg_hubspot__ticket_pipeline_stages') }} as stages
        on tickets.pipeline_id = stages.pipeline_id and tickets.stage_id = stages.stage_id

),

scheduled as (

    select
        named.*,
        exists (
            select 1 from {{ ref('schedule_windows') }} as span
            where span.window_kind = 'weekend' and {{ in_window('named.schedule_minute', 'span') }}
        ) as is_weekend_ticket,
        exists (
            select 1 from {{ ref('schedule_windows') }} as span
            where span.window_kind = 'business_hours' and {{ in_window('named.schedule_minute', 'span') }}
        ) as is_created_during_business_hours,
        (
            select not coalesce(bool_or({{ in_window('named.schedule_minute', 'span') }}), false)
            from {{ ref('schedule_windows') }} as span
            where
                span.window_kind = 'shift'
                and span.agent_name is not distinct from own_shifts.agent_name
            having named.schedule_minute is not null and named.agent_name is not null
        ) as is_off_shift_ticket
    from named
    left join lateral (
        select span.agent_name
        from {{ ref('schedule_windows') }} as span
        where
            span.window_kind = 'shift'
            and {{ folded('span.agent_name') }} = {{ folded('named.agent_name') }}
        limit 1
    ) as own_shifts on true

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
