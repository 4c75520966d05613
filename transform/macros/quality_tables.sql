{#-
    Runs statements of PL/pgSQL in a transaction of their own. Answers with what they put into
    "found" and, where the database refused, the reason as "trouble": nothing is raised.
-#}
{% macro tried(statements) %}
    {%- call statement('tried', fetch_result=true) %}
        do $tried$
        declare
            found text;
        begin
            perform set_config('lock_timeout', '10s', true);
            perform set_config('fundy.found', '', true);
            perform set_config('fundy.trouble', '', true);
            {{ statements }}
            perform set_config('fundy.found', coalesce(found, ''), true);
        exception when others or query_canceled then
            perform set_config('fundy.trouble', sqlerrm, true);
        end
        $tried$;
        select current_setting('fundy.found') as found, current_setting('fundy.trouble') as trouble
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- set row = load_result('tried')['data'][0] -%}
    {{ return({'found': row[0], 'trouble': row[1]}) }}
{% endmacro %}


{#- What the two tables hold: columns with type and comment. -#}
{% macro quality_columns() %}
    {{ return({
        'runs': [
            ['run_id', 'text primary key', "dbt's id of the invocation."],
            ['started_at', 'timestamptz not null', 'When dbt started.'],
            ['finished_at', 'timestamptz not null', 'When its last node had ended.'],
            ['command', 'text not null', 'build, run or test.'],
            ['target_schema', 'text not null', 'The schema that was built or tested.'],
            ['models_built', 'int not null', 'Models and seeds that were made.'],
            ['models_failed', 'int not null', 'Models and seeds that could not be made.'],
            ['tests_passed', 'int not null', 'Tests that passed.'],
            ['tests_failed', 'int not null', 'Tests that warned, failed or could not run.'],
            ['status', 'text not null', 'passed; tests_failed: all was made, a test failed; failed: a model was not made.'],
        ],
        'test_results': [
            ['run_id', 'text not null', 'The run, as in runs.'],
            ['ran_at', 'timestamptz not null', 'When the run ended.'],
            ['test_name', 'text not null', "dbt's name of the test."],
            ['test_kind', 'text not null', 'data: asks the rows; unit: tries the logic on rows of its own.'],
            ['model_name', 'text', 'What is tested; several are joined by commas.'],
            ['column_name', 'text', 'The column that is tested; null for a test of whole rows.'],
            ['status', 'text not null', 'pass, warn, fail, error (could not run) or skipped.'],
            ['failures', 'bigint', 'Rows that fail the test.'],
            ['severity', 'text not null', 'What a failing row means for dbt: warn or error.'],
            ['seconds', 'numeric not null', 'How long the test took.'],
            ['message', 'text', "dbt's words about a test that did not pass; never a row's content."],
        ],
    }) }}
{% endmacro %}


{% macro create_quality_tables() %}
    {%- set grains = {
        'runs': 'One row per dbt invocation that made models or ran tests.',
        'test_results': 'One row per test and run that ran or skipped it.',
    } -%}
    {%- set schema = adapter.quote(quality_schema()) %}
    perform pg_advisory_xact_lock(hashtext('fundy quality'));
    if to_regnamespace('{{ schema }}') is null then
        create schema {{ schema }};
    end if;
    {%- for table, columns in quality_columns().items() %}
    {%- set name = schema ~ '.' ~ table %}
    if to_regclass('{{ name }}') is null then
        create table {{ name }} (
            {%- for column in columns %}
            {{ column[0] }} {{ column[1] }}{{ ',' if not loop.last or table == 'test_results' }}
            {%- endfor %}
            {{ 'unique (run_id, test_kind, test_name, model_name)' if table == 'test_results' }}
        );
        comment on table {{ name }} is '{{ grains[table] }}';
        {%- for column in columns %}
        comment on column {{ name }}.{{ column[0] }} is '{{ column[2] | replace("'", "''") }}';
        {%- endfor %}
    end if;
    {%- endfor %}
{% endmacro %}


{% macro insert_results(run, tests) %}
    {%- set schema = adapter.quote(quality_schema()) %}
    insert into {{ schema }}.runs
    select (jsonb_populate_record(null::{{ schema }}.runs, kept.run || jsonb_build_object('finished_at', clock_timestamp()))).*
    from (select cast('{{ tojson(run) | replace("'", "''") }}' as jsonb) as run) as kept;
    insert into {{ schema }}.test_results
    select (jsonb_populate_record(
        null::{{ schema }}.test_results,
        kept.test || jsonb_build_object('run_id', '{{ run.run_id }}', 'ran_at', now())
    )).*
    from jsonb_array_elements(cast('{{ tojson(tests) | replace("'", "''") }}' as jsonb)) as kept (test);
{% endmacro %}
