select
    appointments.appointment_id,
    appointments.own_appointment_id,
    appointments.appointment_name,
    appointments.starts_at,
    appointments.ends_at,
    appointments.duration_milliseconds,
    appointments.pipeline_id,
    appointments.stage_id,
    coalesce(stages.stage_label, appointments.stage_id) as stage_label,
    appointments.owner_id,
    coalesce(owners.owner_name, appointments.owner_id::text) as owner_name,
    appointments.owner_assigned_at,
    appointments.team_id,
    appointments.genius_appointment_id,
    appointments.marketsharp_id,

    -- person
    appointments.first_name,
    appointments.last_name,
    lower({{ trimmed('appointments.email') }}) as email,
    {{ dialled('appointments.phone1') }} as phone1,
    {{ dialled('appointments.phone2') }} as phone2,
    appointments.address1,
    appointments.address2,
    appointments.city,
    appointments.state,
    appointments.zip,

    -- when, as the portal's own properties have it
    appointments.appointment_date,
    appointments.appointment_time,
    appointments.appointment_duration,

    -- status
    appointments.appointment_status,
    appointments.appointment_response,
    appointments.is_complete,

    -- services
    appointments.appointment_services,
    appointments.lead_services,
    appointments.product_interest_primary,
    appointments.product_interest_secondary,

    -- people
    appointments.user_id,
    appointments.canvasser,
    appointments.canvasser_id,
    lower({{ trimmed('appointments.canvasser_email') }}) as canvasser_email,

    -- origin
    appointments.division_id,
    appointments.primary_source,
    appointments.secondary_source,
    appointments.prospect_id,
    appointments.prospect_source_id,
    appointments.hscontact_id,

    -- type
    appointments.type_id,
    appointments.type_id_text,
    appointments.marketsharp_appt_type,

    -- completion
    appointments.complete_date,
    appointments.complete_outcome_id,
    appointments.complete_outcome_id_text,
    appointments.complete_user_id,

    -- confirmation
    appointments.confirm_date,
    appointments.confirm_user_id,
    appointments.confirm_with,

    -- dates
    appointments.assign_date,
    appointments.add_date,
    appointments.add_user_id,

    -- other
    appointments.notes,
    appointments.appointment_log,
    appointments.title,
    appointments.marketing_task_id,
    appointments.leap_estimate_id,
    appointments.spouses_present,
    appointments.year_built,
    appointments.error_details,
    appointments.tester_test,

    -- lists of ids
    appointments.hs_all_owner_ids,
    appointments.hs_all_team_ids,
    appointments.hs_all_accessible_team_ids,
    appointments.hs_all_assigned_business_unit_ids,

    appointments.created_at,
    appointments.last_modified_at,
    appointments.synced_at
from {{ ref('stg_hubspot__appointments') }} as appointments
left join {{ ref('stg_hubspot__field_pipeline_stages') }} as stages
    on
        stages.record_type = 'appointment'
        and appointments.pipeline_id = stages.pipeline_id
        and appointments.stage_id = stages.stage_id
left join {{ ref('stg_hubspot__owners') }} as owners
    on appointments.owner_id = owners.owner_id
where not appointments.is_deleted
