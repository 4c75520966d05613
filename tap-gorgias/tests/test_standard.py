"""The framework's own suite, against an account with records in every stream."""

from __future__ import annotations

import base64
import time
from contextlib import ExitStack
from typing import Any

import pytest
from sandbox.gorgias.helpdesk import Helpdesk
from sandbox.gorgias.server import Behaviour, serve
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from tap_gorgias.tap import TapGorgias

MINUTE = 60_000_000
MADE = 1_770_000_000_000_000
PERSON = {"email": "ana@getwrrk.test", "name": "Ana", "firstname": "Ana", "lastname": ""}
NOTHING = (
    "bio", "country", "deactivated_datetime", "external_id", "has_password", "has_2fa_enabled",
    "language", "meta", "timezone", "client_id", "note", "data", "integrations", "external_data",
    "ecommerce_data", "description", "decoration", "summary", "assignee_team_id",
    "opened_datetime", "snooze_datetime", "trashed_datetime", "last_sent_message_not_delivered",
    "auth_customer_identity", "integration_id", "rule_id", "body_html", "stripped_html",
    "stripped_signature", "headers", "attachments", "actions", "processed_datetime",
    "failed_datetime", "deleted_datetime", "opened_datetime", "last_sending_error", "receiver_id",
    "managed_type", "requirement_type",
)  # fmt: skip
EMPTY = dict.fromkeys(NOTHING)


def made(id_: int, **values: Any) -> dict[str, Any]:
    return EMPTY | {"id": id_, "created_datetime": MADE, "updated_datetime": MADE} | values


def furnished() -> Helpdesk:
    """One object of every kind, the ticket answered and closed."""
    desk = Helpdesk("acme", "Europe/Vienna", lambda: MADE // 1000 + 70 * 86_400_000)
    desk.settings["business-hours"] = {"timezone": desk.zone, "business_hours": []}
    desk.grant_key("robo@getwrrk.test", "key", 11)
    desk.put("users", made(11, **PERSON, active=True, role_name="agent"))
    desk.put("customers", made(12, **PERSON, active=True, channels=[], custom_fields={}))
    desk.put("teams", made(13, name="Care", member_ids=[11]))
    desk.put("tags", made(14, name="vip", usage=1, deleted_datetime=None))
    field = {"object_type": "Ticket", "label": "Why", "priority": 1, "required": False}
    desk.put("custom_fields", made(15, **field, definition={"data_type": "text"}))
    desk.put("integrations", made(16, name="Care", type="email", meta={"address": "c@acme.test"}))
    ticket = {
        "status": "closed", "priority": "normal", "channel": "email", "via": "email",
        "from_agent": False, "subject": "Parcel", "customer_id": 12, "assignee_user_id": 11,
        "integration_ids": [16], "tag_ids": [14], "custom_fields": {}, "is_unread": False,
        "spam": False, "last_received_message_datetime": MADE, "last_message_datetime": MADE,
        "closed_datetime": MADE + 9 * MINUTE,
    }  # fmt: skip
    desk.put("tickets", made(17, **ticket))
    message = {
        "ticket_id": 17, "public": True, "channel": "email", "source": {}, "intents": [],
        "macros": [], "subject": "", "body_text": "text", "stripped_text": "text",
        "is_retriable": True, "imported": False,
    }  # fmt: skip
    asked = {"message_id": "<1>", "via": "email", "from_agent": False, "sender_id": 12}
    desk.put("messages", made(18, **message, **asked, sent_datetime=None))
    reply = {"message_id": "<2>", "via": "helpdesk", "from_agent": True, "sender_id": 11}
    reply |= {"created_datetime": MADE + MINUTE, "sent_datetime": MADE + MINUTE}
    desk.put("messages", made(19, **(message | reply)))
    survey = {"ticket_id": 17, "customer_id": 12, "score": 5, "body_text": None}
    survey |= dict.fromkeys(("should_send_datetime", "sent_datetime", "scored_datetime"), MADE)
    desk.put("satisfaction_surveys", made(20, **survey))
    event = {"context": "c", "type": "ticket-created", "object_type": "Ticket", "object_id": 17}
    desk.put("events", made(21, **event, user_id=None))
    return desk


# The suite asks the tap for its streams while it is being collected, so the stand-in (a thread
# on loopback) has to be there by then.
_open = ExitStack()
_server = _open.enter_context(serve([furnished()], Behaviour(limits=False)))
_TOKEN = base64.b64encode(b"robo@getwrrk.test:key").decode()


class PatientTap(TapGorgias):
    """Waits for the rate limit pass at once."""

    _skipped = 0.0

    @staticmethod
    def wait(seconds: float) -> None:
        PatientTap._skipped += seconds

    @staticmethod
    def clock() -> float:
        return time.monotonic() + PatientTap._skipped


TestTapGorgias = get_tap_test_class(
    PatientTap,
    config={
        "accounts": [{"client": "acme", "authorization": _TOKEN, "channels": ["email"]}],
        "api_base_url": f"{_server.url}/{{client}}",
    },
    suite_config=SuiteConfig(max_records_limit=None, ignore_no_records=False),
    parse_env_config=False,
)


@pytest.fixture(scope="module", autouse=True)
def _stand_in() -> Any:
    yield
    _open.close()
