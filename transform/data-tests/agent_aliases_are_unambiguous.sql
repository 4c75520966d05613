{{ config(meta={'capability': ['S0-25']}) }}
-- One alias, however it is written, stands for one agent.
select {{ folded('alias') }} as alias
from {{ ref('agent_aliases') }}
group by 1
having count(*) > 1
