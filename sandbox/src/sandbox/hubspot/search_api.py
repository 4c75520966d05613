"""Search: filters over the lagging index, capped at 10,000 rows a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sandbox.hubspot.record_text import select
from sandbox.hubspot.replies import Reply
from sandbox.hubspot.search_query import lowest_id, parse_search, predicate, sort_key

if TYPE_CHECKING:
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.search_index import Image
    from sandbox.hubspot.search_query import SearchQuery


def search_records(call: Call) -> Reply:
    """Answer one page of matches as the index knows them, without associations."""
    kind = call.kind()
    call.require(kind.read_scopes)
    body = call.json()
    query = parse_search(body)
    matches = _matches(call, kind, query)
    page = matches[query.offset : query.offset + query.limit]
    names = tuple(str(name) for name in body.get("properties") or ())
    selection = select(call.portal, kind, call.scopes, names)
    texts = call.service.texts.many(selection, page)
    head = b'{"total":%d,"results":[' % len(matches)
    return Reply(200, head + b",".join(texts) + _tail(query, len(matches)), records=len(page))


def _matches(call: Call, kind: ObjectType, query: SearchQuery) -> list[Image]:
    index = call.portal.table(kind.name).index
    index.settle(call.portal.clock())
    revision = (index.revision, call.portal.definitions_revision, call.portal.links_revision)
    return call.service.searches.get(
        (kind.name, query.key), revision, lambda: _run(call, kind, query)
    )


def _run(call: Call, kind: ObjectType, query: SearchQuery) -> list[Image]:
    matches = predicate(call, kind, query)
    index = call.portal.table(kind.name).index
    found = [image for image in index.images(lowest_id(query)) if matches(image)]
    if query.sort and query.sort[0] not in call.portal.definitions[kind.name]:
        return found
    if query.sort == ("hs_object_id", False):
        return found
    key = sort_key(query, call.portal.definitions[kind.name])
    found.sort(key=key, reverse=bool(query.sort and query.sort[1]))
    return found


def _tail(query: SearchQuery, total: int) -> bytes:
    end = query.offset + query.limit
    if end >= total or query.limit == 0:
        return b"]}"
    return b'],"paging":' + msgspec.json.encode({"next": {"after": str(end)}}) + b"}"
