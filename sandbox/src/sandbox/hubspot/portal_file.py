"""A portal given as data: one JSON file with HubSpot's own answers in it.

See PORTAL_FILE.md beside this module for the format and an example.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import msgspec

from sandbox.hubspot.portal import DEFAULT_TOKEN, Portal
from sandbox.hubspot.portal_file_links import LinkReader
from sandbox.hubspot.portal_file_records import read_record
from sandbox.hubspot.portal_file_shape import (
    PortalFileError,
    at,
    expect_list,
    expect_object,
    expect_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.hubspot.records import Record

__all__ = ["PortalFileError", "load_portal"]

_SECTIONS = frozenset(
    {
        "portalId",
        "timeZone",
        "now",
        "companyCurrency",
        "accountType",
        "uiDomain",
        "dataHostingLocation",
        "tokens",
        "owners",
        "users",
        "roles",
        "teams",
        "pipelines",
        "properties",
        "schemas",
        "objects",
        "associations",
    }
)
_ACCOUNT = {
    "companyCurrency": "company_currency",
    "accountType": "account_type",
    "uiDomain": "ui_domain",
    "dataHostingLocation": "data_hosting_location",
}


def load_portal(path: Path | str, *, clock: Callable[[], int] | None = None) -> Portal:
    """Read a portal file.

    Args:
        path: The JSON file.
        clock: "Now" in epoch milliseconds. Without one the portal's time starts at the file's
            `now`, or at the newest instant of any record, and runs on with real time: records
            in the bin are then as old as they were when the file was made.

    Raises:
        PortalFileError: The file is missing, not JSON, or breaks the format; the message says
            where, and never repeats a record's content.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - plain text paths are welcome too
            content = msgspec.json.decode(file.read())
    except OSError as error:
        raise PortalFileError(f"{path} cannot be read: {error.strerror}.") from None
    except msgspec.DecodeError as error:
        raise PortalFileError(f"{path} is not JSON: {error}. Export it again.") from None
    try:
        return build_portal(content, clock=clock)
    except PortalFileError as error:
        raise PortalFileError(f"{path}: {error}") from None


def build_portal(content: Any, *, clock: Callable[[], int] | None = None) -> Portal:
    """Build a portal from a decoded portal file.

    Raises:
        PortalFileError: The content breaks the format.
    """
    file = expect_object(content, "the file")
    unknown = sorted(set(file) - _SECTIONS)
    if unknown:
        raise PortalFileError(
            f"{unknown[0]!r} is not a section. Use {', '.join(sorted(_SECTIONS))}."
        )
    time_of = _Clock(clock)
    portal = Portal(_portal_id(file), _time_zone(file), clock=time_of)
    _set_account(portal, file)
    _add_schemas(portal, file)
    _add_metadata(portal, file)
    records = _add_records(portal, file)
    time_of.start(_start(file, records))
    return portal


class _Clock:
    """Real time, moved so that it starts where the file's time ends.

    It stands at 0 while the file is read, or old records would leave the bin meanwhile.
    """

    def __init__(self, given: Callable[[], int] | None) -> None:
        self._given = given
        self._shift: int | None = None

    def __call__(self) -> int:
        if self._given:
            return self._given()
        return 0 if self._shift is None else time.time_ns() // 1_000_000 + self._shift

    def start(self, instant: int | None) -> None:
        now = time.time_ns() // 1_000_000
        self._shift = 0 if instant is None else instant - now


def _start(file: dict[str, Any], records: list[Record]) -> int | None:
    if "now" in file:
        return at(file["now"], "now")
    newest = [max(r.updated_at, r.archived_at or 0, r.created_at) for r in records]
    return max(newest, default=None)


def _portal_id(file: dict[str, Any]) -> int:
    portal_id = file.get("portalId", 4242)
    if not isinstance(portal_id, int):
        raise PortalFileError("portalId is not a whole number.")
    return portal_id


def _time_zone(file: dict[str, Any]) -> str:
    name = expect_text(file.get("timeZone", "UTC"), "timeZone")
    if name not in available_timezones():
        raise PortalFileError("timeZone is no IANA time zone. Write it like America/Halifax.")
    return name


