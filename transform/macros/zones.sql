{#-
    A configured time zone as an SQL literal. PostgreSQL would also take an abbreviation or an
    offset and then be wrong for half of the year, so only region names pass.
-#}
{% macro zone(variable) -%}
    {%- set name = var(variable) -%}
    {%- if name != 'UTC' and ('/' not in name or name.startswith('Etc/') or "'" in name) -%}
        {{ exceptions.raise_compiler_error(
            variable ~ " is '" ~ name ~ "', which is not a region of the tz database. "
            ~ "Give it a name such as America/Halifax."
        ) }}
    {%- endif -%}
    '{{ name }}'
{%- endmacro %}


{#- What a clock on the wall in that zone shows at an instant. -#}
{% macro wall_clock(instant, variable) -%}
    ({{ instant }} at time zone {{ zone(variable) }})
{%- endmacro %}


{#-
    The instant at which a clock on the wall in that zone showed a time; null where the text is
    not a real "YYYY-MM-DD HH:MM[:SS]" without blanks around it. An hour that happens twice is
    read as standard time, the second of the two. An hour that never happens is read with
    standard time's offset, so it comes out an hour later on the wall.
-#}
{% macro instant_of(wall_clock_text, variable) -%}
    case
        when {{ wall_clock_text }} !~ '^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$'
            then null
        when cast(substr({{ wall_clock_text }}, 9, 2) as int) > extract(
            day from cast(substr({{ wall_clock_text }}, 1, 8) || '01' as date) + interval '1 month - 1 day'
        )
            then null
        else cast({{ wall_clock_text }} as timestamp) at time zone {{ zone(variable) }}
    end
{%- endmacro %}


{#- Minutes since Monday 00:00 on a wall clock, 0 to 10,079. -#}
{% macro minute_of_week(wall_clock) -%}
    (
        (extract(isodow from {{ wall_clock }})::int - 1) * 1440
        + extract(hour from {{ wall_clock }})::int * 60
        + extract(minute from {{ wall_clock }})::int
    )
{%- endmacro %}
