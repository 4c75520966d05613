{%- set appointments = source('hubspot', 'appointment') -%}
{%- set present = columns_of(appointments, optional=true) -%}

select
    {{ source_column(present, 'id', 'bigint') }} as appointment_id,
    {{ source_column(present, 'property_hs_appointment_name', 'text') }} as appointment_name,
    {{ source_column(present, 'property_hs_appointment_start', 'timestamptz') }} as starts_at,
    {{ source_column(present, 'property_hs_appointment_end', 'timestamptz') }} as ends_at,
    {{ source_column(present, 'property_hs_duration', 'numeric') }} as duration_milliseconds,
    {{ source_column(present, 'property_hs_pipeline', 'text') }} as pipeline_id,
    {{ source_column(present, 'property_hs_pipeline_stage', 'text') }} as stage_id,
    {{ source_column(present, 'property_hubspot_owner_id', 'bigint') }} as owner_id,
    {{ source_column(present, 'property_hubspot_owner_assigneddate', 'timestamptz') }} as owner_assigned_at,
    {{ source_column(present, 'property_hubspot_team_id', 'bigint') }} as team_id,
    {{ source_column(present, 'property_appointment_id', 'text') }} as own_appointment_id,
    {{ source_column(present, 'property_date', 'text') }} as appointment_date,
    {{ source_column(present, 'property_time', 'text') }} as appointment_time,
    {{ source_column(present, 'property_duration', 'text') }} as appointment_duration,
    {{ source_column(present, 'property_log', 'text') }} as appointment_log,
    {{ boolean_or_null(source_column(present, 'property_is_complete', 'text')) }} as is_complete,
    {%- for name in [
        'genius_appointment_id', 'marketsharp_id', 'first_name', 'last_name', 'email', 'phone1',
        'phone2', 'address1', 'address2', 'city', 'state', 'zip', 'appointment_status',
        'appointment_response', 'appointment_services', 'lead_services', 'product_interest_primary',
        'product_interest_secondary', 'user_id', 'canvasser', 'canvasser_id', 'canvasser_email',
        'division_id', 'primary_source', 'secondary_source', 'prospect_id', 'prospect_source_id',
        'hscontact_id', 'type_id', 'type_id_text', 'marketsharp_appt_type', 'complete_date',
        'complete_outcome_id', 'complete_outcome_id_text', 'complete_user_id', 'confirm_date',
        'confirm_user_id', 'confirm_with', 'assign_date', 'add_date', 'add_user_id', 'notes', 'title',
        'marketing_task_id', 'leap_estimate_id', 'spouses_present', 'year_built', 'error_details',
        'tester_test', 'hs_all_owner_ids', 'hs_all_team_ids', 'hs_all_accessible_team_ids',
        'hs_all_assigned_business_unit_ids',
    ] %}
    {{ source_column(present, 'property_' ~ name, 'text') }} as {{ name }},
    {%- endfor %}
    {{ source_column(present, 'property_hs_createdate', 'timestamptz') }} as created_at,
    {{ source_column(present, 'property_hs_lastmodifieddate', 'timestamptz') }} as last_modified_at,
    coalesce({{ source_column(present, '_fivetran_deleted', 'boolean') }}, false) as is_deleted,
    {{ source_column(present, '_fivetran_synced', 'timestamptz') }} as synced_at
from {{ optional_rows(appointments, present) }}
