select distinct on ({{ folded('alias') }})
    {{ folded('alias') }} as alias_key,
    {{ trimmed('agent_name') }} as agent_name
from {{ ref('agent_aliases') }}
where {{ trimmed('alias') }} is not null
order by {{ folded('alias') }}, agent_name
