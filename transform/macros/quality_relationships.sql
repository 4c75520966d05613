{#-
    What refers to what in the raw tables: the stream with the reference and its columns, then the
    stream referred to and its columns. A pair of which a table or column was never loaded is left
    out. Where a portal names the company of a record differently, each name has its line.
-#}
{% macro known_relationships() %}
    {{ return({
        'hubspot': [
            ['ticket', ['property_hs_primary_company_id'], 'company', ['id']],
            ['ticket', ['property_companyid_hs_sync'], 'company', ['id']],
            ['ticket', ['property_hubspot_owner_id'], 'owner', ['owner_id']],
            ['ticket', ['property_hs_pipeline'], 'ticket_pipeline', ['pipeline_id']],
            ['ticket', ['property_hs_pipeline', 'property_hs_pipeline_stage'],
                'ticket_pipeline_stage', ['pipeline_id', 'stage_id']],
            ['ticket_company', ['ticket_id'], 'ticket', ['id']],
            ['ticket_company', ['company_id'], 'company', ['id']],
            ['ticket_contact', ['ticket_id'], 'ticket', ['id']],
            ['ticket_contact', ['contact_id'], 'contact', ['id']],
            ['ticket_deal', ['ticket_id'], 'ticket', ['id']],
            ['ticket_deal', ['deal_id'], 'deal', ['deal_id']],
            ['contact', ['property_associatedcompanyid'], 'company', ['id']],
            ['contact', ['property_hubspot_owner_id'], 'owner', ['owner_id']],
            ['company', ['property_hubspot_owner_id'], 'owner', ['owner_id']],
            ['company', ['property_hs_parent_company_id'], 'company', ['id']],
            ['deal', ['property_companyid_hs_sync'], 'company', ['id']],
            ['deal', ['property_hubspot_owner_id'], 'owner', ['owner_id']],
            ['deal', ['deal_pipeline_id', 'deal_pipeline_stage_id'],
                'deal_pipeline_stage', ['pipeline_id', 'stage_id']],
            ['deal_company', ['deal_id'], 'deal', ['deal_id']],
            ['deal_company', ['company_id'], 'company', ['id']],
            ['deal_contact', ['deal_id'], 'deal', ['deal_id']],
            ['deal_contact', ['contact_id'], 'contact', ['id']],
            ['line_item', ['property_deal_id'], 'deal', ['deal_id']],
            ['line_item', ['property_hs_product_id'], 'product', ['id']],
            ['line_item_deal', ['line_item_id'], 'line_item', ['id']],
            ['line_item_deal', ['deal_id'], 'deal', ['deal_id']],
        ],
        'livechat': [
            ['events', ['thread_id'], 'chats', ['thread_id']],
            ['events', ['chat_id', 'author_id'], 'chat_users', ['chat_id', 'user_id']],
            ['chats', ['chat_id', 'customer_id'], 'chat_users', ['chat_id', 'user_id']],
            ['chats', ['previous_thread_id'], 'chats', ['thread_id']],
        ],
        'gorgias': [
            ['tickets', ['account', 'customer_id'], 'customers', ['account', 'id']],
            ['tickets', ['account', 'assignee_user_id'], 'users', ['account', 'id']],
            ['tickets', ['account', 'assignee_team_id'], 'teams', ['account', 'id']],
            ['messages', ['account', 'ticket_id'], 'tickets', ['account', 'id']],
            ['messages', ['account', 'integration_id'], 'integrations', ['account', 'id']],
            ['satisfaction_surveys', ['account', 'ticket_id'], 'tickets', ['account', 'id']],
            ['satisfaction_surveys', ['account', 'customer_id'], 'customers', ['account', 'id']],
        ],
    }) }}
{% endmacro %}


{#- Those of which all is loaded, each with the streams at both its ends. -#}
{% macro loaded_relationships() %}
    {%- set streams = raw_streams_by_name() -%}
    {%- set loaded = [] -%}
    {%- for source_system, relationships in known_relationships().items() -%}
        {%- for from_stream, from_columns, to_stream, to_columns in relationships -%}
            {%- set child = streams.get(source_system ~ '.' ~ from_stream) -%}
            {%- set parent = streams.get(source_system ~ '.' ~ to_stream) -%}
            {%- if has_columns(child, from_columns) and has_columns(parent, to_columns) -%}
                {%- do loaded.append({
                    'child': child, 'from_columns': from_columns, 'parent': parent, 'to_columns': to_columns,
                }) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(loaded) }}
{% endmacro %}


{% macro has_columns(stream, names) %}
    {{ return(stream is not none and names | reject('in', stream.columns) | list | length == 0) }}
{% endmacro %}


{#- Several columns as one text, null if any of them is: what both ends are compared by. -#}
{% macro joined_key(columns) -%}
    {%- for column in columns -%}
        cast(raw.{{ column }} as text){{ " || '/' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
