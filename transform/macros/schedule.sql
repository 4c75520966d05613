{#- The windows that schedule.yml describes: kind, agent, starts and length in minutes of a week. -#}
{% macro schedule_windows(schedule) %}
    {%- set known = ['weekend', 'business_hours', 'early_minutes', 'shifts', 'agents', 'holidays'] -%}
    {%- for key in schedule if key not in known -%}
        {{ schedule_error('part', key, 'one of ' ~ known | join(', ')) }}
    {%- endfor -%}
    {%- set windows = [weekend_window(schedule.weekend)] -%}
    {%- do windows.extend(day_windows('business_hours', none, schedule.business_hours or {}, 0)) -%}
    {%- set early = schedule.early_minutes or 0 -%}
    {%- do windows.extend(day_windows('shift', none, schedule.shifts or {}, early)) -%}
    {%- for agent, days in (schedule.agents or {}).items() -%}
        {%- set shifts = day_windows('shift', agent, days or {}, early) -%}
        {%- set none_at_all = [{'kind': 'shift', 'agent': agent, 'weekday': none, 'starts': 0, 'length': 0}] -%}
        {%- do windows.extend(shifts or none_at_all) -%}
    {%- endfor -%}
    {{ return(windows) }}
{% endmacro %}


{% macro weekend_window(weekend) %}
    {%- if not weekend or not weekend.starts or not weekend.ends -%}
        {{ schedule_error('weekend', weekend, 'starts and ends, each such as "friday 18:00"') }}
    {%- endif -%}
    {%- set starts = minute_of_weekday(weekend.starts) -%}
    {%- set length = (minute_of_weekday(weekend.ends) - starts) % 10080 -%}
    {{ return({'kind': 'weekend', 'agent': none, 'weekday': none, 'starts': starts, 'length': length}) }}
{% endmacro %}


{% macro day_windows(kind, agent, days, early) %}
    {%- set windows = [] -%}
    {%- for day, ranges in days.items() -%}
        {%- set midnight = minute_of_weekday(day ~ ' 00:00') -%}
        {%- set weekday = midnight // 1440 + 1 -%}
        {%- for range in ([ranges] if ranges is string else ranges or []) -%}
            {%- set starts, length = minutes_of_range(range) -%}
            {%- do windows.append({
                'kind': kind,
                'agent': agent,
                'weekday': weekday,
                'starts': (midnight + starts - early) % 10080,
                'length': length + early,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(windows) }}
{% endmacro %}


{#- "22:00-06:00" to its start and its length in minutes. -#}
{% macro minutes_of_range(range) %}
    {%- if range == 'full' -%}{{ return((0, 1440)) }}{%- endif -%}
    {%- set ends = (range | string).split('-') -%}
    {%- if ends | length != 2 -%}
        {{ schedule_error('range', range, '"09:00-17:00" or full') }}
    {%- endif -%}
    {%- set starts = minute_of_day(ends[0]) -%}
    {%- set length = (minute_of_day(ends[1]) - starts) % 1440 -%}
    {{ return((starts, length or 1440)) }}
{% endmacro %}


{#- "friday 18:00" to minutes since Monday 00:00. -#}
{% macro minute_of_weekday(text) %}
    {%- set names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] -%}
    {%- set words = (text | string | lower).split() -%}
    {%- if words | length != 2 or words[0] not in names -%}
        {{ schedule_error('day and time', text, 'an English weekday and a time, such as "friday 18:00"') }}
    {%- endif -%}
    {{ return(names.index(words[0]) * 1440 + minute_of_day(words[1])) }}
{% endmacro %}


{% macro minute_of_day(text) %}
    {%- set text = text | trim -%}
    {%- if not modules.re.fullmatch('([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00', text) -%}
        {{ schedule_error('time', text, 'hours and minutes from 00:00 to 24:00') }}
    {%- endif -%}
    {%- set hours, minutes = text.split(':') -%}
    {{ return(hours | int * 60 + minutes | int) }}
{% endmacro %}


{#- The holidays of schedule.yml: date and name, the dates checked. -#}
{% macro schedule_holidays(schedule) %}
    {%- set found = [] -%}
    {%- for date, name in (schedule.holidays or {}).items() -%}
        {%- if not modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', date | string) -%}
            {{ schedule_error('holiday', date, 'a date such as "2026-12-25", and its name') }}
        {%- endif -%}
        {%- do found.append({'date': date | string, 'name': name | string}) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}


{#- The most stretches of business hours that one day can have, those of the night before included. -#}
{% macro most_business_windows() %}
    {%- set schedule = schedule_settings() -%}
    {%- set counts = [1] -%}
    {%- for ranges in (schedule.business_hours or {}).values() -%}
        {%- do counts.append(1 if ranges is string else (ranges or []) | length) -%}
    {%- endfor -%}
    {{ return((counts | max) + 1) }}
{% endmacro %}


{#- What schedule.yml says: it is the config of the model schedule_windows. -#}
{% macro schedule_settings() %}
    {#- Unit tests know no other models. -#}
    {%- if not execute or 'nodes' not in graph -%}{{ return({}) }}{%- endif -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.schedule_windows'] -%}
    {{ return(node.config.meta) }}
{% endmacro %}


{% macro schedule_error(what, found, wanted) %}
    {{ exceptions.raise_compiler_error(
        "models/schedule/schedule.yml has a " ~ what ~ " that cannot be read: '" ~ found ~ "'. Write " ~ wanted ~ "."
    ) }}
{% endmacro %}
