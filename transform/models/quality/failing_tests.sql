select
    test_name,
    test_kind,
    model_name,
    column_name,
    status,
    failures,
    message,
    ran_at,
    last_passed_at
from {{ ref('test_results_latest') }}
where status <> 'pass'
