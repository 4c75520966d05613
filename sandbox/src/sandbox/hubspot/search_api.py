"""Search: filters over the lagging index, capped at 10,000 rows a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sandbox.hubspot.record_text import select
from sandbox.hubspot.replies import Reply
from sandbox.hubspot.search_query import parse_search

if TYPE_CHECKING:
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.search_query import SearchQuery


def search_records(call: Call) -> Reply:
    """Answer one page of matches as the index knows them, without associations."""
    kind = call.readable()
    body = call.json()
    query = parse_search(body)
    matches = call.service.matches(call, kind, query)
    page = matches[query.offset : query.offset + query.limit]
    names = tuple(str(name) for name in body.get("properties") or ())
    selection = select(call.portal, kind, call.scopes, names)
    texts = call.service.texts.many(selection, page)
    head = b'{"total":%d,"results":[' % len(matches)
    return Reply(200, head + b",".join(texts) + _tail(query, len(matches)), records=len(page))


def _tail(query: SearchQuery, total: int) -> bytes:
    end = query.offset + query.limit
    if end >= total or query.limit == 0:
        return b"]}"
    return b'],"paging":' + msgspec.json.encode({"next": {"after": str(end)}}) + b"}"
