"""Developer metadata: the requests of a batch, and finding some by a data filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.a1 import Area, Box, parse_cells, split_title
from sandbox.sheets.errors import invalid, not_found
from sandbox.sheets.model import Metadata
from sandbox.sheets.request_cells import mask_of
from sandbox.sheets.told import LOCATIONS, told_metadata

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Dimension, Spreadsheet

    Reply = dict[str, Any]

LIMIT = 30_000
_VISIBILITIES = ("DOCUMENT", "PROJECT")
_INTERSECTING = "INTERSECTING_LOCATION"


def create(draft: Draft, request: dict[str, Any]) -> Reply:
    """Attach a key and a value to the spreadsheet, a tab, a row or a column."""
    wanted = request.get("developerMetadata") or {}
    if not wanted.get("metadataKey"):
        raise invalid("A developer metadata entry must have a key.")
    if wanted.get("visibility") not in _VISIBILITIES:
        raise invalid("A developer metadata entry must have a visibility.")
    entry = Metadata(
        _id(draft, wanted.get("metadataId")),
        wanted["metadataKey"],
        wanted.get("metadataValue"),
        wanted["visibility"],
        *_location(draft, wanted.get("location") or {}),
    )
    draft.book.metadata = [one for one in draft.book.metadata if one.id != entry.id]
    draft.book.metadata.append(entry)
    _check_room(draft.book, entry.sheet_id)
    return {"createDeveloperMetadata": {"developerMetadata": told_metadata(entry)}}


def _id(draft: Draft, wanted: int | None) -> int:
    if not wanted:
        return draft.new_id()
    if wanted < 0:
        raise invalid("A developer metadata id must be positive.")
    taken = any(one.id == wanted for one in draft.book.metadata)
    if taken and draft.behaviour.duplicate_metadata_id == "reject":
        raise invalid(f"Developer metadata with the ID {wanted} already exists.")
    return wanted


def _location(draft: Draft, wanted: dict[str, Any]) -> tuple[int | None, Dimension | None, int]:
    """Return tab, dimension and index of a location.

    Raises:
        SheetsError: It is none, or more than one row or column.
    """
    span = wanted.get("dimensionRange")
    if span is not None:
        return _one_of_a_dimension(draft, span)
    if wanted.get("sheetId") is not None:
        return draft.sheet(wanted["sheetId"]).id, None, 0
    if wanted.get("spreadsheet"):
        return None, None, 0
    raise invalid("A developer metadata entry must have a location.")


def _one_of_a_dimension(draft: Draft, span: dict[str, Any]) -> tuple[int, Dimension, int]:
    sheet = draft.sheet(span.get("sheetId") or 0)
    start, end = span.get("startIndex") or 0, span.get("endIndex")
    if end is None or end - start != 1:
        raise invalid("A developer metadata location must be exactly one row or column.")
    dimension: Dimension = "ROWS" if span.get("dimension") == "ROWS" else "COLUMNS"
    count = sheet.row_count if dimension == "ROWS" else sheet.column_count
    if span.get("dimension") not in LOCATIONS or not 0 <= start < count:
        raise invalid("A developer metadata location must be within the grid.")
    return sheet.id, dimension, start


def _check_room(book: Spreadsheet, sheet_id: int | None) -> None:
    used = sum(
        len(one.key) + len(one.value or "") for one in book.metadata if one.sheet_id == sheet_id
    )
    if used > LIMIT:
        place = "spreadsheet" if sheet_id is None else "sheet"
        raise invalid(f"The developer metadata of the {place} exceeds {LIMIT} characters.")


def update(draft: Draft, request: dict[str, Any]) -> Reply:
    """Change every entry that the filters find."""
    mask = mask_of(request, "DeveloperMetadata")
    wanted = request.get("developerMetadata") or {}
    filters = request.get("dataFilters") or []
    found = [one for one in draft.book.metadata if any(matches(draft, one, by) for by in filters)]
    _require_some(draft, found)
    changed = {one.id: _changed(draft, one, wanted, mask) for one in found}
    draft.book.metadata = [changed.get(one.id, one) for one in draft.book.metadata]
    for one in changed.values():
        _check_room(draft.book, one.sheet_id)
    entries = [told_metadata(one) for one in changed.values()]
    return {"updateDeveloperMetadata": {"developerMetadata": entries}}


def _changed(draft: Draft, one: Metadata, wanted: dict[str, Any], mask: Any) -> Metadata:
    every = "*" in mask
    members: dict[str, Any] = {}
    if every or "metadataKey" in mask:
        members["key"] = wanted.get("metadataKey") or one.key
    if every or "metadataValue" in mask:
        members["value"] = wanted.get("metadataValue")
    if every or "visibility" in mask:
        members["visibility"] = wanted.get("visibility") or one.visibility
    if "location" in mask or (every and wanted.get("location")):
        place = _location(draft, wanted.get("location") or {})
        members |= dict(zip(("sheet_id", "dimension", "start"), place, strict=True))
    return msgspec.structs.replace(one, **members)


def delete(draft: Draft, request: dict[str, Any]) -> Reply:
    """Delete every entry that the filter finds."""
    by = request.get("dataFilter") or {}
    found = [one for one in draft.book.metadata if matches(draft, one, by)]
    _require_some(draft, found)
    gone = {one.id for one in found}
    draft.book.metadata = [one for one in draft.book.metadata if one.id not in gone]
    return {
        "deleteDeveloperMetadata": {
            "deletedDeveloperMetadata": [told_metadata(one) for one in found]
        }
    }


def _require_some(draft: Draft, found: list[Metadata]) -> None:
    if not found and draft.behaviour.metadata_matches_nothing == "reject":
        raise not_found()


def matches(draft: Draft, one: Metadata, by: dict[str, Any]) -> bool:
    """Tell whether a data filter finds an entry: by lookup, or by where it is."""
    lookup = by.get("developerMetadataLookup")
    if lookup is not None:
        return _looked_up(draft, one, lookup)
    found = filtered_box(draft, by)
    return found is not None and _within(one, *found)


def filtered_box(draft: Draft, by: dict[str, Any]) -> tuple[int, Box] | None:
    """Return tab and cells of a data filter that names cells; None when it does not."""
    if by.get("a1Range"):
        sheet, box = draft.a1(by["a1Range"], strict=False)
        return sheet.id, box
    if by.get("gridRange") is not None:
        sheet, box = draft.area(by["gridRange"])
        return sheet.id, box
    return None


def _within(one: Metadata, sheet_id: int, box: Box) -> bool:
    if one.sheet_id != sheet_id:
        return False
    if one.dimension == "ROWS":
        return box.top <= one.start < box.bottom
    return one.dimension is None or box.left <= one.start < box.right


def _looked_up(draft: Draft, one: Metadata, lookup: dict[str, Any]) -> bool:
    told = told_metadata(one)
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if lookup.get(name) is not None and told.get(name) != lookup[name]:
            return False
    kind = lookup.get("locationType")
    if kind and kind != told["location"]["locationType"]:
        return False
    place = lookup.get("metadataLocation")
    if place is None:
        return True
    wanted = _location(draft, place)
    if lookup.get("locationMatchingStrategy") == _INTERSECTING:
        return _intersects(one, *wanted)
    return wanted == (one.sheet_id, one.dimension, one.start)


def _intersects(
    one: Metadata, sheet_id: int | None, dimension: Dimension | None, start: int
) -> bool:
    """Tell whether an entry is on a place, on what contains it, or on what crosses it."""
    if sheet_id is None or one.sheet_id is None:
        return True
    if sheet_id != one.sheet_id:
        return False
    if dimension is None or one.dimension is None or dimension != one.dimension:
        return True
    return start == one.start


def metadata_boxes(draft: Draft, by: dict[str, Any]) -> list[tuple[int, Area]]:
    """Return tab and cells of each row, column or tab that a metadata filter finds."""
    boxes = []
    for one in draft.book.metadata:
        if one.sheet_id is not None and matches(draft, one, by):
            area = Area()
            if one.dimension == "ROWS":
                area = Area(top=one.start, bottom=one.start + 1)
            elif one.dimension == "COLUMNS":
                area = Area(left=one.start, right=one.start + 1)
            boxes.append((one.sheet_id, area))
    return boxes


def areas(draft: Draft, by: dict[str, Any]) -> list[tuple[int, Area]]:
    """Return tab and cells of everything that a data filter finds.

    Raises:
        SheetsError: It is no filter.
    """
    if by.get("developerMetadataLookup") is not None:
        return metadata_boxes(draft, by)
    if by.get("a1Range"):
        title, cells = split_title(by["a1Range"])
        sheet, _ = draft.a1(by["a1Range"], strict=False)
        area = parse_cells(cells) if cells is not None else None
        return [(sheet.id, area or Area())] if title is not None or area else []
    found = filtered_box(draft, by)
    if found is None:
        raise invalid("A data filter must be specified.")
    return [(found[0], Area(*found[1]))]


KINDS = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
