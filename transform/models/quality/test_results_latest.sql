{%- set runs = columns_of(source('quality', 'runs'), optional=true) -%}
{%- set results = columns_of(source('quality', 'test_results'), optional=true) -%}

with runs as (

    select
        {{ source_column(runs, 'run_id', 'text') }} as run_id,
        {{ source_column(runs, 'target_schema', 'text') }} as target_schema
    from {{ optional_rows(source('quality', 'runs'), runs) }}

),

results as (

    select
        {{ source_column(results, 'run_id', 'text') }} as run_id,
        {{ source_column(results, 'ran_at', 'timestamptz') }} as ran_at,
        {{ source_column(results, 'test_name', 'text') }} as test_name,
        {{ source_column(results, 'test_kind', 'text') }} as test_kind,
        {{ source_column(results, 'model_name', 'text') }} as model_name,
        {{ source_column(results, 'column_name', 'text') }} as column_name,
        {{ source_column(results, 'status', 'text') }} as status,
        {{ source_column(results, 'failures', 'bigint') }} as failures,
        {{ source_column(results, 'severity', 'text') }} as severity,
        {{ source_column(results, 'seconds', 'numeric') }} as seconds,
        {{ source_column(results, 'message', 'text') }} as message
    from {{ optional_rows(source('quality', 'test_results'), results) }}

),

ranked as (

    select
        results.*,
        row_number() over (
            partition by results.test_kind, results.model_name, results.test_name
            order by results.ran_at desc
        ) as age_rank,
        max(results.ran_at) filter (where results.status = 'pass') over (
            partition by results.test_kind, results.model_name, results.test_name
        ) as last_passed_at
    from results
    inner join runs on results.run_id = runs.run_id
    where
        runs.target_schema = '{{ target.schema }}'
        and results.status <> 'skipped'
        and results.ran_at > {{ as_of() }} - interval '7 days'

)

select
    test_name,
    test_kind,
    model_name,
    column_name,
    status,
    failures,
    severity,
    seconds,
    message,
    ran_at,
    last_passed_at,
    run_id
from ranked
where age_rank = 1
