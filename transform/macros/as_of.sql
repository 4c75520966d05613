{#-
    The present instant. It is the moment of the query, unless the variable as_of names another:
    "2026-06-01T12:00:00Z" shows the views as they would have been read then.
-#}
{% macro as_of() -%}
    {%- if var('as_of', none) -%}
        cast('{{ var("as_of") }}' as timestamptz)
    {%- else -%}
        now()
    {%- endif -%}
{%- endmacro %}
