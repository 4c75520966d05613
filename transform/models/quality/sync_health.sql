{%- set logs = loader_tables('_sync_log') -%}

with runs as (

    {%- for log in logs %}
    select
        '{{ log.source_system }}' as source_system,
        stream,
        status,
        started_at,
        inserted,
        deleted,
        rejected,
        lead(started_at) over (partition by stream order by started_at) is not null as is_followed
    from {{ log.relation }}
    where started_at > {{ as_of() }} - interval '7 days' and started_at <= {{ as_of() }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- if not logs %}
    {{ no_rows({
        'source_system': 'text', 'stream': 'text', 'status': 'text', 'started_at': 'timestamptz',
        'inserted': 'bigint', 'deleted': 'bigint', 'rejected': 'bigint', 'is_followed': 'boolean',
    }) }}
    {%- endif %}

),

summed as (

    select
        source_system,
        stream,
        count(*) as run_count,
        count(*) filter (
            where status in ('failed', 'interrupted') or (status = 'running' and is_followed)
        ) as failed_run_count,
        round(
            extract(epoch from max(started_at) - min(started_at))::numeric / 3600 / nullif(count(*) - 1, 0), 2
        ) as hours_between_runs,
        sum(inserted) as rows_inserted,
        sum(deleted) as rows_deleted,
        sum(rejected) as rows_rejected
    from runs
    group by source_system, stream

),

broken as (

    select
        source_system,
        from_stream as stream,
        sum(broken_count) as broken_reference_count
    from {{ ref('table_relationships') }}
    group by source_system, from_stream

)

select
    freshness.source_system,
    freshness.stream,
    coalesce(summed.run_count, 0) as runs_within_7_days,
    coalesce(summed.failed_run_count, 0) as failed_runs_within_7_days,
    round(100.0 * summed.failed_run_count / summed.run_count, 2) as error_rate_percent,
    summed.hours_between_runs,
    freshness.hours_since_last_sync,
    freshness.is_late,
    freshness.row_count,
    freshness.live_row_count,
    cast(coalesce(summed.rows_inserted, 0) as bigint) as rows_inserted_within_7_days,
    cast(coalesce(summed.rows_deleted, 0) as bigint) as rows_deleted_within_7_days,
    cast(coalesce(summed.rows_inserted - summed.rows_deleted, 0) as bigint) as row_growth_within_7_days,
    cast(coalesce(summed.rows_rejected, 0) as bigint) as rows_rejected_within_7_days,
    cast(broken.broken_reference_count as bigint) as broken_reference_count
from {{ ref('freshness') }} as freshness
left join summed on freshness.source_system = summed.source_system and freshness.stream = summed.stream
left join broken on freshness.source_system = broken.source_system and freshness.stream = broken.stream
