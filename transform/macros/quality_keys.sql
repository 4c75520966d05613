{#-
    By what two records are taken for the same: stream, name in words, and the columns, each with
    how it is read. Blanks around and case do not matter; a record with any of them empty has no
    such key. "domain" leaves out a leading www.; "minute" cuts an instant, since a form that is
    sent twice arrives within seconds.
-#}
{% macro natural_keys() %}
    {{ return({
        'hubspot': [
            ['contact', 'e-mail address', {'property_email': 'text'}],
            ['company', 'domain', {'property_domain': 'domain'}],
            ['deal', 'name, amount and closing date',
                {'property_dealname': 'text', 'property_amount': 'text', 'property_closedate': 'minute'}],
            ['product', 'SKU', {'property_hs_sku': 'text'}],
            ['ticket', 'subject, text and minute of creation',
                {'property_subject': 'text', 'property_content': 'text', 'property_createdate': 'minute'}],
        ],
        'livechat': [
            ['chats', 'customer and minute of beginning', {'customer_id': 'text', 'created_at': 'minute'}],
        ],
        'gorgias': [
            ['customers', 'account and e-mail address', {'account': 'text', 'email': 'text'}],
            ['users', 'account and e-mail address', {'account': 'text', 'email': 'text'}],
            ['tickets', 'account, customer, subject and minute of creation',
                {'account': 'text', 'customer_id': 'text', 'subject': 'text', 'created_datetime': 'minute'}],
        ],
    }) }}
{% endmacro %}


{% macro loaded_natural_keys() %}
    {%- set streams = raw_streams_by_name() -%}
    {%- set loaded = [] -%}
    {%- for source_system, keys in natural_keys().items() -%}
        {%- for name, words, columns in keys -%}
            {%- set stream = streams.get(source_system ~ '.' ~ name) -%}
            {%- if has_columns(stream, columns.keys()) -%}
                {%- do loaded.append({'stream': stream, 'name': words, 'expression': natural_key(columns)}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(loaded) }}
{% endmacro %}


{#- || is null as soon as one part is. -#}
{% macro natural_key(columns) -%}
    {%- for column, kind in columns.items() -%}
        {%- if kind == 'minute' -%}
            to_char(raw.{{ column }} at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
        {%- elif kind == 'domain' -%}
            regexp_replace({{ folded('cast(raw.' ~ column ~ ' as text)') }}, '^www\.', '')
        {%- else -%}
            {{ folded('cast(raw.' ~ column ~ ' as text)') }}
        {%- endif -%}
        {{ " || ' | ' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
