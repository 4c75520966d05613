-- HubSpot: stages as they were entered, each looked up in the pipeline of that moment.
with hubspot as (

    select
        changed.conversation_id,
        stage_moves.changed_at as moved_at,
        coalesce(stages.is_closed, false) as is_closing,
        row_number() over (
            partition by changed.conversation_id, stage_moves.changed_at order by stage_moves.property_value
        ) as move_rank
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_hubspot__ticket_property_history') }} as stage_moves
        on changed.ticket_id = stage_moves.ticket_id and stage_moves.property_name = 'hs_pipeline_stage'
    left join lateral (
        select pipeline_moves.property_value as pipeline_id
        from {{ ref('stg_hubspot__ticket_property_history') }} as pipeline_moves
        where
            pipeline_moves.ticket_id = changed.ticket_id
            and pipeline_moves.property_name = 'hs_pipeline'
            and pipeline_moves.changed_at <= stage_moves.changed_at
        order by pipeline_moves.changed_at desc
        limit 1
    ) as entered on true
    left join {{ ref('stg_hubspot__ticket_pipeline_stages') }} as stages
        on entered.pipeline_id = stages.pipeline_id and stage_moves.property_value = stages.stage_id
    where changed.source_system = 'hubspot'

),

-- Gorgias: a snoozed ticket says closed, but nobody closed it; waking up is no reopening.
gorgias as (

    select
        changed.conversation_id,
        events.created_at as moved_at,
        events.event_type = 'ticket-closed' as is_closing,
        events.event_id as move_rank
    from {{ ref('int_changed_conversations') }} as changed
    inner join {{ ref('stg_gorgias__events') }} as events
        on changed.account = events.account and changed.ticket_id = events.object_id
    where
        changed.source_system = 'gorgias'
        and events.object_type = 'Ticket'
        and events.event_type in ('ticket-created', 'ticket-closed', 'ticket-reopened')

)

select * from hubspot
union all
select * from gorgias
