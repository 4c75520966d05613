{#- The record streams whose records belong to somebody: HubSpot's owner, an assignee, an author. -#}
{% macro loaded_owners() %}
    {%- set elsewhere = {
        'gorgias.tickets': [['account', 'assignee_user_id'], none],
        'gorgias.messages': [['account', 'sender_id'], 'raw.from_agent is true'],
        'livechat.events': [['author_id'], "raw.author_type in ('human', 'bot')"],
    } -%}
    {%- set loaded = [] -%}
    {%- for stream in raw_records() -%}
        {%- set name = stream.source_system ~ '.' ~ stream.stream -%}
        {%- set columns, condition = elsewhere.get(name, [['property_hubspot_owner_id'], none]) -%}
        {%- if has_columns(stream, columns) -%}
            {%- do loaded.append(dict(stream, owner_columns=columns, condition=condition)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(loaded) }}
{% endmacro %}


{#- Where the names of those people are; a user without a name shows the address. -#}
{% macro loaded_owner_names() %}
    {%- set full_name = "coalesce(" ~ trimmed("concat_ws(' ', raw.first_name, raw.last_name)") ~ ", raw.email)" -%}
    {%- set places = {
        'hubspot.owner': {'key': ['owner_id'], 'name': full_name},
        'gorgias.users': {'key': ['account', 'id'], 'name': 'coalesce(' ~ trimmed('raw.name') ~ ', raw.email)'},
        'livechat.agents': {'key': ['agent_id'], 'name': 'raw.name'},
        'livechat.bots': {'key': ['bot_id'], 'name': 'raw.name'},
    } -%}
    {%- set streams = raw_streams_by_name() -%}
    {%- set loaded = [] -%}
    {%- for name, place in places.items() if name in streams -%}
        {%- do loaded.append(dict(streams[name], **place)) -%}
    {%- endfor -%}
    {{ return(loaded) }}
{% endmacro %}
