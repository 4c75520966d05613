"""The requests of a batch about what lies over the cells: filters, protection, names, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets.errors import invalid
from sandbox.sheets.masks import merge
from sandbox.sheets.request_cells import mask_of
from sandbox.sheets.told import told_protected, without_zero_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Sheet

    Reply = dict[str, Any]
    Handler = Callable[[Draft, dict[str, Any]], Reply]


def set_basic_filter(draft: Draft, request: dict[str, Any]) -> Reply:
    """Set a tab's filter; it replaces the one there was."""
    wanted = cleaned(request.get("filter") or {})
    sheet, _ = draft.area(wanted.get("range"))
    sheet.basic_filter = wanted
    return {}


def clear_basic_filter(draft: Draft, request: dict[str, Any]) -> Reply:
    """Clear a tab's filter."""
    draft.sheet(request.get("sheetId") or 0).basic_filter = None
    return {}


def add_protected_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Protect cells; the one who does it can still edit them."""
    wanted = cleaned(request.get("protectedRange") or {})
    sheet, _ = draft.area(_protected_cells(draft, wanted))
    if wanted.get("warningOnly") and wanted.get("editors"):
        raise invalid("ProtectedRange is warningOnly. Editors cannot be set on it.")
    wanted["protectedRangeId"] = _object_id(
        draft,
        "protectedRanges",
        "protectedRangeId",
        wanted.get("protectedRangeId"),
        "protected range",
    )
    if not wanted.get("warningOnly"):
        users = list(wanted.get("editors", {}).get("users", ()))
        wanted["editors"] = {**wanted.get("editors", {}), "users": _with(users, draft.caller)}
    sheet.objects.setdefault("protectedRanges", []).append(wanted)
    return {"addProtectedRange": {"protectedRange": told_protected(draft, wanted)}}


def _with(users: list[str], caller: str) -> list[str]:
    return users if caller in users else [*users, caller]


def _protected_cells(draft: Draft, wanted: dict[str, Any]) -> dict[str, Any]:
    if "namedRangeId" in wanted:
        named = [
            one for one in draft.book.named_ranges if one["namedRangeId"] == wanted["namedRangeId"]
        ]
        if not named:
            raise invalid(f"No named range with id: {wanted['namedRangeId']}")
        wanted["range"] = named[0]["range"]
    return wanted.setdefault("range", {})  # type: ignore[no-any-return]


def update_protected_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Change a protected range."""
    mask = mask_of(request, "ProtectedRange")
    wanted = cleaned(request.get("protectedRange") or {})
    objects, index = _find(
        draft,
        "protectedRanges",
        "protectedRangeId",
        wanted.get("protectedRangeId"),
        "protected range",
    )
    objects[index] = merge(objects[index], wanted, {**mask, "protectedRangeId": {}})
    return {}


def add_named_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Give cells a name."""
    wanted = cleaned(request.get("namedRange") or {})
    draft.area(wanted.setdefault("range", {}))
    known = {one["namedRangeId"] for one in draft.book.named_ranges}
    if wanted.get("namedRangeId") in known:
        raise invalid(f"A named range with ID {wanted['namedRangeId']} already exists.")
    if not wanted.get("name") or any(
        one["name"] == wanted["name"] for one in draft.book.named_ranges
    ):
        raise invalid(
            f"A named range with the name {wanted.get('name')} already exists or is no name."
        )
    wanted.setdefault("namedRangeId", f"{draft.new_id():x}")
    draft.book.named_ranges.append(wanted)
    told = {**wanted, "range": without_zero_sheet(wanted["range"])}
    return {"addNamedRange": {"namedRange": told}}


def update_named_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Change a named range."""
    mask = mask_of(request, "NamedRange")
    wanted = cleaned(request.get("namedRange") or {})
    index = _named(draft, wanted.get("namedRangeId"))
    old = draft.book.named_ranges[index]
    draft.book.named_ranges[index] = merge(old, wanted, {**mask, "namedRangeId": {}})
    return {}


