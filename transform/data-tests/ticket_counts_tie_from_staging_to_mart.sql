-- Every staged ticket is either in the mart or counted under the rule that removed it.
with counts as (

    select
        (select count(*) from {{ ref('stg_hubspot__tickets') }}) as staged,
        (select count(*) from {{ ref('tickets') }}) as kept,
        (select sum(ticket_count) from {{ ref('tickets_removed') }}) as removed

)

select * from counts
where staged <> kept + removed
