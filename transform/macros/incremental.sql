{#-
    What the measures follow from beside the rows: settings, schedule, seeds, the models' own text,
    and everybody's names and stages. Where it differs from what a row was measured by, everything
    is measured anew, so that an edited alias or shift needs no full refresh to show everywhere.
-#}
{% macro definition() %}
    {%- set names = names_checksum() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set parts = [schedule_settings(), names] -%}
    {%- for name in [
        'schedule_timezone', 'source_timezone', 'agent_allow_list', 'agent_deny_list', 'keep_unassigned',
        'spam_pipelines', 'live_chat_pipelines', 'calendar_starts'
    ] -%}
        {%- do parts.append(var(name)) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id')
        if node.resource_type in ['model', 'seed'] and node.package_name == project_name -%}
        {%- if '/support/' in node.original_file_path or node.original_file_path.startswith(('models/schedule', 'seeds')) -%}
            {%- do parts.append(node.checksum.checksum) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(local_md5(parts | string)) }}
{% endmacro %}


{#- A checksum of the small tables that many conversations hang on, as they are now. -#}
{% macro names_checksum() %}
    {%- set query -%}
        select md5(concat(
            (select string_agg(concat_ws('|', source_system, account, native_id, account_name, email, is_bot), ',' order by source_system, account, native_id) from {{ ref('int_agent_accounts') }}),
            (select string_agg(concat_ws('|', pipeline_id, pipeline_label), ',' order by pipeline_id) from {{ ref('stg_hubspot__ticket_pipelines') }}),
            (select string_agg(concat_ws('|', pipeline_id, stage_id, stage_label, is_closed), ',' order by pipeline_id, stage_id) from {{ ref('stg_hubspot__ticket_pipeline_stages') }})
        ))
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0] if execute else none) }}
{% endmacro %}


{#-
    Since when rows count as changed: a little before the last run that measured anything; none
    where everything has to be measured (first run, full refresh, other definition).
-#}
{% macro changed_since(definition) %}
    {%- if not execute -%}{{ return(none) }}{%- endif -%}
    {%- set measured = measured_so_far() -%}
    {%- if flags.FULL_REFRESH or measured is none -%}{{ return(none) }}{%- endif -%}
    {%- set query -%}
        select max(measured_at) - interval '{{ var("overlap_minutes") }} minutes'
        from {{ measured }}
        having bool_and(definition = '{{ definition }}')
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(rows[0][0] if rows else none) }}
{% endmacro %}


{#- The table of measures as the last run left it; none before the first. -#}
{% macro measured_so_far() %}
    {{ return(load_relation(api.Relation.create(
        database=target.database, schema=this.schema, identifier='int_conversations_measured', type='table'
    ))) }}
{% endmacro %}


{#- Rows stamped by the loader since then; all rows where nothing tells, or everything counts. -#}
{% macro is_changed(since, loaded_at='loaded_at') -%}
    {%- if since is none -%}
        true
    {%- else -%}
        ({{ loaded_at }} >= timestamptz '{{ since }}' or {{ loaded_at }} is null)
    {%- endif -%}
{%- endmacro %}


{#- In an incremental model: take out what this run measures anew; the model then puts it in. -#}
{% macro without_changed() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as measured using {{ ref('int_changed_conversations') }} as changed
        where measured.conversation_id = changed.conversation_id
    {%- endif -%}
{%- endmacro %}
