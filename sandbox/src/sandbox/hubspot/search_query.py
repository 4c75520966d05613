"""A search request, checked against HubSpot's rules and made ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.hubspot.filters import TIMES, compile_filter, reader_of, tokens
from sandbox.hubspot.replies import ApiError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hubspot.call import Call
    from sandbox.hubspot.filters import Predicate
    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.search_index import Image

PAGE_MAXIMUM = 200
RESULT_CAP = 10_000
GROUPS_MAXIMUM = 5
FILTERS_PER_GROUP = 6
FILTERS_MAXIMUM = 18
QUERY_CHARACTERS = 3_000
_LOWER_BOUNDS = frozenset({"GTE", "GT", "BETWEEN"})
_GENERIC = "There was a problem with the request."


@dataclass(frozen=True)
class SearchQuery:
    """What to look for, in which order, and which page of it."""

    groups: list[list[dict[str, Any]]]
    text: str
    sort: tuple[str, bool] | None
    limit: int
    offset: int

    @property
    def key(self) -> bytes:
        """Identifies the matches and their order, whatever the page."""
        return msgspec.json.encode((self.groups, self.text, self.sort))


def parse_search(body: dict[str, Any]) -> SearchQuery:
    """Read a search body.

    Raises:
        ApiError: It breaks one of the limits (400).
    """
    text = str(body.get("query") or "")
    if len(text) > QUERY_CHARACTERS:
        raise invalid(f"The query must not be longer than {QUERY_CHARACTERS} characters.")
    limit = _integer(body.get("limit"), 10)
    offset = _integer(body.get("after"), 0)
    if not 0 <= limit <= PAGE_MAXIMUM:
        raise invalid(f"The limit must not exceed {PAGE_MAXIMUM}.")
    if offset < 0 or offset + limit > RESULT_CAP:
        raise ApiError(400, _GENERIC, "VALIDATION_ERROR")
    return SearchQuery(_groups(body), text, _sort(body), limit, offset)


def predicate(call: Call, kind: ObjectType, query: SearchQuery) -> Predicate:
    """Return whether an image matches: any group, all its filters, and every query word."""
    groups = [[_compiled(call, kind, f) for f in group] for group in query.groups]
    words = tokens(query.text)

    def matches(image: Image) -> bool:
        if groups and not any(all(test(image) for test in group) for group in groups):
            return False
        return not words or _says(image, words)

    return matches


def sort_key(
    query: SearchQuery, definitions: dict[str, dict[str, Any]]
) -> Callable[[Image], tuple[bool, Any, int]]:
    """Return the sort key: records without a value last, ties by id."""
    if query.sort is None:
        return lambda image: (False, image.created_at, image.id)
    name = query.sort[0]
    kind = definitions.get(name, {}).get("type", "string")
    read: Callable[[str], Any] = reader_of(kind)

    def key(image: Image) -> tuple[bool, Any, int]:
        text = image.properties.get(name)
        value = read(text) if text else None
        return (value is None, value if value is not None else 0, image.id)

    return key


def lowest_id(query: SearchQuery) -> int:
    """Return an id below which no match can lie, when the only group bounds it."""
    if len(query.groups) != 1:
        return -1
    bounds = [
        int(f["value"])
        for f in query.groups[0]
        if f.get("propertyName") == "hs_object_id"
        and f.get("operator") == "GT"
        and str(f.get("value")).isdigit()
    ]
    return max(bounds, default=-1)


def _compiled(call: Call, kind: ObjectType, condition: dict[str, Any]) -> Predicate:
    name = str(condition.get("propertyName"))
    if name.startswith("associations."):
        return _associated(call, kind, name.partition(".")[2], condition)
    definitions = call.portal.definitions[kind.name]
    if call.behaviour.epoch_zero_500 and _from_epoch(condition, definitions.get(name)):
        raise ApiError(500, "internal error")
    return compile_filter(condition, definitions)


def _from_epoch(condition: dict[str, Any], definition: dict[str, Any] | None) -> bool:
    is_time = definition is not None and definition["type"] in TIMES
    return (
        is_time
        and condition.get("operator") in _LOWER_BOUNDS
        and str(condition.get("value")) == "0"
    )


def _associated(
    call: Call, kind: ObjectType, far_name: str, condition: dict[str, Any]
) -> Predicate:
    far = call.portal.resolve_type(far_name)
    value = str(condition.get("value"))
    if far is None or far.custom or condition.get("operator") != "EQ" or not value.isdigit():
        raise invalid(_GENERIC)
    near = {i for i, _ in call.portal.associated(far.name, int(value), kind.name)}
    return lambda image: image.id in near


def _says(image: Image, words: list[str]) -> bool:
    said = " ".join(image.properties.values()).lower()
    return all(word in said for word in words)


def _groups(body: dict[str, Any]) -> list[list[dict[str, Any]]]:
    groups = body.get("filterGroups") or []
    if body.get("filters"):
        groups = [*groups, {"filters": body["filters"]}]
    try:
        lists = [list(group.get("filters") or []) for group in groups]
    except (AttributeError, TypeError):
        raise invalid(_GENERIC) from None
    sizes = [len(filters) for filters in lists]
    if len(lists) > GROUPS_MAXIMUM or max(sizes, default=0) > FILTERS_PER_GROUP:
        raise invalid(_GENERIC)
    if sum(sizes) > FILTERS_MAXIMUM or any(not isinstance(f, dict) for g in lists for f in g):
        raise invalid(_GENERIC)
    return [filters for filters in lists if filters]


def _sort(body: dict[str, Any]) -> tuple[str, bool] | None:
    """Return (property, descending) of the first sort; the others are not honoured."""
    sorts = body.get("sorts") or []
    if not isinstance(sorts, list):
        raise invalid(_GENERIC)
    if not sorts:
        return None
    first = sorts[0]
    if isinstance(first, str):
        return first.lstrip("-"), first.startswith("-")
    if not isinstance(first, dict) or not first.get("propertyName"):
        raise invalid(_GENERIC)
    return str(first["propertyName"]), first.get("direction") == "DESCENDING"


def _integer(value: Any, default: int) -> int:
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise invalid(_GENERIC) from None
