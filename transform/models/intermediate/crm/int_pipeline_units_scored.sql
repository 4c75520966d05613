{#- With scoring_compatible the original's own join and words are kept, its gaps included. -#}
{%- set compatible = var('scoring_compatible', false) -%}
{%- set deal_stage = 'deal_stage' if compatible else folded('deal_stage') -%}

with companies as (

    select
        snapshot_id,
        company_id,
        hubspot_owner_id as owner_id,
        {%- if compatible %}
        lower(lifecycle_stage) as lifecycle_stage,
        replace(lower(lead_status), ' ', '_') as lead_status
        {%- else %}
        {{ folded('lifecycle_stage') }} as lifecycle_stage,
        regexp_replace({{ folded('lead_status') }}, '[\s_-]+', '_', 'g') as lead_status
        {%- endif %}
    from {{ ref('hs_companies') }}

),

closed_stages as (

    select distinct {{ deal_stage.replace('deal_stage', 'stage_id') }} as deal_stage
    from {{ ref('hs_deal_stage_reference') }}
    where is_closed

),

-- A stage that the reference does not know counts as open.
open_deals as (

    select
        deals.snapshot_id,
        deals.deal_id,
        deals.associated_company_id as company_id,
        {{ deal_stage.replace('deal_stage', 'deals.deal_stage') }} as deal_stage
    from {{ ref('hs_deals') }} as deals
    left join closed_stages
        on {{ deal_stage.replace('deal_stage', 'deals.deal_stage') }} = closed_stages.deal_stage
    where closed_stages.deal_stage is null

),

units as (

    select
        companies.snapshot_id,
        companies.company_id,
        open_deals.deal_id,
        companies.owner_id,
        companies.lifecycle_stage,
        companies.lead_status,
        open_deals.deal_stage,
        {{ lifecycle_key('companies.lifecycle_stage') }} as lifecycle_key,
        case when open_deals.deal_id is null then 'company' else 'deal' end as stage_source
    from companies
    left join open_deals
        on
            companies.snapshot_id = open_deals.snapshot_id
            and companies.company_id = open_deals.company_id
            {%- if not compatible %}
            and {{ lifecycle_key('companies.lifecycle_stage') }} = 'opportunity'
            {%- endif %}

),

-- Lifecycle stages that are combined stages by themselves, as the mapping lists them.
plain_stages as (

    select
        {{ lifecycle_key('lifecycle_stage') }} as lifecycle_key,
        min(combined_stage) as combined_stage
    from {{ ref('hs_stage_mapping') }}
    where lead_status is null and deal_stage is null
    group by 1

),

combined as (

    select
        units.*,
        {%- if compatible %}
        case
            when units.lifecycle_stage = 'lead' then 'lead/' || coalesce(units.lead_status, '')
            when units.lifecycle_stage = 'opportunity' then 'opportunity/' || coalesce(units.deal_stage, 'missing')
            when units.lifecycle_stage in ('salesqualifiedlead', 'closed-won', 'disqualified') then units.lifecycle_stage
            else 'unmapped'
        end as combined_stage
        {%- else %}
        case
            when units.lifecycle_key = 'lead' then 'lead/' || coalesce(units.lead_status, 'unknown')
            when units.lifecycle_key = 'opportunity' and units.deal_stage = 'contractsent'
                then 'closed-won/contractsent'
            when units.lifecycle_key = 'opportunity' then 'opportunity/' || coalesce(units.deal_stage, 'missing')
            when units.lifecycle_key = 'closedwon' then 'closed-won/contractsent'
            else coalesce(plain_stages.combined_stage, 'unmapped')
        end as combined_stage
        {%- endif %}
    from units
    left join plain_stages on units.lifecycle_key = plain_stages.lifecycle_key

)

select
    combined.snapshot_id,
    combined.snapshot_id::timestamptz as snapshot_timestamp,
    combined.company_id,
    combined.deal_id,
    combined.owner_id,
    combined.lifecycle_stage,
    combined.lead_status,
    combined.deal_stage,
    combined.combined_stage,
    {%- if compatible %}
    mapping.stage_level,
    mapping.adjusted_score,
    {%- else %}
    coalesce(mapping.stage_level, 0) as stage_level,
    coalesce(mapping.adjusted_score, 0) as adjusted_score,
    {%- endif %}
    combined.stage_source
from combined
left join {{ ref('hs_stage_mapping') }} as mapping
    on combined.combined_stage = mapping.combined_stage
