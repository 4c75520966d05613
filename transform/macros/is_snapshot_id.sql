{#- A generic test: the column holds instants in the one form of a snapshot id. -#}
{% test is_snapshot_id(model, column_name) %}
select {{ column_name }}
from {{ model }}
where
    {{ column_name }} !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'
    or to_char({{ column_name }}::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') <> {{ column_name }}
{% endtest %}
