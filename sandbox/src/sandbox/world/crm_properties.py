"""The properties of everything but tickets, each with the meaning a warehouse must give it."""

from __future__ import annotations

from typing import Any

from sandbox.world.property import Property, plain, reference

LIFECYCLE = ("subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer", "other")
INDUSTRIES = ("LOGISTICS_AND_SUPPLY_CHAIN", "FOOD_BEVERAGES", "PUBLISHING", "RETAIL")
DEAL_TYPES = ("newbusiness", "existingbusiness")
QUOTE_STATES = ("DRAFT", "APPROVAL_NOT_NEEDED", "PENDING_APPROVAL", "APPROVED")
REGIONS = ("north", "south", "east", "west")
DIRECTIONS = ("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL")
TASK_STATES = ("NOT_STARTED", "IN_PROGRESS", "COMPLETED")
LONG_NAME = "number_of_days_the_account_team_waited_for_the_signed_framework_contract"


def _all(kind: str, *names: str, **more: Any) -> list[Property]:
    return [plain(name, kind, **more) for name in names]


def _choice(name: str, *options: str, **more: Any) -> Property:
    return plain(name, "enumeration", options=options, **more)


def _system(created: str, modified: str) -> list[Property]:
    return [
        Property("hs_object_id", "number", "number", "integer", system=True),
        Property(created, "datetime", "date", "instant", system=True),
        Property(modified, "datetime", "date", "instant", system=True),
    ]