def _set_account(portal: Portal, file: dict[str, Any]) -> None:
    for key, attribute in _ACCOUNT.items():
        if key in file:
            setattr(portal, attribute, expect_text(file[key], key))
    tokens = expect_object(file.get("tokens", {}), "tokens")
    for token, scopes in tokens.items():
        portal.tokens[token] = frozenset(map(str, expect_list(scopes, "tokens")))
    if tokens and DEFAULT_TOKEN not in tokens:
        del portal.tokens[DEFAULT_TOKEN]


def _add_schemas(portal: Portal, file: dict[str, Any]) -> None:
    for place, item in _numbered(file.get("schemas", []), "schemas"):
        schema = expect_object(item, place)
        name = expect_text(schema.get("name"), f"{place}.name")
        type_id = expect_text(schema.get("objectTypeId"), f"{place}.objectTypeId")
        portal.define_custom_object(name, type_id)
        for definition in expect_list(schema.get("properties", []), f"{place}.properties"):
            portal.define_property(name, expect_object(definition, f"{place}.properties"))
        portal.schemas[name].update({k: v for k, v in schema.items() if k != "properties"})


def _add_metadata(portal: Portal, file: dict[str, Any]) -> None:
    for place, item in _numbered(file.get("owners", []), "owners"):
        owner = expect_object(item, place)
        if not str(owner.get("id", "")).isdigit():
            raise PortalFileError(f"{place}.id is not a number.")
        portal.set_owner(owner)
    portal.set_people(_people(file, "users"), _people(file, "roles"), _people(file, "teams"))
    for name, pipelines in expect_object(file.get("pipelines", {}), "pipelines").items():
        place = f"pipelines.{name}"
        rows = [expect_object(item, spot) for spot, item in _numbered(pipelines, place)]
        portal.set_pipelines(_type_name(portal, name, place), rows)
    for name, definitions in expect_object(file.get("properties", {}), "properties").items():
        object_type = _type_name(portal, name, f"properties.{name}")
        for place, item in _numbered(definitions, f"properties.{name}"):
            definition = expect_object(item, place)
            expect_text(definition.get("name"), f"{place}.name")
            portal.define_property(object_type, definition)


def _people(file: dict[str, Any], section: str) -> list[dict[str, Any]]:
    found = []
    for place, item in _numbered(file.get(section, []), section):
        one = expect_object(item, place)
        if not str(one.get("id", "")).isdigit():
            raise PortalFileError(f"{place}.id is not a number.")
        found.append({**one, "id": str(one["id"])})
    return found


def _add_records(portal: Portal, file: dict[str, Any]) -> list[Record]:
    records, links = [], LinkReader(portal)
    for name, objects in expect_object(file.get("objects", {}), "objects").items():
        object_type = _type_name(portal, name, f"objects.{name}")
        kind = portal.table(object_type).kind
        for place, item in _numbered(objects, f"objects.{name}"):
            given = expect_object(item, place)
            record = read_record(given, kind, place)
            _define_missing(portal, object_type, record)
            _insert(portal, object_type, record, place)
            links.inline(object_type, record.id, given.get("associations"), place)
            records.append(record)
    links.section(file.get("associations"))
    return records


def _define_missing(portal: Portal, object_type: str, record: Record) -> None:
    known = portal.definitions[object_type]
    for name in [*record.properties, *record.history]:
        if name not in known:
            portal.define_property(object_type, {"name": name, "type": "string"})


def _insert(portal: Portal, object_type: str, record: Record, place: str) -> None:
    try:
        portal.insert(object_type, record)
    except ValueError:
        raise PortalFileError(
            f"{place}.id appears twice among {object_type}. Keep one of the two."
        ) from None


def _type_name(portal: Portal, name: str, place: str) -> str:
    kind = portal.resolve_type(name)
    if kind is None and name in portal.schemas:
        return name
    if kind is None:
        raise PortalFileError(
            f"{place} names no object type. Use a plural name such as tickets, a numeric type "
            "id, or describe the type under schemas."
        )
    return kind.name


def _numbered(value: Any, place: str) -> list[tuple[str, Any]]:
    """Return (place, item); answers of the API, whole pages with `results`, are opened."""
    items = value["results"] if isinstance(value, dict) and "results" in value else value
    flat = []
    for number, item in enumerate(expect_list(items, place)):
        spot = f"{place}[{number}]"
        page = isinstance(item, dict) and "results" in item and "id" not in item
        flat += _numbered(item, spot) if page else [(spot, item)]
    return flat
