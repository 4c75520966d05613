{#-
    Views are replaced in place. dbt's own way for PostgreSQL makes a new view and drops the old
    one with everything that hangs on it: for a moment in every run the mart would be gone, after
    a failed test it would stay away, and a user's own view on it would be lost. Only when a
    column was removed, renamed or retyped, which PostgreSQL cannot replace, is the view dropped
    and made again, in one transaction.
-#}
{% materialization view, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set view = this.incorporate(type='view') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}

    {%- call statement('main') -%}
        do $make_view$
        begin
            create or replace view {{ view }} as (
                {{ sql }}
            );
        exception when invalid_table_definition then
            drop view {{ view }} cascade;
            create view {{ view }} as (
                {{ sql }}
            );
        end
        $make_view$
    {%- endcall -%}

    {%- do apply_grants(view, config.get('grants'), should_revoke(existing, full_refresh_mode=True)) -%}
    {%- do persist_docs(view, model) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [view]}) }}
{% endmaterialization %}
