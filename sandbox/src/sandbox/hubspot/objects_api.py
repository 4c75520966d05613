"""Records: list, get one, batch read."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from sandbox.hubspot.inline_associations import inline_associations
from sandbox.hubspot.record_text import Selection, join_page, select
from sandbox.hubspot.replies import ApiError, Reply, invalid, json_reply
from sandbox.hubspot.wire import instant_text

if TYPE_CHECKING:
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.records import Record
    from sandbox.hubspot.table import Table

API_HOST = "https://api.hubapi.com"
LIST_MAXIMUM = 100
HISTORY_MAXIMUM = 50
_SPREAD = 2_654_435_761
_SPREAD_BITS = 0xFFFFFFFF


def list_records(call: Call) -> Reply:
    """Answer a page of live or archived records in ascending id."""
    kind = call.readable()
    selection = _selection(call)
    limit = _limit(call, HISTORY_MAXIMUM if call.names("propertiesWithHistory") else LIST_MAXIMUM)
    table = call.portal.table(kind.name)
    found = table.page(_start(call), limit + 1, archived=call.flag("archived"))
    more = len(found) > limit
    page = found[:limit]
    tail = b',"paging":' + msgspec.json.encode(_next(call, limit, page[-1])) if more else b""
    return Reply(200, join_page(_texts(call, selection, page), tail), records=len(page))


def get_record(call: Call) -> Reply:
    """Answer one record by id, by a merged-away id, or by a unique property."""
    kind = call.readable()
    record = _find(call, call.portal.table(kind.name), call.parameters["id"])
    if record is None or (record.archived_at is not None) != call.flag("archived"):
        raise ApiError(404, "resource not found")
    return Reply(200, _texts(call, _selection(call), [record])[0], records=1)


def batch_read(call: Call) -> Reply:
    """Answer up to 100 records by id, 50 with history; 207 when some are missing."""
    kind = call.readable()
    body = call.json()
    with_history = _body_names(body, "propertiesWithHistory")
    wanted = _inputs(body, with_history=bool(with_history))
    started = instant_text(call.portal.clock())
    found, missing = _gather(call, wanted, body.get("idProperty"))
    selection = select(
        call.portal, kind, call.scopes, _body_names(body, "properties"), with_history
    )
    texts = call.service.texts.many(selection, found)
    tail: dict[str, Any] = {"startedAt": started, "completedAt": started}
    if missing:
        tail |= {"numErrors": 1, "errors": [_not_found(kind.upper, missing)]}
    encoded = b"," + msgspec.json.encode({"status": "COMPLETE", **tail})[1:-1]
    return Reply(207 if missing else 200, join_page(texts, encoded), records=len(found))


def _texts(call: Call, selection: Selection, records: list[Record]) -> list[bytes]:
    far_types = call.names("associations")
    if not far_types:
        return call.service.texts.many(selection, records)
    return [_with_associations(call, selection, record, far_types) for record in records]


def _with_associations(
    call: Call, selection: Selection, record: Record, far_types: tuple[str, ...]
) -> bytes:
    value = call.service.texts.fields(selection, record)
    associations = inline_associations(call, selection.kind, record.id, far_types)
    if associations:
        value["associations"] = associations
    return msgspec.json.encode(value)


def _selection(call: Call) -> Selection:
    return select(
        call.portal,
        call.kind(),
        call.scopes,
        call.names("properties"),
        call.names("propertiesWithHistory"),
    )


def _limit(call: Call, maximum: int) -> int:
    limit = call.integer("limit", 10)
    if limit > maximum and call.behaviour.over_limit == "clamp":
        return maximum
    if not 1 <= limit <= maximum:
        raise invalid(f"The limit must lie between 1 and {maximum} for this request.")
    return limit


def _start(call: Call) -> int:
    text = call.one("after")
    if not text:
        return 0
    if call.behaviour.cursor == "id":
        return call.integer("after", 0)
    known = _open_cursor(text)
    if known is None and call.behaviour.cursor == "opaque":
        raise invalid("The cursor in the parameter after was not given out by this API.")
    return known or 0


def _next(call: Call, limit: int, last: Record) -> dict[str, Any]:
    plain = str(last.id + 1)
    after = plain if call.behaviour.cursor == "id" else _seal_cursor(plain)
    link = f"{API_HOST}{call.path}?limit={limit}&after={quote(after)}"
    return {"next": {"after": after, "link": link}}


def _seal_cursor(plain: str) -> str:
    return base64.urlsafe_b64encode(f"c:{plain}".encode()).decode()


def _open_cursor(text: str) -> int | None:
    try:
        mark, _, plain = base64.urlsafe_b64decode(text).decode().partition(":")
        return int(plain) if mark == "c" else None
    except ValueError:
        return None


def _find(call: Call, table: Table, text: str) -> Record | None:
    name = call.one("idProperty")
    if name:
        archived = call.flag("archived")
        return _by_property(call, table, name, text, archived=archived)
    if not text.isdigit():
        message = "Object not found.  objectId are usually numeric."
        raise ApiError(404, message, "OBJECT_NOT_FOUND")
    return call.portal.get(table.kind.name, int(text))


def _by_property(
    call: Call, table: Table, name: str, text: str, *, archived: bool
) -> Record | None:
    definition = call.portal.definitions[table.kind.name].get(name)
    contact_email = table.kind.name == "contacts" and name == "email"
    if not contact_email and (definition is None or not definition["hasUniqueValue"]):
        raise invalid(f"The property {name} does not hold unique values.")
    matches = (r for r in table.walk(archived=archived) if r.properties.get(name) == text)
    return next(matches, None)


def _inputs(body: dict[str, Any], *, with_history: bool) -> list[str]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list):
        raise invalid("The request has no list of inputs.")
    if with_history and len(inputs) > HISTORY_MAXIMUM:
        raise invalid(
            "The maximum number of inputs supported in a batch request for property histories "
            f"is {HISTORY_MAXIMUM}. Please reduce the number of items and try again"
        )
    if len(inputs) > LIST_MAXIMUM:
        raise invalid(
            f"The maximum number of inputs supported in a batch is {LIST_MAXIMUM}. "
            "Please reduce the number of items and try again"
        )
    return [str(item["id"]) for item in inputs if isinstance(item, dict) and "id" in item]


def _gather(
    call: Call, wanted: list[str], id_property: str | None
) -> tuple[list[Record], list[str]]:
    """Return the records in no promised order, and the ids that name none."""
    table = call.portal.table(call.kind().name)
    archived = call.flag("archived")
    found: dict[int, Record] = {}
    missing = []
    for text in dict.fromkeys(wanted):
        if id_property:
            record = _by_property(call, table, id_property, text, archived=archived)
        else:
            record = _by_batch_id(call, table, text)
        if record is None or (record.archived_at is not None) != archived:
            missing.append(text)
        else:
            found[record.id] = record
    return sorted(found.values(), key=lambda r: r.id * _SPREAD & _SPREAD_BITS), missing


def _by_batch_id(call: Call, table: Table, text: str) -> Record | None:
    if not text.isdigit():
        return None
    if call.behaviour.batch_follows_merges:
        return call.portal.get(table.kind.name, int(text))
    return table.records.get(int(text))


def _body_names(body: dict[str, Any], key: str) -> tuple[str, ...]:
    names = body.get(key) or []
    if not isinstance(names, list):
        raise invalid(f"{key} is not a list of names.")
    return tuple(str(name) for name in names)


def _not_found(kind: str, ids: list[str]) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": (
            f"Could not get some {kind} objects, they may be deleted or not exist. "
            "Check that ids are valid."
        ),
        "context": {"ids": ids},
    }


def count_limits(call: Call) -> Reply:
    """Answer how many records of each type there are, and how many there may be."""
    call.require(sorted({s for t in call.portal.tables() for s in t.kind.read_scopes}))
    tables = call.portal.tables()
    standard = [_usage(table) for table in tables if not table.kind.custom]
    custom = [_usage(table) for table in tables if table.kind.custom]
    used = sum(entry["usage"] for entry in custom)
    body = {
        "hubspotDefinedObjectTypes": standard,
        "customObjectTypes": {
            "overallLimit": _RECORD_LIMIT,
            "overallUsage": used,
            "overallPercentage": _percentage(used),
            "byObjectType": custom,
        },
    }
    return json_reply(body)


_RECORD_LIMIT = 15_000_000


def _percentage(usage: int) -> float:
    return round(100 * usage / _RECORD_LIMIT, 2)


def _usage(table: Table) -> dict[str, Any]:
    usage = len(table.ids(archived=False))
    singular = table.kind.singular.replace("_", " ").capitalize()
    return {
        "objectTypeId": table.kind.type_id,
        "singularLabel": singular,
        "pluralLabel": table.kind.name.replace("_", " ").capitalize(),
        "limit": _RECORD_LIMIT,
        "usage": usage,
        "percentage": _percentage(usage),
    }
