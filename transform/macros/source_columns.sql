{#-
    Reading raw tables whose columns differ from portal to portal.

    columns_of(relation) lists the columns that are there; an optional table that was never loaded
    has none. It answers none while parsing and inside unit tests, where every column is taken to
    exist.
-#}
{% macro columns_of(relation, optional=false) %}
    {%- if not execute or relation.is_cte -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set names = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- if not names and not optional -%}
        {{ exceptions.raise_compiler_error(
            relation.schema ~ "." ~ relation.identifier ~ " is not there. Load it first (meltano run "
            ~ "tap-hubspot target-postgres), or set DBT_RAW_SCHEMA to the schema that was loaded."
        ) }}
    {%- endif -%}
    {{ return(names) }}
{% endmacro %}


{#- A raw column cast to its type, or null of that type where the portal lacks the property. -#}
{% macro source_column(present, name, data_type) -%}
    cast({{ name if present is none or name in present else 'null' }} as {{ data_type }})
{%- endmacro %}


{#- The relation to select from; for an optional table that was never loaded, no rows at all. -#}
{% macro optional_rows(relation, present) -%}
    {%- if present is none or present -%}
        {{ relation }}
    {%- else -%}
        (select 1 where false) as never_loaded
    {%- endif -%}
{%- endmacro %}


{#-
    When a row was last written, its marking as deleted included, by the loader's clock; as it is in
    the table, so that an index on it serves. A loader that keeps no such column gives null, and
    everything is then measured anew on each run.
-#}
{% macro loaded_at(present) -%}
    {{ source_column(present, '_sdc_batched_at', 'timestamptz') }}
{%- endmacro %}
