-- Raw tables for the quality views beside raw_tables.sql. Every instant is told from the moment
-- that the views are asked as of: Friday 24 July 2026, 12:30 UTC, 09:30 in Halifax.
alter table hubspot.ticket add column property_hs_primary_company_id bigint;

create table hubspot.company (
    id bigint primary key, portal_id bigint, is_deleted boolean, _fivetran_deleted boolean,
    _fivetran_synced timestamptz, property_createdate timestamptz, property_hs_lastmodifieddate timestamptz,
    property_name text, property_domain text, property_phone text
);
insert into hubspot.company values
    (501, 1, false, false, '2026-07-24T10:00Z', '2025-01-01T00:00Z', '2025-01-01T00:00Z', 'Northwind', 'northwind.example', '555'),
    (502, 1, false, false, '2026-07-24T10:00Z', '2025-02-01T00:00Z', '2026-07-20T00:00Z', 'Southgate', 'WWW.Northwind.example ', ''),
    (503, 1, true, true, '2026-07-24T10:00Z', '2025-03-01T00:00Z', '2025-03-01T00:00Z', 'Gone', 'northwind.example', null);

create table hubspot.deal (
    deal_id bigint primary key, portal_id bigint, is_deleted boolean, _fivetran_deleted boolean,
    _fivetran_synced timestamptz, property_createdate timestamptz, property_dealname text,
    property_hubspot_owner_id bigint
);
insert into hubspot.deal values
    (900, 1, false, false, '2026-07-24T10:00Z', '2026-01-01T00:00Z', 'Big', 11),
    (901, 1, true, true, '2026-07-24T10:00Z', '2026-01-01T00:00Z', 'Lost', 12);

create table hubspot.line_item (
    id bigint primary key, portal_id bigint, is_deleted boolean, _fivetran_deleted boolean,
    _fivetran_synced timestamptz, property_createdate timestamptz, property_name text,
    property_quantity numeric, property_amount numeric, property_deal_id bigint
);
insert into hubspot.line_item values
    (1, 1, false, false, '2026-07-24T10:00Z', '2026-01-01T00:00Z', 'Bolt', 2, 5.5, 900),
    (2, 1, false, false, '2026-07-24T10:00Z', '2026-01-01T00:00Z', 'Nut', 1, 1, 901),
    (3, 1, false, false, '2026-07-24T10:00Z', '2026-01-01T00:00Z', 'Gear', 1, 9, null),
    (4, 1, true, true, '2026-07-24T10:00Z', '2026-01-01T00:00Z', 'Deleted', 1, 9, 900);

create table hubspot._sync_log (
    run_id text, stream text, status text, started_at timestamptz, finished_at timestamptz,
    inserted bigint, deleted bigint, rejected bigint
);
insert into hubspot._sync_log values
    ('long ago', 'ticket', 'failed', '2026-07-16T12:30Z', '2026-07-16T12:31Z', 9, 9, 9),
    ('killed', 'ticket', 'running', '2026-07-23T23:30Z', null, 0, 0, 0),
    ('first', 'ticket', 'success', '2026-07-24T03:30Z', '2026-07-24T03:40Z', 5, 1, 0),
    ('failed', 'ticket', 'failed', '2026-07-24T07:30Z', '2026-07-24T07:31Z', 0, 0, 0),
    ('last', 'ticket', 'partial', '2026-07-24T11:30Z', '2026-07-24T11:45Z', 2, 0, 1);

create schema livechat;
create table livechat.chats (
    thread_id text primary key, chat_id text, customer_id text, created_at timestamptz,
    _sdc_extracted_at timestamptz, _sdc_deleted_at timestamptz
);
-- Twenty chats on each day from 14 May, 22 on the 22nd of July, and 3 yesterday, the 23rd; the last
-- of a day begins at 23:30 in Halifax, which is the next day in UTC.
insert into livechat.chats
select day || '-' || n, 'C' || n, 'U' || n,
    ((day + time '23:30') at time zone 'America/Halifax') - (n - 1) * interval '20 minutes',
    '2026-07-23T11:30Z', null
from (select cast(d as date) as day from generate_series(date '2026-05-14', date '2026-07-23', '1 day') as d) as days
cross join generate_series(1, 22) as n
where n <= case day when date '2026-07-23' then 3 when date '2026-07-22' then 22 else 20 end;
