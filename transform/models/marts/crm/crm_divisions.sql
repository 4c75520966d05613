select
    divisions.division_id,
    divisions.division_name,
    divisions.division_label,
    divisions.division_code,
    divisions.status,
    divisions.region,
    divisions.manager_name,
    lower({{ trimmed('divisions.manager_email') }}) as manager_email,
    {{ dialled('divisions.phone') }} as phone,
    divisions.address1,
    divisions.address2,
    divisions.city,
    divisions.state,
    divisions.zip,
    divisions.pipeline_id,
    divisions.stage_id,
    coalesce(stages.stage_label, divisions.stage_id) as stage_label,
    divisions.owner_id,
    coalesce(owners.owner_name, divisions.owner_id::text) as owner_name,
    divisions.created_at,
    divisions.last_modified_at,
    divisions.synced_at
from {{ ref('stg_hubspot__divisions') }} as divisions
left join {{ ref('stg_hubspot__field_pipeline_stages') }} as stages
    on
        stages.record_type = 'division'
        and divisions.pipeline_id = stages.pipeline_id
        and divisions.stage_id = stages.stage_id
left join {{ ref('stg_hubspot__owners') }} as owners
    on divisions.owner_id = owners.owner_id
where not divisions.is_deleted
