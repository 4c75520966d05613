"""What lies over a tab's cells and changes how they look: bands, rules, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.model import Sheet

_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "TEXT_EQ": lambda text, wanted: text.casefold() == wanted.casefold(),
    "TEXT_CONTAINS": lambda text, wanted: wanted.casefold() in text.casefold(),
    "TEXT_NOT_CONTAINS": lambda text, wanted: wanted.casefold() not in text.casefold(),
    "TEXT_STARTS_WITH": lambda text, wanted: text.casefold().startswith(wanted.casefold()),
    "TEXT_ENDS_WITH": lambda text, wanted: text.casefold().endswith(wanted.casefold()),
    "BLANK": lambda text, _: not text,
    "NOT_BLANK": lambda text, _: bool(text),
}
_NUMBER_TESTS: dict[str, Callable[[float, list[float]], bool]] = {
    "NUMBER_GREATER": lambda value, wanted: value > wanted[0],
    "NUMBER_GREATER_THAN_EQ": lambda value, wanted: value >= wanted[0],
    "NUMBER_LESS": lambda value, wanted: value < wanted[0],
    "NUMBER_LESS_THAN_EQ": lambda value, wanted: value <= wanted[0],
    "NUMBER_EQ": lambda value, wanted: value == wanted[0],
    "NUMBER_NOT_EQ": lambda value, wanted: value != wanted[0],
    "NUMBER_BETWEEN": lambda value, wanted: wanted[0] <= value <= wanted[-1],
    "NUMBER_NOT_BETWEEN": lambda value, wanted: not wanted[0] <= value <= wanted[-1],
}


class Rules:
    """The bands, conditional formats and the filter of one tab."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._bands = sheet.objects.get("bandedRanges", [])
        self._formats = sheet.objects.get("conditionalFormats", [])

    def banding(self, row: int, column: int) -> dict[str, Any]:
        """Return the format that a band of rows gives a cell."""
        for band in self._bands:
            if covers(band.get("range", {}), row, column) and "rowProperties" in band:
                return _band(band["rowProperties"], row - band["range"].get("startRowIndex", 0))
        return {}

    def conditional(self, row: int, column: int, value: Any, text: str) -> dict[str, Any]:
        """Return the format of the first rule that holds for a cell."""
        for rule in self._formats:
            test = rule.get("booleanRule")
            inside = any(covers(one, row, column) for one in rule.get("ranges", ()))
            if test and inside and _holds(test.get("condition", {}), value, text):
                look: dict[str, Any] = test.get("format", {})
                return look
        return {}

    def filter_header(self, row: int, column: int) -> bool:
        """Whether a cell has the filter's mark."""
        found = self._sheet.basic_filter
        if found is None:
            return False
        area = found.get("range", {})
        return row == area.get("startRowIndex", 0) and covers(area, row, column)

    def filtered_out(self, row: int, text: Callable[[int], str]) -> bool:
        """Whether the filter hides a row."""
        found = self._sheet.basic_filter
        if found is None or not covers_row(found.get("range", {}), row):
            return False
        return any(text(column) in hidden for column, hidden in _hidden_values(found))


def _hidden_values(found: dict[str, Any]) -> list[tuple[int, list[str]]]:
    """Return the texts that a filter hides, by column; from both of the API's members for it."""
    criteria = [
        (int(column), one.get("hiddenValues", []))
        for column, one in found.get("criteria", {}).items()
    ]
    return criteria + [
        (one.get("columnIndex", 0), one.get("filterCriteria", {}).get("hiddenValues", []))
        for one in found.get("filterSpecs", ())
    ]


def covers(area: dict[str, Any], row: int, column: int) -> bool:
    """Whether a GridRange of this tab has a cell."""
    bottom, right = area.get("endRowIndex"), area.get("endColumnIndex")
    return (
        area.get("startRowIndex", 0) <= row
        and area.get("startColumnIndex", 0) <= column
        and (bottom is None or row < bottom)
        and (right is None or column < right)
    )


def covers_row(area: dict[str, Any], row: int) -> bool:
    """Whether a row is below the header of a filtered GridRange."""
    bottom = area.get("endRowIndex")
    return area.get("startRowIndex", 0) < row and (bottom is None or row < bottom)


def _band(properties: dict[str, Any], index: int) -> dict[str, Any]:
    has_header = any(name in properties for name in ("headerColor", "headerColorStyle"))
    if has_header and index == 0:
        name = "headerColor"
    else:
        name = "secondBandColor" if (index - has_header) % 2 else "firstBandColor"
    styled = properties.get(f"{name}Style", {}).get("rgbColor", properties.get(name))
    return {} if styled is None else {"backgroundColor": styled}


def _holds(condition: dict[str, Any], value: Any, text: str) -> bool:
    kind = condition.get("type", "")
    wanted = [str(one.get("userEnteredValue", "")) for one in condition.get("values", ())]
    if kind in _TEXT_TESTS:
        return _TEXT_TESTS[kind](text, wanted[0] if wanted else "")
    if kind in _NUMBER_TESTS and isinstance(value, float) and not isinstance(value, bool):
        try:
            return _NUMBER_TESTS[kind](value, [float(one) for one in wanted])
        except (ValueError, IndexError):
            return False
    return False