_OWNED = [
    reference("hubspot_owner_id", "OWNER", "enumeration"),
    reference("hubspot_team_id", "TEAM", "enumeration"),
    reference("hs_created_by_user_id", None),
    reference("hs_updated_by_user_id", None),
    *_all("enumeration", "hs_all_owner_ids", "hs_merged_object_ids", field_type="checkbox"),
    *_all("string", "hs_object_source", "hs_object_source_label"),
    *_all("bool", "hs_was_imported"),
]
_CONTACTS = [
    *_all("string", "email", "firstname", "lastname", "company", "jobtitle", "city", "country"),
    *_all("string", "hs_email_domain", calculated=True, field_type="calculation_equation"),
    *_all("phone_number", "phone", "mobilephone"),
    _choice("lifecyclestage", *LIFECYCLE, field_type="radio"),
    _choice("hs_lead_status", "NEW", "OPEN", "IN_PROGRESS", "UNQUALIFIED", field_type="radio"),
    reference("associatedcompanyid", "COMPANY"),
    *_all(
        "datetime", "hubspot_owner_assigneddate", "notes_last_contacted", "hs_last_sales_activity"
    ),
    *_all("number", "num_notes", "hs_analytics_num_visits"),
    *_all("number", "hubspotscore", calculated=True, field_type="calculation_score"),
    *_all("string", "annualrevenue"),
    *_all("date", "birthday", "contract_until", custom=True),
    *_all("json", "preferences", custom=True),
    _choice("newsletters", "weekly", "product", "events", field_type="checkbox", custom=True),
    *_all("bool", "wants_calls", custom=True),
    *_all("number", "credit_limit", custom=True),
    *_all("object_coordinates", "home_site", custom=True),
]
_COMPANIES = [
    *_all("string", "name", "domain", "description", "address", "address2", "city", "state"),
    *_all("string", "country", "zip", "founded_year"),
    *_all("phone_number", "phone"),
    _choice("industry", *INDUSTRIES),
    _choice("type", "PROSPECT", "PARTNER", "RESELLER", "VENDOR"),
    _choice("lifecyclestage", *LIFECYCLE, field_type="radio"),
    reference("hs_parent_company_id", "COMPANY"),
    *_all("number", "annualrevenue", "numberofemployees"),
    *_all("number", "hs_num_open_deals", "num_associated_contacts", calculated=True),
    *_all("datetime", "notes_last_contacted", "first_deal_created_date"),
    *_all("bool", "is_public"),
    *_all("date", "audit_due", custom=True),
    *_all("json", "billing_terms", custom=True),
    *_all("number", LONG_NAME, custom=True),
]
_DEALS = [
    *_all("string", "dealname", "description", "deal_currency_code", "hs_next_step"),
    *_all("number", "amount"),
    *_all("number", "amount_in_home_currency", "hs_forecast_amount", calculated=True),
    *_all("number", "hs_deal_stage_probability", "days_to_close", calculated=True),
    *_all("datetime", "closedate", "hubspot_owner_assigneddate", "notes_last_contacted"),
    *_all("enumeration", "dealstage", "pipeline"),
    _choice("dealtype", *DEAL_TYPES, field_type="radio"),
    _choice("hs_priority", "low", "medium", "high"),
    *_all("bool", "hs_is_closed", "hs_is_closed_won", calculated=True),
    *_all("number", "discount", custom=True),
    *_all("date", "contract_start", custom=True),
    *_all("json", "renewal_terms", custom=True),
    _choice("services", "hosting", "training", "support", field_type="checkbox", custom=True),
]
_LINE_ITEMS = [
    *_all("string", "name", "description", "hs_sku", "hs_line_item_currency_code"),
    *_all("number", "price", "quantity", "discount", "hs_discount_percentage", "tax"),
    *_all("number", "hs_cost_of_goods_sold", "hs_term_in_months"),
    *_all("number", "amount", calculated=True, field_type="calculation_equation"),
    reference("hs_product_id", "PRODUCT"),
    _choice("recurringbillingfrequency", "monthly", "quarterly", "annually"),
    *_all("date", "hs_recurring_billing_start_date"),
]
_PRODUCTS = [
    *_all("string", "name", "description", "hs_sku", "hs_images"),
    *_all("number", "price", "hs_cost_of_goods_sold"),
    _choice("hs_product_type", "inventory", "non_inventory", "service"),
    *_all("bool", "hs_sellable", custom=True),
]
_QUOTES = [
    *_all("string", "hs_title", "hs_public_url_key", "hs_quote_number", "hs_currency", "hs_terms"),
    *_all("string", "hs_sender_email"),
    _choice("hs_status", *QUOTE_STATES),
    *_all("datetime", "hs_expiration_date"),
    *_all("number", "hs_quote_amount"),
]
_ACTIVITY = [
    *_all("datetime", "hs_timestamp"),
    *_all("string", "hs_body_preview", calculated=True),
    *_all("bool", "hs_read_only"),
]
_CALLS = [
    *_all("string", "hs_call_title", "hs_call_body", "hs_call_disposition", "hs_call_status"),
    *_all("string", "hs_call_from_number", "hs_call_to_number", "hs_call_recording_url"),
    _choice("hs_call_direction", "INBOUND", "OUTBOUND"),
    *_all("number", "hs_call_duration"),
]
_EMAILS = [
    *_all("string", "hs_email_subject", "hs_email_text", "hs_email_html", "hs_email_headers"),
    *_all("string", "hs_email_from_email", "hs_email_to_email"),
    _choice("hs_email_direction", *DIRECTIONS),
    _choice("hs_email_status", "SENT", "BOUNCED", "FAILED"),
    *_all("number", "hs_email_open_count", calculated=True),
]
_MEETINGS = [
    *_all("string", "hs_meeting_title", "hs_meeting_body", "hs_meeting_location"),
    *_all("datetime", "hs_meeting_start_time", "hs_meeting_end_time"),
    _choice("hs_meeting_outcome", "SCHEDULED", "COMPLETED", "NO_SHOW", "CANCELED"),
]
_NOTES = [*_all("string", "hs_note_body", "hs_attachment_ids")]
_TASKS = [
    *_all("string", "hs_task_subject", "hs_task_body"),
    _choice("hs_task_status", *TASK_STATES),
    _choice("hs_task_priority", "LOW", "MEDIUM", "HIGH"),
    _choice("hs_task_type", "TODO", "CALL", "EMAIL"),
    *_all("datetime", "hs_task_completion_date"),
]
_STAGED = [*_all("enumeration", "hs_pipeline", "hs_pipeline_stage")]
_APPOINTMENTS = [
    *_STAGED,
    *_all("string", "hs_appointment_name", "technician_notes"),
    *_all("datetime", "hs_appointment_start", "hs_appointment_end"),
    *_all("number", "hs_duration", calculated=True),
    *_all("number", "visit_cost", custom=True),
]
_DIVISIONS = [
    *_STAGED,
    *_all("string", "division_name", custom=True),
    _choice("region", *REGIONS, custom=True),
    *_all("number", "headcount", "budget", custom=True),
    *_all("number", "health", calculated=True, custom=True),
    *_all("bool", "is_remote", custom=True),
    *_all("date", "opened_on", custom=True),
    *_all("json", "floor_plan", custom=True),
]
_INSTALLATIONS = [
    *_all("string", "serial_number", "firmware", custom=True),
    *_all("date", "installed_on", "warranty_until", custom=True),
    *_all("datetime", "last_seen_at", custom=True),
    *_all("object_coordinates", "position", custom=True),
    *_all("number", "load", custom=True),
]
_VEHICLES = [
    *_all("string", "serial_number", custom=True),
    *_all("number", "mileage", custom=True),
    *_all("date", "registered_on", custom=True),
    *_all("bool", "is_electric", custom=True),
]
OWN: dict[str, list[Property]] = {
    "contacts": _CONTACTS,
    "companies": _COMPANIES,
    "deals": _DEALS,
    "line_items": _LINE_ITEMS,
    "products": _PRODUCTS,
    "quotes": _QUOTES,
    "calls": [*_ACTIVITY, *_CALLS],
    "emails": [*_ACTIVITY, *_EMAILS],
    "meetings": [*_ACTIVITY, *_MEETINGS],
    "notes": [*_ACTIVITY, *_NOTES],
    "tasks": [*_ACTIVITY, *_TASKS],
    "appointments": _APPOINTMENTS,
    "divisions": _DIVISIONS,
    "installations": _INSTALLATIONS,
    "vehicles": _VEHICLES,
}
"""What records of a type have beside the system's and the owner's properties."""


def crm_properties(object_type: str, created: str, modified: str) -> list[Property]:
    """Every property of an object type; `created` and `modified` name its two dates."""
    return [*_system(created, modified), *_OWNED, *OWN[object_type]]
