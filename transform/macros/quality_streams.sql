{#-
    The raw tables that are loaded, whatever they are: the views under models/quality read all of
    them, and not only those that a model needs. A source or table that is not there is left out;
    one that comes later is read from the next build on.

    Each answer has the names of source_system and stream, the relation, its columns, and as SQL on
    the alias "raw": key (the primary key as text), is_live, and created, changed and synced (the
    instants; none where the table has none).
-#}
{% macro raw_streams() %}
    {%- set streams = [] -%}
    {%- for table in raw_tables() if not table.stream.startswith('_') -%}
        {%- do streams.append(described_stream(table)) -%}
    {%- endfor -%}
    {{ return(streams) }}
{% endmacro %}


{#- Streams of things that are made one day, or that have properties: neither links nor history. -#}
{% macro raw_records() %}
    {%- set records = [] -%}
    {%- for stream in raw_streams() if stream.created and not stream.stream.endswith('_property_history') -%}
        {%- do records.append(stream) -%}
    {%- endfor -%}
    {{ return(records) }}
{% endmacro %}


{#- The loader's own tables of one name (_sync_log, _rejected), by source. -#}
{% macro loader_tables(name) %}
    {{ return(raw_tables() | selectattr('stream', 'equalto', name) | list) }}
{% endmacro %}


{#- The same streams by name, as in "hubspot.ticket". -#}
{% macro raw_streams_by_name() %}
    {%- set named = {} -%}
    {%- for stream in raw_streams() -%}
        {%- do named.update({stream.source_system ~ '.' ~ stream.stream: stream}) -%}
    {%- endfor -%}
    {{ return(named) }}
{% endmacro %}


{% macro raw_schemas() %}
    {{ return({
        'hubspot': env_var('DBT_RAW_SCHEMA', 'hubspot'),
        'livechat': env_var('DBT_LIVECHAT_SCHEMA', 'livechat'),
        'gorgias': env_var('DBT_GORGIAS_SCHEMA', 'gorgias'),
    }) }}
{% endmacro %}


{% macro raw_tables() %}
    {%- set tables = [] -%}
    {%- if execute -%}
        {%- set found = run_query(raw_tables_query()) -%}
        {%- for source_system, schema in raw_schemas().items() -%}
            {%- for row in found if row[0] == schema -%}
                {%- do tables.append({
                    'source_system': source_system,
                    'stream': row[1],
                    'relation': adapter.quote(schema) ~ '.' ~ adapter.quote(row[1]),
                    'columns': row[2].split('\n'),
                    'key_columns': row[3].split('\n') if row[3] else [],
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(tables) }}
{% endmacro %}


{% macro raw_tables_query() %}
    select
        schemas.nspname,
        tables.relname,
        string_agg(columns.attname, e'\n' order by columns.attnum),
        string_agg(columns.attname, e'\n' order by columns.attnum) filter (where columns.attnum = any(keys.indkey))
    from pg_class as tables
    inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
    inner join pg_attribute as columns on tables.oid = columns.attrelid and columns.attnum > 0 and not columns.attisdropped
    left join pg_index as keys on tables.oid = keys.indrelid and keys.indisprimary
    where
        tables.relkind in ('r', 'p')
        and schemas.nspname in ('{{ raw_schemas().values() | join("', '") }}')
    group by schemas.nspname, tables.relname
    order by schemas.nspname, tables.relname
{% endmacro %}


{% macro described_stream(table) %}
    {%- set created = ['property_createdate', 'property_hs_createdate', 'created_datetime', 'created_at'] -%}
    {%- set changed = [
        'property_hs_lastmodifieddate', 'property_lastmodifieddate', 'updated_datetime', 'updated_at'
    ] -%}
    {%- set deleted = [] -%}
    {%- for flag in ['is_deleted', '_fivetran_deleted'] if flag in table.columns -%}
        {%- do deleted.append('raw.' ~ flag ~ ' is true') -%}
    {%- endfor -%}
    {%- if '_sdc_deleted_at' in table.columns -%}
        {%- do deleted.append('raw._sdc_deleted_at is not null') -%}
    {%- endif -%}
    {%- set keys = [] -%}
    {%- for column in table.key_columns -%}{%- do keys.append('raw.' ~ adapter.quote(column)) -%}{%- endfor -%}
    {{ return(dict(
        table,
        key="concat_ws('/', " ~ keys | join(', ') ~ ")" if keys else 'cast(null as text)',
        is_live='not (' ~ (deleted | join(' or ') or 'false') ~ ')',
        created=first_instant(table, created),
        changed=first_instant(table, changed),
        synced=first_instant(table, ['_fivetran_synced', '_sdc_extracted_at']),
    )) }}
{% endmacro %}


{% macro first_instant(table, names) %}
    {%- for name in names if name in table.columns -%}
        {{ return('cast(raw.' ~ name ~ ' as timestamptz)') }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}


{#- A select of no rows with these columns, for where nothing is loaded yet. -#}
{% macro no_rows(columns) -%}
    select
    {%- for name, data_type in columns.items() %}
        cast(null as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    where false
{%- endmacro %}


{#- An instant, or null of that type where a stream has none. -#}
{% macro instant_or_null(expression) -%}
    {{ expression or 'cast(null as timestamptz)' }}
{%- endmacro %}
