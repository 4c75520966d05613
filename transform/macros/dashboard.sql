{#- The 16 columns of the dashboard in their order: name, what the project calls it, type. -#}
{% macro dashboard_columns() %}
    {{ return([
        ('Client', 'client', 'text'),
        ('ID', 'agent_id', 'bigint'),
        ('Name', 'agent_name', 'text'),
        ('Email', 'email', 'text'),
        ('Month_start_date', 'month_date', 'date'),
        ('Ticket', 'closed_tickets', 'bigint'),
        ('Messages', 'messages_sent', 'bigint'),
        ('FRT', 'first_response_hours', 'numeric'),
        ('One_Touch_in_Percentage', 'one_touch_percent', 'numeric'),
        ('ART', 'resolution_hours', 'numeric'),
        ('Channel', 'channel', 'text'),
        ('Last_updated_time', 'updated_at', 'timestamptz'),
        ('Customer_Satisfaction-Messages_Sent', 'csat_sent', 'bigint'),
        ('Customer_Satisfaction-Response_Rate_in_Percentage', 'csat_response_rate', 'numeric'),
        ('Customer_Satisfaction-Rating', 'csat_rating', 'numeric'),
        ('Created_Datetime', 'created_at', 'timestamptz'),
    ]) }}
{% endmacro %}


{#- What makes a row of the dashboard the same row. Users' ids are unique within an account only. -#}
{% macro dashboard_key() %}
    {{ return(['"Client"', '"Channel"', '"ID"', '"Month_start_date"']) }}
{% endmacro %}


{% macro dashboard_same_key(left, right) -%}
    {%- for name in ['client', 'channel', 'agent_id', 'month_date'] -%}
        {{ left }}.{{ name }} = {{ right }}.{{ name }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- All that a row says, apart from its key and its own two instants, for comparison. -#}
{% macro dashboard_row(relation) -%}
    ({% for _, name, _ in dashboard_columns()
        if name not in ['client', 'channel', 'agent_id', 'month_date', 'created_at', 'updated_at'] -%}
        {{ relation }}.{{ name }}{{ ', ' if not loop.last }}
    {%- endfor %})
{%- endmacro %}


{#- A figure as it is shown; cut to a whole number, 0 for none, where dashboard_whole_numbers asks. -#}
{% macro dashboard_figure(expression, cut=true) -%}
    {%- if var('dashboard_whole_numbers') -%}
        coalesce({{ 'trunc(' ~ expression ~ ')' if cut else expression }}, 0)
    {%- else -%}
        {{ expression }}
    {%- endif -%}
{%- endmacro %}


{#- A count: nothing is 0, unless the rows to be counted were never loaded. -#}
{% macro dashboard_count(expression, is_loaded) -%}
    {%- if var('dashboard_whole_numbers') -%}
        coalesce({{ expression }}, 0)
    {%- else -%}
        case when {{ is_loaded }} then coalesce({{ expression }}, 0) end
    {%- endif -%}
{%- endmacro %}


{#- Whether all eight figures are there and other than 0: the old dashboard's rule. -#}
{% macro dashboard_is_full() -%}
    0 not in (
        {%- for name in [
            'closed_tickets', 'messages_sent', 'first_response_hours', 'one_touch_percent', 'resolution_hours',
            'csat_sent', 'csat_response_rate', 'csat_rating'
        ] -%}
            coalesce({{ name }}, 0){{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}


{#- The rows there are: those of the dashboard itself, then those of dashboard_existing it lacks. -#}
{% macro dashboard_known() -%}
    {%- set sources = [] -%}
    {%- if is_incremental() -%}{%- do sources.append((this, true)) -%}{%- endif -%}
    {%- set before = dashboard_before() -%}
    {%- if before -%}{%- do sources.append((before, false)) -%}{%- endif -%}
    select distinct on (client, channel, agent_id, month_date) *
    from (
        {%- for relation, is_ours in sources %}
        select {{ dashboard_cast() }}, {{ is_ours }} as is_ours from {{ relation }}
        union all
        {%- endfor %}
        select
            {%- for _, name, data_type in dashboard_columns() %} cast(null as {{ data_type }}) as {{ name }},{% endfor %}
            false as is_ours
        where false
    ) as rows_there_are
    where client is not null and channel is not null and agent_id is not null and month_date is not null
    order by client, channel, agent_id, month_date, is_ours desc, updated_at desc nulls last
{%- endmacro %}


{#- The columns of a dashboard under the project's own names. A month's text is taken at its word. -#}
{% macro dashboard_cast() -%}
    {%- for column, name, data_type in dashboard_columns() -%}
        {%- if data_type == 'date' -%}
            cast(left(cast("{{ column }}" as text), 10) as date)
        {%- elif data_type == 'bigint' -%}
            cast(cast("{{ column }}" as numeric) as bigint)
        {%- else -%}
            cast("{{ column }}" as {{ data_type }})
        {%- endif %} as {{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The relation that dashboard_existing names, checked; none without a name. -#}
{% macro dashboard_before() %}
    {%- set name = var('dashboard_existing') -%}
    {%- if not name or not execute -%}{{ return(none) }}{%- endif -%}
    {%- set parts = name.split('.') -%}
    {%- if parts | length != 2 -%}
        {{ exceptions.raise_compiler_error(
            "dashboard_existing is '" ~ name ~ "'. Write schema.table, as the database spells them."
        ) }}
    {%- endif -%}
    {%- set relation = api.Relation.create(database=target.database, schema=parts[0], identifier=parts[1]) -%}
    {%- set present = columns_of(relation, optional=true) -%}
    {%- if not present -%}
        {{ exceptions.raise_compiler_error(
            "dashboard_existing names " ~ name ~ ", which is not there. Copy the old table into this "
            ~ "database under that name, or leave dashboard_existing empty: the first run makes the dashboard."
        ) }}
    {%- endif -%}
    {%- set missing = dashboard_columns() | map(attribute=0) | reject('in', present) | list -%}
    {%- if missing -%}
        {{ exceptions.raise_compiler_error(
            name ~ ", which dashboard_existing names, lacks the columns " ~ missing | join(', ') ~ "."
        ) }}
    {%- endif -%}
    {{ return(relation) }}
{% endmacro %}
