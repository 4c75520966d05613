"""The fields of every object, as recorded from the vendor (facts, section 3)."""

import pytest
import requests
from sandbox.gorgias.server import Behaviour, serve
from sandbox.world.helpdesk import credentials

SHORT = "id email name firstname lastname meta"
RECORDED = {
    "tickets": """id uri external_id language status priority channel via from_agent customer
        assignee_user assignee_team subject summary excerpt integrations meta tags messages_count
        is_unread spam created_datetime opened_datetime last_received_message_datetime
        last_message_datetime updated_datetime closed_datetime snooze_datetime trashed_datetime
        last_sent_message_not_delivered custom_fields""",
    "messages": """id uri message_id ticket_id external_id public channel via source sender
        auth_customer_identity integration_id intents rule_id from_agent receiver subject body_text
        body_html stripped_text stripped_html stripped_signature headers attachments actions macros
        meta created_datetime processed_datetime sent_datetime failed_datetime deleted_datetime
        opened_datetime last_sending_error is_retriable imported""",
    "users": """id active bio created_datetime country deactivated_datetime email external_id
        firstname lastname name has_password has_2fa_enabled language meta role timezone
        updated_datetime client_id uri""",
    "satisfaction-surveys": """id ticket_id customer_id score body_text created_datetime
        should_send_datetime sent_datetime scored_datetime meta uri""",
    "customers": """id external_id active email name firstname lastname language timezone channels
        created_datetime updated_datetime meta data integrations note custom_fields external_data
        ecommerce_data uri""",
    "teams": "id uri name description decoration members created_datetime",
    "tags": "id name description decoration usage uri created_datetime deleted_datetime",
    "events": "id context type object_type object_id user_id data created_datetime uri",
    "custom-fields?object_type=Ticket": """id external_id object_type label description priority
        required requirement_type managed_type definition created_datetime updated_datetime
        deactivated_datetime uri""",
}
NESTED = [
    ("tickets", "customer", SHORT),
    ("tickets", "assignee_user", f"{SHORT} bio"),
    ("tickets", "assignee_team", "id name decoration"),
    ("messages", "sender", SHORT),
    ("messages", "source", "type to from extra"),
    ("users", "role", "name"),
]


@pytest.fixture(scope="module")
def rows_of(new_company):
    part = new_company().part
    with serve(part.desks, Behaviour(limits=False)) as running:

        def rows(path):
            mark = "&" if "?" in path else "?"
            url = f"{running.urls['harbor']}/api/{path}{mark}limit=100"
            auth = credentials(part.offices["harbor"])
            return requests.get(url, auth=auth, timeout=20).json()["data"]

        yield rows


@pytest.mark.parametrize("path", RECORDED)
def test_every_row_has_the_recorded_fields_and_no_other(rows_of, path):
    """Section 3.1, 3.3 and 3.4."""
    rows = rows_of(path)
    assert rows
    for row in rows:
        assert set(row) == set(RECORDED[path].split())


@pytest.mark.parametrize(("path", "field", "inner"), NESTED)
def test_embedded_objects_have_the_recorded_fields(rows_of, path, field, inner):
    """Section 3: the copies of other objects."""
    found = [row[field] for row in rows_of(path) if row[field]]
    assert found
    for one in found:
        assert set(one) == set(inner.split())


def test_words_of_open_lists_are_those_in_use(rows_of):
    """Section 3: statuses, priorities and roles are closed lists, channels are open ones."""
    tickets, users = rows_of("tickets"), rows_of("users")
    assert {row["status"] for row in tickets} == {"open", "closed"}
    assert {row["priority"] for row in tickets} <= {"critical", "high", "normal", "low"}
    assert {row["role"]["name"] for row in users} <= {
        "admin", "agent", "basic-agent", "lite-agent", "observer-agent", "internal-agent", "bot",
    }  # fmt: skip


def test_a_snoozed_ticket_says_closed_and_when_it_wakes(rows_of):
    """Section 3.1: snoozed tickets have status closed."""
    snoozed = [row for row in rows_of("tickets") if row["snooze_datetime"]]
    assert snoozed
    for row in snoozed:
        assert (row["status"], row["closed_datetime"]) == ("closed", None)


def test_internal_notes_and_rule_answers_are_marked_as_recorded(rows_of):
    """Section 3.3."""
    messages = rows_of("messages")
    notes = [row for row in messages if not row["public"]]
    ruled = [row for row in messages if row["rule_id"]]
    assert notes
    assert ruled
    assert {row["source"]["type"] for row in notes} == {"internal-note"}
    assert {row["via"] for row in ruled} == {"rule"}
