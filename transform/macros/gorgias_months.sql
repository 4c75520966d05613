{#-
    A zone's name, given for one client, as an SQL literal. Only names of regions pass, as for the
    zones of the whole project.
-#}
{% macro client_zone(client, name, variable) -%}
    {%- if name != 'UTC' and ('/' not in name or name.startswith('Etc/') or "'" in name) -%}
        {{ exceptions.raise_compiler_error(
            variable ~ " has '" ~ name ~ "' for " ~ client ~ ", which is not a region of the tz database. "
            ~ "Give it a name such as America/Halifax."
        ) }}
    {%- endif -%}
    '{{ name }}'
{%- endmacro %}


{#- A configured text as an SQL literal. -#}
{% macro text_literal(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}


{#- The first day of the month in which something happened, on the wall of the account's zone. -#}
{% macro month_of(instant, timezone) -%}
    cast(date_trunc('month', {{ instant }} at time zone {{ timezone }}) as date)
{%- endmacro %}


{#-
    A quotient with so many decimals, a half going to the even neighbour as in Gorgias' figures.
    PostgreSQL rounds numeric halves up, and doubles to even.
-#}
{% macro half_even(numerator, denominator, places=0) -%}
    round(cast(
        round(cast({{ numerator }} as double precision) * {{ 10 ** places }} / {{ denominator }}) as numeric
    ) / {{ 10 ** places }}, {{ places }})
{%- endmacro %}


{#-
    What the counted tickets follow from beside the rows: the text of the models and each account's
    zone. Where it differs from what they were counted by, all are counted anew.
-#}
{% macro gorgias_definition() %}
    {#- Unit tests have no graph. -#}
    {%- if not execute or not graph.get('nodes') -%}{{ return('') }}{%- endif -%}
    {%- set parts = [] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id')
        if node.resource_type == 'model' and '/gorgias/' in node.original_file_path -%}
        {%- do parts.append(node.checksum.checksum) -%}
    {%- endfor -%}
    {%- set accounts = load_relation(ref('int_gorgias_accounts')) -%}
    {%- if accounts is not none -%}
        {%- set query -%}
            select string_agg(account || ' ' || account_timezone, ',' order by account) from {{ accounts }}
        {%- endset -%}
        {%- do parts.append(run_query(query).columns[0].values()[0]) -%}
    {%- endif -%}
    {{ return(local_md5(parts | string)) }}
{% endmacro %}


{#-
    Since when rows count as changed for the counted tickets: a little before they were last
    counted; none where all are to be counted.
-#}
{% macro counted_since(definition) %}
    {%- if not execute or not is_incremental() or flags.FULL_REFRESH -%}{{ return(none) }}{%- endif -%}
    {%- set query -%}
        select max(measured_at) - interval '{{ var("overlap_minutes") }} minutes'
        from {{ this }}
        having bool_and(definition = '{{ definition }}')
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(rows[0][0] if rows else none) }}
{% endmacro %}


{#- In an incremental model: a full refresh empties it, without dropping what hangs on it. -#}
{% macro emptied_by_full_refresh() -%}
    {%- if is_incremental() and flags.FULL_REFRESH -%}delete from {{ this }}{%- endif -%}
{%- endmacro %}
