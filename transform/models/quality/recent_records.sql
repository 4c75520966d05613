{%- set streams = raw_records() -%}

with records as (

    {%- for stream in streams %}
    select
        '{{ stream.source_system }}' as source_system,
        '{{ stream.stream }}' as stream,
        {{ stream.key }} as record_id,
        {{ stream.created }} as created_at,
        {{ instant_or_null(stream.changed) }} as changed_at,
        {{ instant_or_null(stream.synced) }} as synced_at,
        {{ stream.is_live }} as is_live
    from {{ stream.relation }} as raw
    where
        {{ stream.created }} > {{ as_of() }} - interval '7 days'
        or {{ instant_or_null(stream.changed) }} > {{ as_of() }} - interval '7 days'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not streams %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'record_id': 'text', 'created_at': 'timestamptz',
        'changed_at': 'timestamptz', 'synced_at': 'timestamptz', 'is_live': 'boolean',
    }) }}
    {%- endif %}

)

select
    source_system,
    stream,
    record_id,
    created_at,
    changed_at,
    synced_at,
    created_at > {{ as_of() }} - interval '7 days' as is_new,
    is_live
from records
where coalesce(created_at, changed_at) <= {{ as_of() }}
order by greatest(created_at, changed_at) desc, source_system, stream, record_id
