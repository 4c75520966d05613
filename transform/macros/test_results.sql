{#-
    The outcome of every run and every test, kept in the schema that DBT_QUALITY_SCHEMA names.

    keep_results stands in on-run-end, quality_tables in on-run-start, so that views can be made on
    the tables in the very first run. Neither ever fails a run: what the database refuses (a
    read-only role, a full disk, a lock) comes back as text and is told as a warning.
-#}
{% macro keep_results(results) %}
    {%- set kinds = ['model', 'seed', 'snapshot', 'test', 'unit_test'] -%}
    {%- set outcomes = results | selectattr('node.resource_type', 'in', kinds) | list -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'test'] and outcomes -%}
        {%- set tests = [] -%}
        {%- for result in outcomes if result.node.resource_type in ['test', 'unit_test'] -%}
            {%- do tests.append(test_outcome(result)) -%}
        {%- endfor -%}
        {%- set run = run_outcome(outcomes, tests) -%}
        {%- set answer = tried(create_quality_tables() ~ insert_results(run, tests)) -%}
        {%- if answer.trouble -%}
            {%- do exceptions.warn(
                "The results of this run are not kept in schema " ~ quality_schema() ~ ": " ~ answer.trouble
                ~ ". Let " ~ target.user ~ " create the schema and write in it, or set DBT_QUALITY_SCHEMA."
            ) -%}
        {%- endif -%}
        {%- do tell_results(run) -%}
    {%- endif -%}
{% endmacro %}


{#- Makes the tables before the views that read them; keep_results tells if that did not work. -#}
{% macro quality_tables() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'test'] -%}
        {%- do tried(create_quality_tables()) -%}
    {%- endif -%}
{% endmacro %}


{% macro quality_schema() %}
    {{ return(env_var('DBT_QUALITY_SCHEMA', 'quality')) }}
{% endmacro %}


{#- What is kept of a test. dbt's first line of an error names the test; the rest may quote rows. -#}
{% macro test_outcome(result) %}
    {%- set node = result.node -%}
    {%- set is_unit = node.resource_type == 'unit_test' -%}
    {%- set tested = node.tested_node_unique_id or node.attached_node -%}
    {%- set parents = [tested] if tested else node.depends_on.nodes -%}
    {%- set names = [] -%}
    {%- for parent in parents -%}{%- do names.append(parent.split('.') | last) -%}{%- endfor -%}
    {%- set told = ((result.message or '') | string | trim).split('\n')[0] -%}
    {{ return({
        'test_name': node.name,
        'test_kind': 'unit' if is_unit else 'data',
        'model_name': names | join(', '),
        'column_name': node.column_name or none,
        'status': result.status | string,
        'failures': result.failures,
        'severity': 'error' if is_unit else node.config.severity | lower,
        'seconds': result.execution_time | round(3),
        'message': told[:500] if told and result.status != 'pass' else none,
    }) }}
{% endmacro %}


{% macro run_outcome(outcomes, tests) %}
    {%- set models = outcomes | rejectattr('node.resource_type', 'in', ['test', 'unit_test']) | list -%}
    {%- set broken = models | selectattr('status', 'in', ['error', 'runtime error', 'partial success']) | list -%}
    {%- set failed = tests | selectattr('status', 'in', ['warn', 'fail', 'error', 'runtime error']) | list -%}
    {{ return({
        'run_id': invocation_id,
        'started_at': run_started_at.isoformat(),
        'command': flags.WHICH,
        'target_schema': target.schema,
        'models_built': models | selectattr('status', 'equalto', 'success') | list | length,
        'models_failed': broken | length,
        'tests_passed': tests | selectattr('status', 'equalto', 'pass') | list | length,
        'tests_failed': failed | length,
        'status': 'failed' if broken else 'tests_failed' if failed else 'passed',
    }) }}
{% endmacro %}


{#- The run's mark, also under --quiet if there is something to mark. -#}
{% macro tell_results(run) %}
    {%- set count = run.tests_passed + run.tests_failed -%}
    {%- if run.tests_failed -%}
        {{ print(run.tests_failed ~ " of " ~ count ~ " tests failed: see " ~ quality_schema()
            ~ ".test_results, run " ~ run.run_id) }}
    {%- elif count -%}
        {{ log("All of " ~ count ~ " tests passed", info=true) }}
    {%- endif -%}
    {%- if run.command in ['build', 'run'] and run.models_built -%}
        {%- set answer = tried(count_left_out()) -%}
        {%- if answer.found -%}{{ log("Left out of conversations: " ~ answer.found, info=true) }}{%- endif -%}
    {%- endif -%}
{% endmacro %}


{#- How many conversations each rule left out, as text; nothing where the mart was never built. -#}
{% macro count_left_out() %}
    {%- set removed = adapter.quote(target.schema) ~ '.conversations_removed' %}
    if to_regclass('{{ removed }}') is not null then
        select string_agg(told, ', ' order by source_system, rule_order)
        into found
        from (
            select source_system, rule_order, source_system || ' ' || removal_reason || ' ' || conversation_count as told
            from {{ removed }}
        ) as counts;
    end if;
{% endmacro %}
