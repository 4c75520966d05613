-- The raw tables that the views read, as tap and target make them (the columns that matter here).
create schema hubspot;

create table hubspot.ticket (
    id bigint primary key,
    portal_id bigint,
    is_deleted boolean,
    _fivetran_deleted boolean,
    _fivetran_synced timestamptz,
    property_hs_object_id bigint,
    property_subject text,
    property_content text,
    property_hs_pipeline text,
    property_hs_pipeline_stage text,
    property_hubspot_owner_id bigint,
    property_hs_created_by_user_id bigint,
    property_hs_ticket_priority text,
    property_hs_ticket_category text,
    property_source_type text,
    property_hs_all_owner_ids text,
    property_createdate timestamptz,
    property_closed_date timestamptz,
    property_first_agent_reply_date timestamptz,
    property_hs_lastmodifieddate timestamptz,
    property_time_to_close numeric
);

create table hubspot.owner (
    owner_id bigint primary key,
    id bigint,
    portal_id bigint,
    type text,
    email text,
    first_name text,
    last_name text,
    active_user_id bigint,
    is_active boolean,
    created_at timestamptz,
    updated_at timestamptz,
    _fivetran_synced timestamptz
);

create table hubspot.ticket_pipeline (
    pipeline_id text primary key,
    id text,
    portal_id bigint,
    label text,
    display_order bigint,
    active boolean,
    object_type_id text,
    created_at timestamptz,
    updated_at timestamptz,
    is_deleted boolean,
    _fivetran_deleted boolean,
    _fivetran_synced timestamptz
);

create table hubspot.ticket_pipeline_stage (
    pipeline_id text,
    stage_id text,
    id text,
    portal_id bigint,
    label text,
    display_order bigint,
    active boolean,
    is_closed boolean,
    ticket_state text,
    created_at timestamptz,
    updated_at timestamptz,
    is_deleted boolean,
    _fivetran_deleted boolean,
    _fivetran_synced timestamptz,
    primary key (pipeline_id, stage_id)
);

create table hubspot.ticket_property_history (
    ticket_id bigint,
    name text,
    timestamp_instant timestamptz,
    portal_id bigint,
    value text,
    source text,
    source_id text,
    _fivetran_start timestamptz,
    _fivetran_end timestamptz,
    _fivetran_active boolean,
    _fivetran_synced timestamptz,
    primary key (ticket_id, name, timestamp_instant)
);

create table hubspot.rejected_value (
    stream text,
    record_id text,
    column_name text,
    portal_id bigint,
    reason text,
    raw_value text,
    raw_record jsonb,
    rejected_at timestamptz,
    primary key (stream, record_id, column_name)
);
