"""A spreadsheet while one request changes it: looked up, checked and written through here."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.a1 import Area, Box, parse_cells, range_text, split_title
from sandbox.sheets.errors import invalid
from sandbox.sheets.masks import merge, takes_all
from sandbox.sheets.model import EMPTY, Cell, Formula
from sandbox.sheets.protection import may_edit, touches

if TYPE_CHECKING:
    from sandbox.sheets.behaviour import Behaviour
    from sandbox.sheets.masks import Mask
    from sandbox.sheets.model import Sheet, Spreadsheet, Value

CHARACTERS = 50_000
_VALUE_ONLY: Mask = {"userEnteredValue": {}}
_EXTRAS = ("dataValidation", "textFormatRuns", "pivotTable", "chipRuns")


@dataclass
class Draft:
    """What a request works on.

    Attributes:
        book: A fork of the spreadsheet; it replaces the original when the request succeeds.
        behaviour: The switches that hold for it.
        caller: Who asks; the e-mail address of an account or of a person.
        now: Unix seconds.
        seed: Makes the ids that Google would choose.
    """

    book: Spreadsheet
    behaviour: Behaviour
    caller: str
    now: float
    seed: int
    _styles: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - reproducible, not secret
        self._styles = {_key(one): number for number, one in enumerate(self.book.styles)}
        self._restyled: dict[tuple[int, bytes, bytes], int] = {}

    def sheet(self, sheet_id: int) -> Sheet:
        """Return a tab.

        Raises:
            SheetsError: There is none with this id.
        """
        found = self.book.find(sheet_id)
        if found is None:
            raise invalid(f"No grid with id: {sheet_id}")
        return found

    def area(self, wanted: dict[str, Any] | None) -> tuple[Sheet, Box]:
        """Return what a GridRange means; ends beyond the grid are cut off.

        Raises:
            SheetsError: There is no such tab, or the range begins outside the grid.
        """
        wanted = wanted or {}
        sheet = self.sheet(wanted.get("sheetId") or 0)
        area = Area(
            wanted.get("startRowIndex"),
            wanted.get("endRowIndex"),
            wanted.get("startColumnIndex"),
            wanted.get("endColumnIndex"),
        )
        return sheet, self.within(sheet, area, strict=False)

    def within(self, sheet: Sheet, area: Area, *, strict: bool) -> Box:
        """Return the part of a grid that an area means.

        Raises:
            SheetsError: It begins outside the grid; when strict, also when it ends outside.
        """
        box = Box(
            area.top or 0,
            sheet.row_count if area.bottom is None else area.bottom,
            area.left or 0,
            sheet.column_count if area.right is None else area.right,
        )
        if box.height < 0 or box.width < 0:
            raise invalid(
                f"Range ({range_text(sheet.title, box)}) has its ends in the wrong order."
            )
        outside = box.top >= sheet.row_count or box.left >= sheet.column_count
        if outside or (strict and not _inside(sheet, box)):
            raise exceeds(sheet, box)
        return Box(
            box.top,
            min(box.bottom, sheet.row_count),
            box.left,
            min(box.right, sheet.column_count),
        )

    def a1(self, text: str, *, strict: bool) -> tuple[Sheet, Box]:
        """Return what a range's text means.

        Raises:
            SheetsError: It is no range, names no tab, or lies outside the grid.
        """
        title, cells = split_title(text)
        named = next((one for one in self.book.named_ranges if one["name"] == text), None)
        if named and self.book.titled(text) is None:
            return self.area(named["range"])
        sheet = self.book.sheets[0] if title is None else self.book.titled(title)
        area = Area() if cells is None else parse_cells(cells)
        if sheet is None or area is None:
            raise invalid(f"Unable to parse range: {text}")
        return sheet, self.within(sheet, area, strict=strict)

    def check_size(self) -> None:
        """Let the grids pass.

        Raises:
            SheetsError: There would be more cells than a spreadsheet may have.
        """
        if self.book.cell_count > self.behaviour.cell_limit:
            raise invalid(
                "This action would increase the number of cells in the workbook above the limit "
                f"of {self.behaviour.cell_limit} cells."
            )

    def guard(self, sheet: Sheet, box: Box) -> None:
        """Let the caller change some cells.

        Raises:
            SheetsError: They are protected from the caller.
        """
        for one in sheet.objects.get("protectedRanges", ()):
            if not may_edit(self.book, one, self.caller) and touches(one, sheet, box):
                raise invalid(
                    "You are trying to edit a protected cell or object. Please contact the "
                    "spreadsheet owner to remove protection if you need to edit."
                )

    def new_id(self) -> int:
        """Return an id as Google chooses them."""
        return self.chance.randrange(1, 2**31 - 1)

    def style(self, wanted: dict[str, Any]) -> int:
        """Return the number of a format."""
        key = _key(wanted)
        if key not in self._styles:
            self._styles[key] = len(self.book.styles)
            self.book.styles.append(wanted)
        return self._styles[key]

    def restyle(self, style: int, wanted: dict[str, Any], mask: Mask) -> int:
        """Return the number of a format after the masked part of another went over it."""
        key = (style, _key(wanted), _key(mask))
        if key not in self._restyled:
            merged = merge(self.book.styles[style], _without_nulls(wanted), mask)
            self._restyled[key] = self.style(merged)
        return self._restyled[key]

    def entered(self, old: Cell, data: dict[str, Any], mask: Mask) -> Cell:
        """Return a cell after the masked part of a CellData went over it."""
        if mask == _VALUE_ONLY:
            value = self.extended(data.get("userEnteredValue"))
            return Cell(value) if old is EMPTY else Cell(value, old.style, old.note, old.extra)
        every = takes_all(mask)
        value, style, note = old.value, old.style, old.note
        if every or "userEnteredValue" in mask:
            value = self.extended(data.get("userEnteredValue"))
        if every or "userEnteredFormat" in mask:
            below = mask.get("userEnteredFormat", {})
            style = self.restyle(style, data.get("userEnteredFormat") or {}, below)
        if every or "note" in mask:
            note = data.get("note") or ""
        return Cell(value, style, note, _extra(old, data, mask))

    def extended(self, entered: dict[str, Any] | None) -> Value:
        """Return the value of an ExtendedValue.

        Raises:
            SheetsError: It is too long, or one that only a formula can have.
        """
        for name, value in (entered or {}).items():
            if value is None:
                continue
            if name == "stringValue":
                return self.text(value)
            if name == "numberValue":
                return float(value)
            if name == "boolValue":
                return bool(value)
            if name == "formulaValue":
                return self.formula(value)
            raise invalid("Cannot set an error value: it is read-only.")
        return None

    def text(self, text: str) -> Value:
        """Return a text as a cell keeps it; nothing is parsed."""
        self.check_length(text)
        if self.behaviour.equals_is_formula and text.startswith("="):
            return self.formula(text)
        return text or None

    def formula(self, text: str) -> Formula:
        """Return a formula as a cell keeps it."""
        self.check_length(text)
        if not text.startswith("="):
            raise invalid("A formula must begin with an equals sign.")
        self.book.formulas = True
        return Formula(text)

    def check_length(self, text: str) -> None:
        """Let a text into a cell.

        Raises:
            SheetsError: It is longer than a cell may hold.
        """
        if len(text) * 2 <= CHARACTERS:
            return
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        length = units if self.behaviour.characters == "utf16" else len(text)
        if length > CHARACTERS:
            raise invalid(
                f"Your input contains more than the maximum of {CHARACTERS} characters in a "
                "single cell."
            )


def exceeds(sheet: Sheet, box: Box) -> Exception:
    """Return the 400 of a range that does not lie within its grid."""
    return invalid(
        f"Range ({range_text(sheet.title, box)}) exceeds grid limits. "
        f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
    )


def require_inside(sheet: Sheet, box: Box) -> None:
    """Let a write pass that stays within the grid.

    Raises:
        SheetsError: It does not.
    """
    if not _inside(sheet, box):
        raise exceeds(sheet, box)


def _inside(sheet: Sheet, box: Box) -> bool:
    return box.bottom <= sheet.row_count and box.right <= sheet.column_count


def _extra(old: Cell, data: dict[str, Any], mask: Mask) -> dict[str, Any] | None:
    extra = dict(old.extra or {})
    for name in _EXTRAS:
        if takes_all(mask) or name in mask:
            extra.pop(name, None)
            if data.get(name):
                extra[name] = data[name]
    return extra or None


def _key(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return value
