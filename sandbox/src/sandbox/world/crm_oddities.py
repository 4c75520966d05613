"""The awkward values on the first records of each object type."""

from __future__ import annotations

from datetime import date

from sandbox.world import texts
from sandbox.world.values import (
    EMPTY,
    EMPTY_TEXT,
    Value,
    boolean,
    day_as_milliseconds,
    decimal,
    document,
    instant_as_milliseconds,
    misfit,
    text,
)

ODDITIES: dict[str, tuple[dict[str, Value], ...]] = {
    "contacts": (
        {"firstname": text(texts.NUL_TEXT), "lastname": EMPTY_TEXT, "credit_limit": EMPTY},
        {"credit_limit": misfit("n/a"), "birthday": misfit("31.12.1990")},
        {"preferences": misfit("{broken"), "wants_calls": misfit("perhaps")},
        {"birthday": day_as_milliseconds(date(1969, 7, 20)), "wants_calls": boolean(True, "yes")},  # noqa: FBT003
        {"notes_last_contacted": instant_as_milliseconds(1_767_225_600_123)},
        {"credit_limit": decimal("123456789012345678901234567890.123456789")},
        {"associatedcompanyid": misfit("701000001;701000002")},
    ),
    "companies": (
        {"name": text('The "Quoted"; Press\\N')},
        {"numberofemployees": misfit("10-50"), "billing_terms": document([{"days": 30}])},
        {"annualrevenue": decimal("9007199254740993.01"), "description": text(texts.HTML_TEXT)},
        {"hs_parent_company_id": EMPTY, "audit_due": misfit("soon")},
    ),
    "deals": (
        {"amount": decimal("99999999999999.999999")},
        {"discount": decimal("0.1"), "dealname": text(texts.EMOJI_TEXT)},
        {"discount": misfit("10 %"), "contract_start": EMPTY},
        {"closedate": instant_as_milliseconds(1_767_139_200_000)},
    ),
    "line_items": (
        {"price": decimal("0.1"), "quantity": decimal("3", "3.000"), "amount": decimal("0.3")},
        {"hs_discount_percentage": misfit("ten"), "tax": EMPTY},
    ),
    "products": ({"price": misfit("on request")}, {"name": text(texts.QUOTE_TEXT)}),
    "quotes": ({"hs_terms": text(texts.LONG_TEXT)},),
    "calls": ({"hs_call_duration": misfit("3 min"), "hs_call_body": text(texts.HTML_TEXT)},),
    "emails": (
        {"hs_email_html": text(texts.LONG_TEXT), "hs_email_text": text(texts.NUL_TEXT)},
        {"hs_email_headers": text('{"from": {"email": "a@example.com"}}')},
    ),
    "notes": ({"hs_note_body": text(texts.EMOJI_TEXT * 20)}, {"hs_note_body": EMPTY_TEXT}),
    "tasks": ({"hs_task_completion_date": misfit("Unknown")},),
    "appointments": ({"visit_cost": misfit("free")},),
    "divisions": ({"budget": decimal("-0.005"), "floor_plan": document({"rooms": [1, None]})},),
    "installations": (
        {"load": decimal("10000000", "1.0E7"), "installed_on": misfit("2025-02-30")},
    ),
}
