{%- set relationships = loaded_relationships() -%}

with counted as (

    {%- for relationship in relationships %}
    {%- set child = relationship.child %}
    {%- set parent = relationship.parent %}
    select
        '{{ child.source_system }}' as source_system,
        '{{ child.stream }}' as from_stream,
        '{{ relationship.from_columns | join(", ") }}' as from_columns,
        '{{ parent.stream }}' as to_stream,
        count(*) as row_count,
        count(children.reference) as referring_count,
        count(*) filter (where parents.is_live) as holding_count,
        count(*) filter (where not parents.is_live) as deleted_target_count
    from (
        select {{ joined_key(relationship.from_columns) }} as reference
        from {{ child.relation }} as raw
        where {{ child.is_live }}
    ) as children
    left join (
        select
            {{ joined_key(relationship.to_columns) }} as reference,
            bool_or({{ parent.is_live }}) as is_live
        from {{ parent.relation }} as raw
        group by 1
    ) as parents on children.reference = parents.reference
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not relationships %}
    {{ no_rows({
        'source_system': 'text', 'from_stream': 'text', 'from_columns': 'text', 'to_stream': 'text',
        'row_count': 'bigint', 'referring_count': 'bigint', 'holding_count': 'bigint',
        'deleted_target_count': 'bigint',
    }) }}
    {%- endif %}

)

select
    source_system,
    from_stream,
    from_columns,
    to_stream,
    row_count,
    referring_count,
    holding_count,
    referring_count - holding_count as broken_count,
    deleted_target_count,
    round(100.0 * holding_count / nullif(referring_count, 0), 2) as holding_percent
from counted
