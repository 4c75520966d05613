{#- A number out of a text property; whatever is no number is null. -#}
{% macro decimal_or_null(text) -%}
    case when btrim({{ text }}) ~ '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)$' then btrim({{ text }})::numeric end
{%- endmacro %}


{#- Yes or no out of a text property: true, 1 and yes are yes, nothing is null, all else is no. -#}
{% macro boolean_or_null(text) -%}
    lower(nullif(btrim({{ text }}), '')) in ('true', '1', 'yes')
{%- endmacro %}


{#- A phone number as it is dialled: its digits and plus signs, at most 20 of them. -#}
{% macro dialled(text) -%}
    nullif(left(regexp_replace({{ text }}, '[^0-9+]', '', 'g'), 20), '')
{%- endmacro %}
