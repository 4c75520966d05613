-- Every ticket is either in the mart or counted under the rule that removed it.
with counts as (

    select
        (select count(*) from {{ ref('int_tickets_united') }}) as united,
        (select count(*) from {{ ref('tickets') }}) as kept,
        (select sum(ticket_count) from {{ ref('tickets_removed') }}) as removed

)

select * from counts
where united <> kept + removed
