"""The ticket properties of the portal, each with the meaning a warehouse must give it."""

from __future__ import annotations

import functools
from typing import Any

from sandbox.world.property import Property, plain, reference

PRIORITIES = ("LOW", "MEDIUM", "HIGH", "URGENT")
CATEGORIES = ("PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY")
SOURCES = ("CHAT", "EMAIL", "FORM", "PHONE")
AREA_STATES = ("not_started", "in_progress", "blocked", "done")
AREA_TAGS = ("north", "south", "vip", "reseller", "fragile")

# Both share their first 54 characters, which is all that fits a column after `property_`.
LONG_NAMES = (
    "result_of_the_second_technical_review_by_the_partner_team_in_canada",
    "result_of_the_second_technical_review_by_the_partner_team_in_mexico",
)

AREAS = (
    "api",
    "billing",
    "field_visit",
    "hardware",
    "migration",
    "mobile_app",
    "network",
    "onboarding",
    "renewal",
    "shipping",
    "training",
    "warranty",
)
"""Parts of the business; each has the same set of custom properties."""

_SYSTEM = (
    Property("hs_object_id", "number", "number", "integer", system=True),
    Property("createdate", "datetime", "date", "instant", system=True),
    Property("hs_lastmodifieddate", "datetime", "date", "instant", system=True),
)
_IDS = (
    reference("hubspot_owner_id", "OWNER", "enumeration"),
    reference("hubspot_team_id", "TEAM", "enumeration"),
    reference("escalation_owner", "OWNER", "enumeration", custom=True),
    reference("hs_created_by_user_id", None),
    reference("hs_updated_by_user_id", None),
    reference("hs_primary_company_id", "COMPANY"),
    reference("parent_ticket", "TICKET"),
)
_MANY_IDS = tuple(
    plain(name, "enumeration", field_type="checkbox")
    for name in (
        "hs_all_owner_ids",
        "hs_all_team_ids",
        "hs_all_accessible_team_ids",
        "hs_merged_object_ids",
        "hs_user_ids_of_all_owners",
        "hs_user_ids_of_all_notification_followers",
    )
)
_CHOICES = (
    plain("hs_pipeline", "enumeration"),
    plain("hs_pipeline_stage", "enumeration"),
    plain("hs_ticket_priority", "enumeration", options=PRIORITIES),
    plain("hs_ticket_category", "enumeration", field_type="checkbox", options=CATEGORIES),
    plain("source_type", "enumeration", options=SOURCES),
    plain("hs_resolution", "enumeration", options=("ISSUE_FIXED", "REFUNDED", "NO_ANSWER")),
    plain("hs_customer_agent_ticket_status", "enumeration", options=("OPEN", "HANDED_OFF")),
)
_STRINGS = tuple(
    plain(name, "string", field_type="textarea" if name in ("content", "hs_ai_summary") else "text")
    for name in (
        "subject",
        "content",
        "hs_ai_summary",
        "hs_object_source",
        "hs_object_source_label",
        "hs_object_source_detail_1",
        "hs_primary_company",
        "hs_primary_company_name",
        "hs_unique_creation_key",
        "hs_language",
        "hs_latest_message_seen_by_agent",
    )
)
_INSTANTS = tuple(
    plain(name, "datetime")
    for name in (
        "closed_date",
        "first_agent_reply_date",
        "hs_first_agent_message_sent_at",
        "hs_last_message_received_at",
        "hs_last_message_sent_at",
        "hs_lastactivitydate",
        "hs_lastcontacted",
        "hs_nextactivitydate",
        "hs_time_to_close_sla_at",
        "hs_time_to_first_response_sla_at",
        "hubspot_owner_assigneddate",
        "hs_ticket_reopened_at",
    )
)
_NUMBERS = tuple(
    plain(name, "number", calculated=name in ("time_to_close", "time_to_first_agent_reply"))
    for name in (
        "time_to_close",
        "time_to_first_agent_reply",
        "hs_number_of_associated_companies",
        "hs_num_associated_conversations",
        "hs_num_times_contacted",
        "hs_seconds_to_first_response",
        "hs_sentiment_score",
        "hs_predicted_effort",
        "num_notes",
    )
)
_CALCULATED = (
    plain("hs_health_score", "number", field_type="calculation_score", calculated=True),
    plain("hs_days_open", "number", field_type="calculation_equation", calculated=True),
    plain("hs_is_overdue", "bool", field_type="calculation_equation", calculated=True),
    plain("hs_status_line", "string", field_type="calculation_equation", calculated=True),
)
_FLAGS = tuple(
    plain(name, "bool")
    for name in (
        "hs_is_visible_in_help_desk",
        "hs_in_helpdesk",
        "hs_was_imported",
        "hs_is_one_touch_ticket",
        "hs_read_only",
    )
)
_AREA_FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("notes", "string", {"field_type": "textarea"}),
    ("reference", "string", {}),
    ("amount", "number", {}),
    ("due_date", "date", {}),
    ("last_contact_at", "datetime", {}),
    ("status", "enumeration", {"options": AREA_STATES, "field_type": "radio"}),
    ("tags", "enumeration", {"options": AREA_TAGS, "field_type": "checkbox"}),
    ("confirmed", "bool", {}),
    ("callback_phone", "phone_number", {}),
    ("site", "object_coordinates", {}),
    ("payload", "json", {}),
)


def area_properties(area: str) -> tuple[Property, ...]:
    """The custom properties of one part of the business: one or more of every HubSpot type."""
    return tuple(
        plain(f"{area}_{field}", kind, custom=True, **more) for field, kind, more in _AREA_FIELDS
    )


@functools.cache
def fixed_properties(areas: tuple[str, ...] = AREAS) -> tuple[Property, ...]:
    """Every property that does not depend on the pipelines."""
    custom = [plain(name, "string", custom=True) for name in LONG_NAMES]
    for area in areas:
        custom += area_properties(area)
    groups = (_SYSTEM, _IDS, _MANY_IDS, _CHOICES, _STRINGS, _INSTANTS, _NUMBERS)
    return tuple(one for group in (*groups, _CALCULATED, _FLAGS, custom) for one in group)
