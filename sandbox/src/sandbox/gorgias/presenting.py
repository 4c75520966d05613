"""The shapes in which objects are served: lists and details, with copies of what they refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.gorgias.instants import wire_instant

if TYPE_CHECKING:
    from sandbox.gorgias.behaviour import Behaviour
    from sandbox.gorgias.helpdesk import Helpdesk
    from sandbox.gorgias.table import Row

EXCERPT = 200
_TICKET_OWN = (
    "id", "external_id", "language", "status", "priority", "channel", "via", "from_agent",
    "subject", "summary", "meta", "is_unread", "spam", "created_datetime", "opened_datetime",
    "last_received_message_datetime", "last_message_datetime", "updated_datetime",
    "closed_datetime", "snooze_datetime", "trashed_datetime",
)  # fmt: skip
_USER_OWN = (
    "id", "active", "bio", "created_datetime", "country", "deactivated_datetime", "email",
    "external_id", "firstname", "lastname", "name", "has_password", "has_2fa_enabled", "language",
    "meta", "timezone", "updated_datetime", "client_id",
)  # fmt: skip
_REFERENCES = frozenset({"sender_id", "receiver_id", "role_name", "member_ids"})


def datetimes(row: Row) -> Row:
    """A row with its instants as text; inner objects too."""
    return {name: _value(name, value) for name, value in row.items()}


def ticket_in_list(desk: Helpdesk, row: Row, behaviour: Behaviour) -> Row:
    """A ticket as lists have it."""
    seen = seen_messages(desk, row["id"], behaviour)
    shape = _ticket(desk, row)
    shape["excerpt"] = excerpt(seen)
    shape["integrations"] = [_address(desk, one) for one in row["integration_ids"]]
    shape["messages_count"] = len(seen)
    return shape


def ticket_in_detail(desk: Helpdesk, row: Row, _: Behaviour) -> Row:
    """A ticket asked for by id: with messages, events and survey, without what is counted."""
    shape = _ticket(desk, row)
    shape["customer"] = _whole_customer(desk, row["customer_id"])
    surveys = desk.tables["satisfaction_surveys"].where("ticket_id", row["id"])
    shape |= {
        "requester": shape["customer"],
        "messages": [message(desk, one) for one in _messages(desk, row["id"])],
        "events": [event(desk, one) for one in _events(desk, row["id"])],
        "imported": False,
        "assignee_user_id": row["assignee_user_id"],
        "assignee_team_id": row["assignee_team_id"],
        "processed_datetime": None,
        "satisfaction_survey": survey(desk, surveys[0]) if surveys else None,
        "reply_options": {},
    }
    return shape


def message(desk: Helpdesk, row: Row, _: Behaviour | None = None) -> Row:
    """A message."""
    shape = datetimes({name: row[name] for name in row if name not in _REFERENCES})
    shape["uri"] = f"/api/tickets/{row['ticket_id']}/messages/{row['id']}/"
    shape["sender"] = _person(desk, row["sender_id"], meta=True)
    shape["receiver"] = _person(desk, row["receiver_id"], meta=False)
    return shape


def user(desk: Helpdesk, row: Row, _: Behaviour | None = None) -> Row:
    """A user; unlike all others its address is a whole URL."""
    shape = datetimes({name: row[name] for name in _USER_OWN})
    shape["role"] = {"name": row["role_name"]}
    shape["uri"] = f"https://{desk.domain}.gorgias.com/api/users/{row['id']}/"
    return shape


def team(desk: Helpdesk, row: Row, _: Behaviour | None = None) -> Row:
    """A team with its members."""
    shape = datetimes({name: row[name] for name in row if name not in _REFERENCES})
    shape["members"] = [_member(desk, one) for one in row["member_ids"]]
    shape["uri"] = f"/api/teams/{row['id']}/"
    return shape


def customer(_: Helpdesk, row: Row, __: Behaviour | None = None) -> Row:
    """A customer."""
    return datetimes(row) | {"uri": f"/api/customers/{row['id']}/"}


def survey(_: Helpdesk, row: Row, __: Behaviour | None = None) -> Row:
    """A satisfaction survey."""
    return datetimes(row) | {"uri": f"/api/satisfaction-surveys/{row['id']}/"}


def tag(_: Helpdesk, row: Row, __: Behaviour | None = None) -> Row:
    """A tag."""
    return datetimes(row) | {"uri": f"/api/tags/{row['id']}/"}


def event(_: Helpdesk, row: Row, __: Behaviour | None = None) -> Row:
    """An event."""
    return datetimes(row) | {"uri": f"/api/events/{row['id']}/"}


def custom_field(_: Helpdesk, row: Row, __: Behaviour | None = None) -> Row:
    """A custom field."""
    return datetimes(row) | {"uri": f"/api/custom-fields/{row['id']}/"}


def plain(_: Helpdesk, row: Row, __: Behaviour | None = None) -> Row:
    """Anything that refers to nothing."""
    return datetimes(row)


def view_item(desk: Helpdesk, row: Row, behaviour: Behaviour) -> Row:
    """A ticket in a view: without its custom fields."""
    shape = ticket_in_list(desk, row, behaviour)
    del shape["custom_fields"]
    return shape


def seen_messages(desk: Helpdesk, ticket_id: int, behaviour: Behaviour) -> list[Row]:
    """The messages that a ticket's counters know of already."""
    found = _messages(desk, ticket_id)
    if not behaviour.count_lag_ms:
        return found
    until = desk.now() - behaviour.count_lag_ms * 1000
    return [one for one in found if one["created_datetime"] <= until]


