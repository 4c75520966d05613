"""Google's own description of its API, and whether a request fits it.

The description is the discovery document that `google-api-python-client` carries. Whatever a
request may not contain is refused in the words of Google's JSON parser.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from sandbox.sheets.errors import BAD_REQUEST, SheetsError, invalid
from sandbox.sheets.masks import Mask, MaskError, parse_mask

_INT32 = 2**31
_SHOWN = 60
_VIOLATIONS = 20
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_PROTOBUF_TYPES = {"string": "TYPE_STRING", "boolean": "TYPE_BOOL", "number": "TYPE_DOUBLE"}
# At most one of these may be set.
_ONE_OF = {
    "ExtendedValue": frozenset(
        {"numberValue", "stringValue", "boolValue", "formulaValue", "errorValue"}
    ),
    "UpdateCellsRequest": frozenset({"start", "range"}),
}


@lru_cache(maxsize=4)
def document(name: str) -> dict[str, Any]:
    """Return a discovery document, such as `sheets.v4`."""
    source = files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json"
    decoded: dict[str, Any] = msgspec.json.decode(source.read_bytes())
    return decoded


class Contract:
    """Checks requests against a discovery document."""

    def __init__(self, name: str) -> None:
        self._schemas: dict[str, dict[str, Any]] = document(name)["schemas"]

    def check(self, schema: str, body: Any) -> None:
        """Let a request's body pass.

        Raises:
            SheetsError: It has a member that is not known, or one of the wrong type (400).
        """
        found: list[tuple[str, str]] = []
        self._object(schema, body, "", found)
        if found:
            raise _refusal(found)

    def check_mask(self, schema: str, text: str) -> Mask:
        """Return the mask of a `fields` parameter.

        Raises:
            SheetsError: It names a member that the answer can not have (400).
        """
        try:
            mask = parse_mask(text)
        except MaskError:
            raise _bad_mask(text, text) from None
        self._mask(schema, mask, text, ())
        return mask

    def knows_mask(self, schema: str, mask: Mask) -> str | None:
        """Return the first path of a mask that a schema does not have; None when it has all."""
        try:
            self._mask(schema, mask, "", ())
        except SheetsError as error:
            return error.message
        return None

    def _mask(self, schema: str, mask: Mask, text: str, above: tuple[str, ...]) -> None:
        members = self._schemas[schema].get("properties", {})
        for name, below in mask.items():
            path = (*above, name)
            if name == "*":
                continue
            if name not in members:
                raise _bad_mask(text, ".".join(path))
            if below:
                self._mask_below(members[name], below, text, path)

    def _mask_below(
        self, member: dict[str, Any], below: Mask, text: str, path: tuple[str, ...]
    ) -> None:
        reference = member.get("$ref") or member.get("items", {}).get("$ref")
        if reference:
            self._mask(reference, below, text, path)
        elif member.get("type") != "object":
            raise _bad_mask(text, ".".join((*path, *list(below)[:1])))

    def _object(self, schema: str, value: Any, path: str, found: list[tuple[str, str]]) -> None:
        if not isinstance(value, dict):
            _wrong(f"type.googleapis.com/google.apps.sheets.v4.{schema}", value, path, found)
            return
        members = self._schemas[schema].get("properties", {})
        for name, inner in value.items():
            if name not in members:
                where = f" at '{path}'" if path else ""
                unknown = f'Unknown name "{name}"{where}: Cannot find field.'
                text = f"Invalid JSON payload received. {unknown}"
                _note(path, text, found)
            elif inner is not None:
                self._member(members[name], name, inner, _join(path, name), found)
        if schema in _ONE_OF:
            _one_of(_ONE_OF[schema], value, path, found)

    def _member(
        self, member: dict[str, Any], name: str, value: Any, path: str, found: list[tuple[str, str]]
    ) -> None:
        kind = member.get("type")
        if "$ref" in member:
            self._object(member["$ref"], value, path, found)
        elif kind == "array":
            self._array(member["items"], name, value, path, found)
        elif "enum" in member:
            _enum(member["enum"], name, value, path, found)
        elif kind == "object":
            self._map(member, name, value, path, found)
        else:
            _scalar(member, value, path, found)

    def _array(
        self, items: dict[str, Any], name: str, value: Any, path: str, found: list[tuple[str, str]]
    ) -> None:
        if not isinstance(value, list):
            _wrong("type.googleapis.com/google.protobuf.ListValue", value, path, found)
            return
        cells = items.get("$ref") == "CellData"
        for index, item in enumerate(value):
            if (cells and _is_plain_cell(item)) or item is None or items.get("type") == "any":
                continue
            # Google names the list itself where an item of a list of lists is no list.
            where = path if items.get("type") == "array" else f"{path}[{index}]"
            self._member(items, name, item, where, found)

    def _map(
        self, member: dict[str, Any], name: str, value: Any, path: str, found: list[tuple[str, str]]
    ) -> None:
        if not isinstance(value, dict):
            _wrong("type.googleapis.com/google.protobuf.Struct", value, path, found)
            return
        for key, inner in value.items():
            below = member.get("additionalProperties", {"type": "any"})
            if below.get("type") != "any" and inner is not None:
                self._member(below, name, inner, f"{path}[{key}]", found)


def _is_plain_cell(cell: Any) -> bool:
    """Whether a cell is what nearly all are: one value of its right type, or nothing.

    This spares a big batch most of the way through the schemas.
    """
    if type(cell) is not dict:
        return False
    if not cell:
        return True
    entered = cell.get("userEnteredValue")
    if type(entered) is not dict or len(entered) != 1 or len(cell) != 1:
        return False
    ((name, value),) = entered.items()
    kind = type(value)
    if name in ("stringValue", "formulaValue"):
        return kind is str
    if name == "numberValue":
        return kind is int or kind is float
    return name == "boolValue" and kind is bool


def _scalar(member: dict[str, Any], value: Any, path: str, found: list[tuple[str, str]]) -> None:
    kind = member.get("type")
    if kind == "integer":
        if not _is_integer(value):
            _wrong("TYPE_INT32", value, path, found)
    elif kind == "number":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            _wrong(_PROTOBUF_TYPES["number"], value, path, found)
    elif kind == "boolean":
        if not isinstance(value, bool):
            _wrong(_PROTOBUF_TYPES["boolean"], value, path, found)
    elif kind == "string" and not isinstance(value, str):
        _wrong(_PROTOBUF_TYPES["string"], value, path, found)


def _is_integer(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return bool(int(value) == value and -_INT32 <= value < _INT32)


def _enum(known: list[str], name: str, value: Any, path: str, found: list[tuple[str, str]]) -> None:
    if value not in known:
        kind = name[:1].upper() + name[1:]
        _wrong(f"type.googleapis.com/google.apps.sheets.v4.{kind}", value, path, found)


def _one_of(
    names: frozenset[str], value: dict[str, Any], path: str, found: list[tuple[str, str]]
) -> None:
    members = [name for name in value if name in names and value[name] is not None]
    for name in members[1:]:
        text = f"Invalid value at '{path}' (oneof), oneof field is already set. Cannot set '{name}'"
        _note(path, text, found)


def _wrong(kind: str, value: Any, path: str, found: list[tuple[str, str]]) -> None:
    shown = msgspec.json.encode(value).decode()
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN]
    _note(path, f"Invalid value at '{path}' ({kind}), {shown}", found)


def _note(path: str, text: str, found: list[tuple[str, str]]) -> None:
    if len(found) < _VIOLATIONS:
        found.append((path, text))


def _join(path: str, name: str) -> str:
    snake = _CAPITAL.sub(r"_\1", name).lower()
    return f"{path}.{snake}" if path else snake


def _refusal(found: list[tuple[str, str]]) -> SheetsError:
    violations = [
        {"field": path, "description": text} if path else {"description": text}
        for path, text in found
    ]
    message = "\n".join(text for _, text in found)
    return invalid(message, [{"@type": BAD_REQUEST, "fieldViolations": violations}])


def _bad_mask(text: str, path: str) -> SheetsError:
    description = (
        f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    )
    violations = [{"field": text, "description": description}]
    details = [{"@type": BAD_REQUEST, "fieldViolations": violations}]
    return invalid("Request contains an invalid argument.", details)


SHEETS = Contract("sheets.v4")
"""The Sheets API's contract."""
