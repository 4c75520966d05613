{#-
    Reading raw tables whose columns differ from portal to portal.

    columns_of(relation) lists the columns that are there. It answers none while parsing and
    inside unit tests, where every column is taken to exist.
-#}
{% macro columns_of(relation) %}
    {%- if not execute or relation.is_cte -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | list) }}
{% endmacro %}


{#- A raw column cast to its type, or null of that type where the portal lacks the property. -#}
{% macro source_column(present, name, data_type) -%}
    cast({{ name if present is none or name in present else 'null' }} as {{ data_type }})
{%- endmacro %}


{#- The relation to select from; for an optional stream that was never loaded, no rows at all. -#}
{% macro optional_rows(relation, present) -%}
    {%- if present is none or present -%}
        {{ relation }}
    {%- else -%}
        (select 1 where false) as never_loaded
    {%- endif -%}
{%- endmacro %}
