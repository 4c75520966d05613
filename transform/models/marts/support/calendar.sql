{%- set reporting = zone('reporting_timezone') %}
select
    business.schedule_date as calendar_date,
    business.schedule_date::timestamp at time zone {{ reporting }} as begins_at,
    (business.schedule_date + 1)::timestamp at time zone {{ reporting }} as ends_at,
    round(extract(
        epoch from (business.schedule_date + 1)::timestamp at time zone {{ reporting }}
        - business.schedule_date::timestamp at time zone {{ reporting }}
    ) / 3600, 2) as hours_in_day,
    extract(isodow from business.schedule_date)::int as day_of_week_number,
    to_char(business.schedule_date, 'FMDay') as day_of_week_name,
    extract(isodow from business.schedule_date) >= 6 as is_weekend,
    business.is_holiday,
    holidays.holiday_name,
    round(business.business_seconds / 60, 2) as business_minutes,
    date_trunc('week', business.schedule_date)::date as week_start_date,
    date_trunc('month', business.schedule_date)::date as month_start_date,
    extract(quarter from business.schedule_date)::int as fy_quarter,
    to_char(business.schedule_date, '"Q"Q') as fy_quarter_name,
    extract(year from business.schedule_date)::int as fy_year,
    to_char(business.schedule_date, 'YYYY"-Q"Q') as fy_quarter_full,
    extract(month from business.schedule_date)::int as month_number,
    to_char(business.schedule_date, 'FMMonth') as month_name,
    to_char(business.schedule_date, 'YYYY-MM (FMMonth)') as month_year
from {{ ref('int_business_days') }} as business
left join {{ ref('schedule_holidays') }} as holidays on business.schedule_date = holidays.holiday_date
