{#- A label without the blanks around it; nothing left means no label. -#}
{% macro trimmed(expression) -%}
    nullif(btrim({{ expression }}, e' \t\r\n\u00a0'), '')
{%- endmacro %}


{#- The form in which names and labels are compared: trimmed and in lower case. -#}
{% macro folded(expression) -%}
    lower({{ trimmed(expression) }})
{%- endmacro %}


{#- Whether a name is on a configured list. An empty list holds nobody; null is on no list. -#}
{% macro is_listed(expression, names) -%}
    {%- if names -%}
        coalesce({{ folded(expression) }} in (
            {%- for name in names -%}
                {{ folded("'" ~ name | string | replace("'", "''") ~ "'") }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ), false)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
