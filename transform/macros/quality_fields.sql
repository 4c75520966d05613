{#-
    A CTE "fields": per record table and column the live rows, those filled and, if asked, the
    different values. A row as JSON names its own columns, so that the view needs no list of them
    and a property that comes tomorrow is in it.
-#}
{% macro fields_of_records(with_values) -%}
{%- set streams = raw_records() -%}
with fields as (

    {%- for stream in streams %}
    select
        '{{ stream.source_system }}' as source_system,
        '{{ stream.stream }}' as stream,
        values_of_rows.key as column_name,
        count(*) as row_count,
        count(nullif(values_of_rows.value, '')) as populated_count
        {%- if with_values %},
        count(distinct nullif(values_of_rows.value, '')) as distinct_count
        {%- endif %}
    from {{ stream.relation }} as raw
    cross join lateral jsonb_each_text(to_jsonb(raw)) as values_of_rows
    where
        {{ stream.is_live }}
        and not starts_with(values_of_rows.key, '_')
    group by values_of_rows.key
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'column_name': 'text', 'row_count': 'bigint',
        'populated_count': 'bigint', 'distinct_count': 'bigint',
    }) }}
    {%- endfor %}

)
{%- endmacro %}