def excerpt(messages: list[Row]) -> str:
    """The beginning of the last public message."""
    public = [one for one in messages if one["public"]]
    return str(public[-1]["stripped_text"] or "")[:EXCERPT] if public else ""


def _ticket(desk: Helpdesk, row: Row) -> Row:
    shape = datetimes({name: row[name] for name in _TICKET_OWN})
    shape["uri"] = f"/api/tickets/{row['id']}/"
    shape["customer"] = _person(desk, row["customer_id"], meta=True)
    shape["assignee_user"] = _assignee(desk, row["assignee_user_id"])
    shape["assignee_team"] = _short_team(desk, row["assignee_team_id"])
    shape["tags"] = [_short_tag(desk, one) for one in row["tag_ids"]]
    shape["last_sent_message_not_delivered"] = row["last_sent_message_not_delivered"]
    shape["custom_fields"] = row["custom_fields"]
    return shape


def _messages(desk: Helpdesk, ticket_id: int) -> list[Row]:
    return desk.tables["messages"].where("ticket_id", ticket_id)


def _events(desk: Helpdesk, ticket_id: int) -> list[Row]:
    found = desk.tables["events"].where("object_id", ticket_id)
    return [one for one in found if one["object_type"] == "Ticket"]


def _person(desk: Helpdesk, person_id: int | None, *, meta: bool) -> Row | None:
    """A user or customer in short; their ids never meet."""
    if person_id is None:
        return None
    row = desk.tables["users"].get(person_id) or desk.tables["customers"].get(person_id)
    if row is None:
        return None
    shape = {name: row[name] for name in ("id", "email", "name", "firstname", "lastname")}
    return shape | {"meta": None} if meta else shape


def _assignee(desk: Helpdesk, user_id: int | None) -> Row | None:
    shape = _person(desk, user_id, meta=False)
    return shape | {"meta": {}, "bio": None} if shape else None


def _member(desk: Helpdesk, user_id: int) -> Row | None:
    return _person(desk, user_id, meta=True)


def _whole_customer(desk: Helpdesk, customer_id: int) -> Row | None:
    row = desk.tables["customers"].get(customer_id)
    return customer(desk, row) if row else None


def _short_team(desk: Helpdesk, team_id: int | None) -> Row | None:
    row = None if team_id is None else desk.tables["teams"].get(team_id)
    return {name: row[name] for name in ("id", "name", "decoration")} if row else None


def _short_tag(desk: Helpdesk, tag_id: int) -> Row | None:
    row = desk.tables["tags"].get(tag_id)
    return {name: row[name] for name in ("id", "name", "decoration")} if row else None


def _address(desk: Helpdesk, integration_id: int) -> Row | None:
    row = desk.tables["integrations"].get(integration_id)
    if row is None:
        return None
    return {"name": row["name"], "address": row["meta"].get("address"), "type": row["type"]}


def _value(name: str, value: Any) -> Any:
    if name.endswith("_datetime") and isinstance(value, int):
        return wire_instant(value)
    if isinstance(value, list):
        return [datetimes(one) if isinstance(one, dict) else one for one in value]
    if isinstance(value, dict) and any(one.endswith("_datetime") for one in value):
        return datetimes(value)
    return value
