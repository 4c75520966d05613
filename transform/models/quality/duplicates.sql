{%- set rules = loaded_natural_keys() -%}

with keyed as (

    {%- for rule in rules %}
    select
        '{{ rule.stream.source_system }}' as source_system,
        '{{ rule.stream.stream }}' as stream,
        '{{ rule.name }}' as natural_key,
        {{ rule.expression }} as key_value,
        {{ rule.stream.key }} as record_id,
        {{ instant_or_null(rule.stream.created) }} as created_at
    from {{ rule.stream.relation }} as raw
    where {{ rule.stream.is_live }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not rules %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'natural_key': 'text', 'key_value': 'text',
        'record_id': 'text', 'created_at': 'timestamptz',
    }) }}
    {%- endif %}

)

select
    source_system,
    stream,
    natural_key,
    key_value,
    count(*) as record_count,
    array_agg(record_id order by created_at, record_id) as record_ids,
    min(created_at) as first_created_at,
    max(created_at) as last_created_at
from keyed
where key_value is not null
group by source_system, stream, natural_key, key_value
having count(*) > 1
