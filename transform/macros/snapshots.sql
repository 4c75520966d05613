{#- A snapshot's id as an SQL literal. YAML makes an instant of an unquoted one; that is told from a text. -#}
{% macro snapshot_literal(id) -%}
    {%- set text = id if id is string else (id.isoformat() | replace('+00:00', 'Z') if id.isoformat else id | string) -%}
    {%- if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z', text) -%}
        {{ exceptions.raise_compiler_error(
            "'" ~ text ~ "' is no snapshot id. Write it in UTC, such as 2026-06-01T12:00:00Z."
        ) }}
    {%- endif -%}
    '{{ text }}'
{%- endmacro %}


{#- Which rows belong to the snapshot that this run takes; none, unless snapshot_id is given. -#}
{% macro of_snapshot_taken() -%}
    {%- set id = var('snapshot_id', none) -%}
    {%- if id -%}snapshot_id = {{ snapshot_literal(id) }}{%- else -%}false{%- endif -%}
{%- endmacro %}


{#- The instant of the snapshot that this run takes; null without one. -#}
{% macro snapshot_taken() -%}
    {%- set id = var('snapshot_id', none) -%}
    {%- if id -%}{{ snapshot_literal(id) }}::text{%- else -%}null::text{%- endif -%}
{%- endmacro %}


{#-
    Which snapshots this run scores: "latest", "all" or a list of ids in score_snapshots, and of
    these only the ones whose ingest completed. None, unless it is given.
-#}
{% macro of_snapshots_to_score() -%}
    {%- set chosen = var('score_snapshots', none) -%}
    {%- set completed = "from " ~ ref('hs_snapshot_registry') ~ " where status = 'ingest_completed'" -%}
    {%- if not chosen -%}
        false
    {%- elif chosen == 'latest' -%}
        snapshot_id = (select max(snapshot_id) {{ completed }})
    {%- elif chosen == 'all' -%}
        snapshot_id in (select snapshot_id {{ completed }})
    {%- elif chosen is string or chosen is not iterable -%}
        {{ exceptions.raise_compiler_error(
            "score_snapshots is '" ~ chosen ~ "'. Write latest, all, or a list of snapshot ids."
        ) }}
    {%- else -%}
        snapshot_id in (
            select snapshot_id {{ completed }} and snapshot_id in (
                {%- for id in chosen -%}{{ snapshot_literal(id) }}{{ ', ' if not loop.last }}{%- endfor -%}
            )
        )
    {%- endif -%}
{%- endmacro %}


{#-
    What a table does before a run's rows are added, in the same transaction: it gives up the rows
    that they replace. The lock lets readers pass and keeps a second run from adding them twice.
-#}
{% macro make_room(rows) -%}
    {%- if is_incremental() and rows != 'false' -%}
        lock table {{ this }} in share row exclusive mode;
        delete from {{ this }} where {{ rows }}
    {%- endif -%}
{%- endmacro %}


{#- A lifecycle stage without regard to case, blanks, underscores and hyphens. -#}
{% macro lifecycle_key(expression) -%}
    regexp_replace(lower({{ expression }}), '[\s_-]+', '', 'g')
{%- endmacro %}
