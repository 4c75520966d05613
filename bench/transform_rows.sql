-- A million Gorgias tickets with three million messages, as tap and target would have left them,
-- beside an empty HubSpot account. :tickets is how many; every ticket has three messages, an event
-- for its creation, assignment and closing, and one in three a survey.
create schema gorgias;

create table gorgias.users as
select
    'bench'::text as account, n::bigint as id, 'Agent ' || n as name,
    'agent' || n || '@example.com' as email, 'agent'::text as role_name, true as active,
    false as is_deleted, timestamptz '2025-01-01' as created_datetime,
    timestamptz '2026-06-01' as _sdc_extracted_at, timestamptz '2026-06-01' as _sdc_batched_at,
    null::timestamptz as _sdc_deleted_at
from generate_series(1, 40) as n;

create table gorgias.tickets as
select
    'bench'::text as account, n::bigint as id, (n % 40 + 1)::bigint as assignee_user_id,
    null::bigint as assignee_team_id, (n % 90000)::bigint as customer_id,
    'Question ' || n as subject, repeat('x', 180) as excerpt,
    (array['email', 'chat', 'email', 'phone'])[n % 4 + 1] as channel, 'email'::text as via,
    'closed'::text as status, 'normal'::text as priority, n % 17 = 0 as from_agent, n % 50 = 0 as spam,
    false as is_deleted, at as created_datetime,
    case when n % 20 <> 0 then at + (60 + n % 250000) * interval '1 second' end as closed_datetime,
    null::timestamptz as snooze_datetime, null::timestamptz as trashed_datetime,
    at + interval '4 days' as updated_datetime,
    timestamptz '2026-06-01' as _sdc_extracted_at, timestamptz '2026-06-01' as _sdc_batched_at,
    null::timestamptz as _sdc_deleted_at
from (
    select n, timestamptz '2025-06-01' + n * (interval '365 days' / :tickets) as at
    from generate_series(1, :tickets) as n
) as made;

create table gorgias.messages as
select
    account, id * 3 + k as id, id as ticket_id, (k = 1)::int * assignee_user_id + (k <> 1)::int * 900001 as sender_id,
    null::bigint as rule_id, channel, case when k = 1 then 'helpdesk' else 'email' end as via,
    true as public, k = 1 as from_agent, repeat('y', 250) as body_text, repeat('z', 250) as stripped_text,
    created_datetime + k * (40 + id % 9000) * interval '1 second' as created_datetime,
    case when k = 1 then created_datetime + (42 + id % 9000) * interval '1 second' end as sent_datetime,
    null::timestamptz as failed_datetime,
    timestamptz '2026-06-01' as _sdc_extracted_at, timestamptz '2026-06-01' as _sdc_batched_at,
    null::timestamptz as _sdc_deleted_at
from gorgias.tickets cross join generate_series(0, 2) as k;

create table gorgias.events as
select
    account, id * 3 + k as id, (array['ticket-created', 'ticket-assigned', 'ticket-closed'])[k + 1] as type,
    'Ticket'::text as object_type, id as object_id, assignee_user_id as user_id,
    case when k = 1 then jsonb_build_object('assignee_user_id', assignee_user_id) else '{}' end as data,
    case k when 0 then created_datetime when 1 then created_datetime + interval '9 s' else closed_datetime end
        as created_datetime,
    timestamptz '2026-06-01' as _sdc_extracted_at, timestamptz '2026-06-01' as _sdc_batched_at,
    null::timestamptz as _sdc_deleted_at
from gorgias.tickets cross join generate_series(0, 2) as k
where k < 2 or closed_datetime is not null;

create table gorgias.satisfaction_surveys as
select
    account, id, id as ticket_id, (id % 5 + 1)::int as score, closed_datetime as created_datetime,
    closed_datetime + interval '1 hour' as sent_datetime, closed_datetime + interval '1 day' as scored_datetime,
    timestamptz '2026-06-01' as _sdc_extracted_at, timestamptz '2026-06-01' as _sdc_batched_at,
    null::timestamptz as _sdc_deleted_at
from gorgias.tickets where id % 3 = 0 and closed_datetime is not null;

-- The indexes that meltano.yml asks for.
alter table gorgias.users add primary key (account, id);
alter table gorgias.tickets add primary key (account, id);
alter table gorgias.messages add primary key (account, id);
alter table gorgias.events add primary key (account, id);
alter table gorgias.satisfaction_surveys add primary key (account, id);
create index on gorgias.tickets (_sdc_batched_at);
create index on gorgias.messages (_sdc_batched_at);
create index on gorgias.messages (account, ticket_id);
create index on gorgias.events (_sdc_batched_at);
create index on gorgias.events (account, object_id);
create index on gorgias.satisfaction_surveys (_sdc_batched_at);
create index on gorgias.satisfaction_surveys (account, ticket_id);

-- HubSpot has to have been loaded once; here it has nothing to tell.
create schema hubspot;
create table hubspot.ticket (id bigint primary key, _fivetran_deleted boolean, _fivetran_synced timestamptz);
create table hubspot.owner (
    owner_id bigint primary key, first_name text, last_name text, email text, _fivetran_synced timestamptz
);
create table hubspot.ticket_pipeline (pipeline_id text primary key, _fivetran_synced timestamptz);
create table hubspot.ticket_pipeline_stage (
    pipeline_id text, stage_id text, _fivetran_synced timestamptz, primary key (pipeline_id, stage_id)
);
