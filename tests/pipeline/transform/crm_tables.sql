-- The raw CRM tables that a snapshot reads, as tap and target make them (the columns that matter).
create table hubspot.company (
    id bigint primary key,
    property_name text,
    property_lifecyclestage text,
    property_hs_lead_status text,
    property_hubspot_owner_id bigint,
    property_development_category text,
    _fivetran_deleted boolean default false
);

create table hubspot.deal (
    deal_id bigint primary key,
    deal_pipeline_id text,
    deal_pipeline_stage_id text,
    owner_id bigint,
    property_dealname text,
    property_amount numeric,
    _fivetran_deleted boolean default false
);

create table hubspot.deal_company (
    deal_id bigint,
    company_id bigint,
    type_id bigint,
    category text,
    label text,
    _fivetran_deleted boolean default false
);

create table hubspot.deal_pipeline_stage (
    pipeline_id text,
    stage_id text,
    label text,
    is_closed boolean,
    probability numeric,
    _fivetran_deleted boolean default false
);

insert into hubspot.owner (owner_id, email, first_name, is_active)
values (7, 'seven@example.com', 'Seven', true), (8, 'eight@example.com', 'Eight', true);

insert into hubspot.deal_pipeline_stage (pipeline_id, stage_id, label, is_closed, probability)
values ('default', 'qualifiedtobuy', 'Qualified', false, 0.4), ('default', 'closedwon', 'Won', true, 1);

insert into hubspot.company (id, property_name, property_lifecyclestage, property_hs_lead_status, property_hubspot_owner_id)
values (1, 'One', 'lead', 'NEW', 7), (2, 'Two', 'opportunity', null, null), (3, 'Three', 'customer', null, 8);

insert into hubspot.company (id, property_lifecyclestage, _fivetran_deleted) values (4, 'customer', true);

insert into hubspot.deal (deal_id, deal_pipeline_id, deal_pipeline_stage_id, property_dealname, property_amount)
values (21, 'default', 'qualifiedtobuy', 'A', 10.5), (22, 'default', 'closedwon', 'B', 2), (23, 'default', 'qualifiedtobuy', 'C', 1);

insert into hubspot.deal_company (deal_id, company_id, type_id, category)
values (21, 2, 5, 'HUBSPOT_DEFINED'), (21, 2, 341, 'HUBSPOT_DEFINED'), (22, 2, 5, 'HUBSPOT_DEFINED'), (23, 2, 5, 'HUBSPOT_DEFINED');