def delete_named_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Remove a name; the cells stay."""
    del draft.book.named_ranges[_named(draft, request.get("namedRangeId"))]
    return {}


def _named(draft: Draft, named_id: str | None) -> int:
    for index, one in enumerate(draft.book.named_ranges):
        if one["namedRangeId"] == named_id:
            return index
    raise invalid(f"No named range with id: {named_id}")


def add_conditional_format_rule(draft: Draft, request: dict[str, Any]) -> Reply:
    """Add a rule that colours cells by their values."""
    rule = cleaned(request.get("rule") or {})
    if not rule.get("ranges"):
        raise invalid("A conditional format rule must have a range.")
    sheet, _ = draft.area(rule["ranges"][0])
    rules = sheet.objects.setdefault("conditionalFormats", [])
    rules.insert(request.get("index") or 0, rule)
    return {}


def update_conditional_format_rule(draft: Draft, request: dict[str, Any]) -> Reply:
    """Replace a rule, or move it to another index."""
    sheet_id = request.get("sheetId") or 0
    if request.get("rule"):
        sheet_id = request["rule"]["ranges"][0].get("sheetId") or 0
    rules = _rules(draft.sheet(sheet_id), request.get("index") or 0)
    old = rules.pop(request.get("index") or 0)
    new = cleaned(request.get("rule") or old)
    index = request.get("newIndex")
    rules.insert(index if index is not None else request.get("index") or 0, new)
    return {"updateConditionalFormatRule": {"newRule": new, "newIndex": rules.index(new)}}


def delete_conditional_format_rule(draft: Draft, request: dict[str, Any]) -> Reply:
    """Delete a rule."""
    index = request.get("index") or 0
    rule = _rules(draft.sheet(request.get("sheetId") or 0), index).pop(index)
    return {"deleteConditionalFormatRule": {"rule": rule}}


def _rules(sheet: Sheet, index: int) -> list[dict[str, Any]]:
    rules = sheet.objects.get("conditionalFormats", [])
    if not 0 <= index < len(rules):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return rules


def merge_cells(draft: Draft, request: dict[str, Any]) -> Reply:
    """Merge cells."""
    wanted = cleaned(request.get("range") or {})
    sheet, box = draft.area(wanted)
    draft.guard(sheet, box)
    full = {
        "sheetId": sheet.id,
        "startRowIndex": box.top,
        "endRowIndex": box.bottom,
        "startColumnIndex": box.left,
        "endColumnIndex": box.right,
    }
    sheet.objects.setdefault("merges", []).append(full)
    return {}


def unmerge_cells(draft: Draft, request: dict[str, Any]) -> Reply:
    """Undo merges within a range."""
    sheet, box = draft.area(request.get("range"))
    sheet.objects["merges"] = [
        one
        for one in sheet.objects.get("merges", [])
        if not (
            box.top <= one["startRowIndex"] < box.bottom
            and box.left <= one["startColumnIndex"] < box.right
        )
    ]
    return {}


def _adder(kind: str, member: str, group: str, id_name: str, label: str) -> Handler:
    """Return the handler that adds an object with an id and a range."""

    def add(draft: Draft, request: dict[str, Any]) -> Reply:
        wanted = cleaned(request.get(member) or {})
        sheet, _ = draft.area(wanted.setdefault("range", {}))
        wanted[id_name] = _object_id(draft, group, id_name, wanted.get(id_name), label)
        sheet.objects.setdefault(group, []).append(wanted)
        return {kind: {member: {**wanted, "range": without_zero_sheet(wanted["range"])}}}

    return add


def _updater(schema: str, member: str, group: str, id_name: str, label: str) -> Handler:
    """Return the handler that changes an object with an id."""

    def update(draft: Draft, request: dict[str, Any]) -> Reply:
        mask = mask_of(request, schema)
        wanted = cleaned(request.get(member) or {})
        objects, index = _find(draft, group, id_name, wanted.get(id_name), label)
        objects[index] = merge(objects[index], wanted, {**mask, id_name: {}})
        return {}

    return update


def _deleter(group: str, id_name: str, wanted_name: str, label: str) -> Handler:
    """Return the handler that deletes an object with an id."""

    def delete(draft: Draft, request: dict[str, Any]) -> Reply:
        objects, index = _find(draft, group, id_name, request.get(wanted_name), label)
        del objects[index]
        return {}

    return delete


def _object_id(draft: Draft, group: str, id_name: str, wanted: Any, label: str) -> Any:
    if not wanted:
        return draft.new_id() if group != "tables" else f"{draft.new_id():x}"
    taken = any(
        one[id_name] == wanted
        for sheet in draft.book.sheets
        for one in sheet.objects.get(group, ())
    )
    if taken:
        raise invalid(f"A {label} with ID {wanted} already exists.")
    return wanted


def _find(
    draft: Draft, group: str, id_name: str, wanted: Any, label: str
) -> tuple[list[dict[str, Any]], int]:
    for sheet in draft.book.sheets:
        for index, one in enumerate(sheet.objects.get(group, [])):
            if one[id_name] == wanted:
                return sheet.objects[group], index
    raise invalid(f"No {label} with id: {wanted or 0}")


def cleaned(value: Any) -> Any:
    """Return a JSON value without the members that are null: Google ignores those."""
    if isinstance(value, dict):
        return {key: cleaned(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    return value


KINDS = {
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": _deleter(
        "protectedRanges", "protectedRangeId", "protectedRangeId", "protected range"
    ),
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
    "addConditionalFormatRule": add_conditional_format_rule,
    "updateConditionalFormatRule": update_conditional_format_rule,
    "deleteConditionalFormatRule": delete_conditional_format_rule,
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "addFilterView": _adder(
        "addFilterView", "filter", "filterViews", "filterViewId", "filter view"
    ),
    "updateFilterView": _updater(
        "FilterView", "filter", "filterViews", "filterViewId", "filter view"
    ),
    "deleteFilterView": _deleter("filterViews", "filterViewId", "filterId", "filter view"),
    "addBanding": _adder(
        "addBanding", "bandedRange", "bandedRanges", "bandedRangeId", "banded range"
    ),
    "updateBanding": _updater(
        "BandedRange", "bandedRange", "bandedRanges", "bandedRangeId", "banded range"
    ),
    "deleteBanding": _deleter("bandedRanges", "bandedRangeId", "bandedRangeId", "banded range"),
    "addTable": _adder("addTable", "table", "tables", "tableId", "table"),
    "updateTable": _updater("Table", "table", "tables", "tableId", "table"),
    "deleteTable": _deleter("tables", "tableId", "tableId", "table"),
}
