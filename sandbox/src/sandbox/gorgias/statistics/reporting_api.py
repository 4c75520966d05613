"""`POST /api/reporting/stats`: the new statistics."""

from __future__ import annotations

import base64
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.gorgias.call import json_reply
from sandbox.gorgias.errors import ApiError, forbidden, invalid, not_found
from sandbox.gorgias.paging import page_limit
from sandbox.gorgias.statistics.periods import bucket
from sandbox.gorgias.statistics.reporting_query import read_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.exchange import Reply
    from sandbox.gorgias.call import Call
    from sandbox.gorgias.statistics.contributions import Contribution, Ledger
    from sandbox.gorgias.statistics.reporting_query import Filter, Query
    from sandbox.gorgias.table import Row

HIGHEST_LIMIT = 10_000
_NESTED = ("tags", "customFields")


def report(call: Call, ledger: Ledger) -> Reply:
    """Answer a question about a period."""
    call.require("statistics:read")
    refuse(call, "reporting")
    limit = page_limit(call, HIGHEST_LIMIT)
    query = read_query(call.json(), call.behaviour)
    if call.behaviour.breaks(call.desk.domain, query.name):
        raise ApiError(500, "Internal server error.")
    rows = _ordered(_rows(query, call, ledger), query)
    offset = _offset(call)
    page = rows[offset : offset + limit]
    meta = {
        "scope": query.name,
        "total": len(rows),
        "offset": offset,
        "limit": limit,
        "prev_cursor": _cursor(max(0, offset - limit)) if offset else None,
        "next_cursor": _cursor(offset + limit) if offset + limit < len(rows) else None,
    }
    uri = call.path + (f"?{call.raw_query}" if call.raw_query else "")
    body = {"object": "list", "uri": uri, "data": page, "meta": meta}
    return json_reply(body, records=len(page))


def refuse(call: Call, interface: str) -> None:
    """Let the call pass when the account's plan has this kind of statistics.

    Raises:
        ApiError: It has not (403, 404 or 500, as configured).
    """
    if not call.behaviour.refuses(call.desk.domain, interface):
        return
    status = call.behaviour.refusal_status
    if status == 403:  # noqa: PLR2004
        raise forbidden("Your plan does not include this feature.")
    raise not_found() if status == 404 else ApiError(status, "Internal server error.")  # noqa: PLR2004


def _rows(query: Query, call: Call, ledger: Ledger) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Contribution]] = {}
    for part in _parts(query, call, ledger):
        groups.setdefault(_key(query, part), []).append(part)
    if not query.dimensions and not query.granularity:
        groups.setdefault((), [])
    if call.behaviour.null_rows:
        for key in _absent(query):
            groups.setdefault(key, [])
    return [_row(query, key, parts, call) for key, parts in groups.items()]


def _parts(query: Query, call: Call, ledger: Ledger) -> Iterator[Contribution]:
    if query.scope.kind is None:
        return
    for part in ledger.within(query.scope.kind, call.behaviour, query.period):
        if all(_passes(part, one) for one in query.filters):
            yield part


def _passes(part: Contribution, one: Filter) -> bool:
    if one.member == "tags":
        tags = {str(tag) for tag in part.ticket["tag_ids"]}
        return all(_nested(tags, wanted) for wanted in one.values)
    if one.member == "customFields":
        return all(_has_field(part.ticket, wanted) for wanted in one.values)
    if one.member == "customFieldId":
        return isinstance(part.label, tuple) and bool(part.label[0] in one.values)
    return one.admits(_member(part, one.member))


def _nested(held: set[str], wanted: Any) -> bool:
    values = {str(value) for value in wanted.get("values", ())}
    operator = wanted.get("operator", "one-of")
    if operator == "all-of":
        return values <= held
    return bool(values & held) != bool(operator == "not-one-of")


def _has_field(ticket: Row, wanted: Any) -> bool:
    field = ticket["custom_fields"].get(str(wanted.get("custom_field_id")))
    held = {str(field["value"])} if field else set()
    return _nested(held, wanted)


def _member(part: Contribution, name: str) -> Any:
    ticket = part.ticket
    values = {
        "agentId": part.agent,
        "channel": part.channel,
        "teamId": ticket["assignee_team_id"],
        "integrationId": next(iter(ticket["integration_ids"]), None),
        "status": ticket["status"],
        "score": None if part.amount is None else int(part.amount),
        "tagId": part.label,
        "eventType": part.label,
        "customFieldValue": part.label[1] if isinstance(part.label, tuple) else None,
    }
    return values.get(name)


def _key(query: Query, part: Contribution) -> tuple[Any, ...]:
    key = tuple(_member(part, name) for name in query.dimensions)
    return (*key, bucket(part.at, query.granularity, query.zone)) if query.granularity else key


def _absent(query: Query) -> Iterator[tuple[Any, ...]]:
    """Agents asked for by id, each with every other dimension asked for by value."""
    if "agentId" not in query.dimensions or query.granularity:
        return
    choices = [query.wanted(name) for name in query.dimensions]
    if any(one is None for one in choices):
        return
    for key in product(*(one or () for one in choices)):
        yield tuple(
            int(value) if name.endswith("Id") and str(value).isdigit() else value
            for name, value in zip(query.dimensions, key, strict=True)
        )


def _row(query: Query, key: tuple[Any, ...], parts: list[Contribution], call: Call) -> Row:
    row: Row = dict(zip(query.dimensions, key, strict=False))
    if query.granularity:
        name = query.scope.time_dimension
        dotted = call.behaviour.bucket_key == "dimension.granularity"
        row[f"{name}.{query.granularity}" if dotted else name] = key[-1]
    for name in query.measures:
        value = query.scope.measures[name](parts)
        if name == "responseRate" and value is not None and call.behaviour.rate_as_fraction:
            value = round(value / 100, 4)
        row[name] = value
    return row


def _ordered(rows: list[Row], query: Query) -> list[Row]:
    rows.sort(key=lambda row: [str(value) for value in row.values()])
    for name, descending in reversed(query.order):
        known = [row for row in rows if row[name] is not None]
        known.sort(key=lambda row: row[name], reverse=descending)
        rows = known + [row for row in rows if row[name] is None]
    return rows


def _cursor(offset: int) -> str:
    return base64.b64encode(msgspec.json.encode(["offset", offset])).decode()


def _offset(call: Call) -> int:
    text = call.one("cursor")
    if not text:
        return 0
    try:
        word, offset = msgspec.json.decode(base64.b64decode(text, validate=True))
        found = int(offset)
    except (ValueError, TypeError) as error:
        raise invalid("cursor", "Not a valid cursor.") from error
    if word != "offset" or found < 0:
        raise invalid("cursor", "Not a valid cursor.")
    return found
