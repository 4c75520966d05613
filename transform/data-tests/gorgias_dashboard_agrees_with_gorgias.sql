-- Every figure that Gorgias has told lately is what our own rows give, within the tolerance.
select account, agent_id, channel, month_date, figure, computed_value, reported_value, tolerance
from {{ ref('gorgias_dashboard_reconciliation') }}
where is_judged and not is_within_tolerance
