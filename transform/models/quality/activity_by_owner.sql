{%- set streams = loaded_owners() -%}
{%- set owner_tables = loaded_owner_names() -%}

with owned as (

    {%- for stream in streams %}
    select
        '{{ stream.source_system }}' as source_system,
        '{{ stream.stream }}' as stream,
        {{ joined_key(stream.owner_columns) }} as owner_id,
        {{ stream.created }} as created_at,
        {{ instant_or_null(stream.changed) }} as changed_at
    from {{ stream.relation }} as raw
    where {{ stream.is_live }}{{ ' and ' ~ stream.condition if stream.condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not streams %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'owner_id': 'text', 'created_at': 'timestamptz',
        'changed_at': 'timestamptz',
    }) }}
    {%- endif %}

),

names as (

    {%- for owners in owner_tables %}
    select
        '{{ owners.source_system }}' as source_system,
        {{ joined_key(owners.key) }} as owner_id,
        {{ owners.name }} as owner_name
    from {{ owners.relation }} as raw
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not owner_tables %}
    {{ no_rows({'source_system': 'text', 'owner_id': 'text', 'owner_name': 'text'}) }}
    {%- endif %}

),

counted as (

    select
        source_system,
        stream,
        owner_id,
        count(*) as record_count,
        count(*) filter (where created_at > {{ as_of() }} - interval '7 days') as created_within_7_days,
        count(*) filter (where changed_at > {{ as_of() }} - interval '7 days') as changed_within_7_days,
        count(*) filter (where created_at > {{ as_of() }} - interval '30 days') as created_within_30_days,
        max(greatest(created_at, changed_at)) as last_activity_at
    from owned
    group by source_system, stream, owner_id

)

select
    counted.source_system,
    counted.stream,
    counted.owner_id,
    names.owner_name,
    counted.record_count,
    counted.created_within_7_days,
    counted.changed_within_7_days,
    counted.created_within_30_days,
    counted.last_activity_at
from counted
left join names on counted.source_system = names.source_system and counted.owner_id = names.owner_id
