with moves as (

    select
        spans.source_system,
        {{ wall_clock('spans.opened_at', 'reporting_timezone') }}::date as backlog_date,
        1 as opened,
        0 as closed
    from {{ ref('int_conversation_spans') }} as spans
    inner join {{ ref('int_conversations_measured') }} as conversations
        on spans.conversation_id = conversations.conversation_id
    where conversations.removal_reason is null and spans.opened_at <= {{ as_of() }}
    union all
    select
        spans.source_system,
        {{ wall_clock('spans.closed_at', 'reporting_timezone') }}::date as backlog_date,
        0 as opened,
        1 as closed
    from {{ ref('int_conversation_spans') }} as spans
    inner join {{ ref('int_conversations_measured') }} as conversations
        on spans.conversation_id = conversations.conversation_id
    where conversations.removal_reason is null and spans.closed_at <= {{ as_of() }}

),

per_day as (

    select
        source_system,
        backlog_date,
        sum(opened) as opened,
        sum(closed) as closed
    from moves
    group by source_system, backlog_date

),

days as (

    select
        firsts.source_system,
        calendar.calendar_date as backlog_date
    from (
        select source_system, min(backlog_date) as first_date from per_day group by source_system
    ) as firsts
    inner join {{ ref('calendar') }} as calendar
        on
            calendar.calendar_date >= firsts.first_date
            and calendar.calendar_date <= {{ wall_clock(as_of(), 'reporting_timezone') }}::date

)

select
    days.source_system,
    days.backlog_date,
    coalesce(per_day.opened, 0) as opened,
    coalesce(per_day.closed, 0) as closed,
    sum(coalesce(per_day.opened, 0) - coalesce(per_day.closed, 0)) over (
        partition by days.source_system order by days.backlog_date
    ) as open_at_end
from days
left join per_day on days.source_system = per_day.source_system and days.backlog_date = per_day.backlog_date
