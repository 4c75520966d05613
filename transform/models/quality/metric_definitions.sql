select
    cast(relations.relname as text) as mart_name,
    cast(columns.attname as text) as column_name,
    cast(columns.attnum as int) as column_number,
    format_type(columns.atttypid, columns.atttypmod) as data_type,
    col_description(relations.oid, columns.attnum) as definition,
    obj_description(relations.oid, 'pg_class') as mart_definition
from pg_class as relations
inner join pg_namespace as schemas on relations.relnamespace = schemas.oid
inner join pg_attribute as columns on relations.oid = columns.attrelid
where
    schemas.nspname = '{{ target.schema }}'
    and relations.relkind in ('r', 'v', 'm', 'p')
    and columns.attnum > 0
    and not columns.attisdropped
    and not relations.relname ~ '^(stg|int)_'
    and obj_description(relations.oid, 'pg_class') is not null
