{#- Everything lands in the one schema that DBT_SCHEMA names, whatever a folder asks for. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}
{%- endmacro %}
