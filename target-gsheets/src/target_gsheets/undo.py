"""What a batch overwrites or deletes is copied first, within the same request.

Rows are addressed by their number, and a person may sort, insert or delete between our reading
and our writing. So each batch copies the rows it is about to touch to a hidden worksheet before
it touches them. The copies are made by the server in the same atomic request: they show what
really stood there, whichever row that was. A batch that hit other rows than it meant is thereby
known for certain, and undone from the copies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from target_gsheets import edits
from target_gsheets.cells import EMPTY, key_text
from target_gsheets.layout import DELETED_AT, TABLE_VERSION
from target_gsheets.workbook import column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_gsheets.edits import Edit
    from target_gsheets.layout import Layout
    from target_gsheets.placement import Placement
    from target_gsheets.rows import Plan, RowIndex

HEADER, UPDATE, DELETE = "header", "update", "delete"
#: Column A says what was meant; the copy begins in column B.
_COPY_AT = 1


class Entry(msgspec.Struct, frozen=True):
    """One copied row.

    Attributes:
        kind: header, update or delete.
        stream: Whose worksheet.
        sheet: Its id.
        width: Columns copied.
        expected: Text that was expected, by column position as text.
        header: Texts of the header row, in a header's entry.
        columns: Positions of the stream's own columns, in a header's entry.
    """

    kind: str
    stream: str
    sheet: int
    width: int
    expected: dict[str, str] = {}
    header: list[str] = []
    columns: list[int] = []


@dataclass
class Journal:
    """The entries of one batch, and where they stand on the hidden worksheet.

    Attributes:
        sheet: Id of the hidden worksheet.
        start: Row of the first entry.
        written: Cells written by an update's entry, by position; for finding the row again.
    """

    sheet: int
    start: int = 0
    entries: list[Entry] = field(default_factory=list)
    copies: list[Edit] = field(default_factory=list)
    written: list[dict[int, bytes]] = field(default_factory=list)
    copied: int = 0

    def _add(self, entry: Entry, written: dict[int, bytes]) -> None:
        self.entries.append(entry)
        self.written.append(written)

    def note(self, entry: Entry, row: int, written: dict[int, bytes]) -> None:
        """Copy one row for an entry made elsewhere, and what is going to be written to it."""
        self._copy(entry.sheet, row, row + 1, entry.width)
        self._add(entry, written)

    def note_header(self, layout: Layout, placement: Placement) -> None:
        """Copy a worksheet's header row, which tells whether its columns moved."""
        worksheet = placement.worksheet
        row = worksheet.header_row
        self._copy(worksheet.id, row, row + 1, worksheet.columns)
        self._add(
            Entry(
                HEADER,
                layout.stream,
                worksheet.id,
                worksheet.columns,
                header=worksheet.header,
                columns=[at for at in placement.positions if at < len(worksheet.header)],
            ),
            {},
        )

    def note_rows(self, layout: Layout, placement: Placement, plan: Plan, index: RowIndex) -> None:
        """Copy the rows that a plan changes or deletes."""
        touched = sorted({*plan.updates, *plan.deletes})
        for start, end in spans(touched):
            self._copy(placement.worksheet.id, start, end, placement.worksheet.columns)
        doomed = set(plan.deletes)
        for row in touched:
            kind = DELETE if row in doomed else UPDATE
            expected = _expected(layout, placement, index, row)
            entry = Entry(
                kind, layout.stream, placement.worksheet.id, placement.worksheet.columns, expected
            )
            update = plan.updates.get(row)
            self._add(entry, written_cells(layout, placement, update.cells if update else ()))

    def _copy(self, sheet: int, start: int, end: int, width: int) -> None:
        at = self.start + self.copied
        self.copied += end - start
        self.copies.append(
            edits.copy_cells(
                edits.box(sheet, (start, end), (0, width)),
                edits.box(self.sheet, (at, at + end - start), (_COPY_AT, _COPY_AT + width)),
            )
        )

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns that the hidden worksheet needs."""
        width = max((each.width for each in self.entries), default=0)
        return max(self.start + len(self.entries), 1), width + _COPY_AT

    def edits(self, *, rows: int, columns: int, keep: bool) -> list[Edit]:
        """Return what makes room, copies, and says what was meant.

        Args:
            rows: Rows the hidden worksheet has.
            columns: Its columns.
            keep: Leave earlier entries; otherwise they have served.
        """
        needed = self.size
        made: list[Edit] = []
        if not keep:
            made.append(edits.clear_cells(edits.box(self.sheet, (0, rows), (0, columns))))
        if keep or needed[0] > rows or needed[1] > columns:
            made += edits.resize(self.sheet, max(needed[0], rows), max(needed[1], columns))
        meant = [_meant(each) for each in self.entries]
        if meant:
            made += [*self.copies, edits.write_cells(self.sheet, self.start, 0, meant)]
        return made

    def ranges(self, title: str) -> list[str]:
        """Return the ranges of the copies that a check looks at, for `check`."""
        return [f"{title}!{start + 1}:{end}" for start, end in self._headers()] + [
            f"{title}!{letters}{self.start + 1}:{letters}{self.start + len(self.entries)}"
            for letters in self._letters()
        ]

    def _headers(self) -> list[tuple[int, int]]:
        rows = [at + self.start for at, each in enumerate(self.entries) if each.kind == HEADER]
        return [(row, row + 1) for row in rows]

    def _letters(self) -> list[str]:
        return [column_letters(at + _COPY_AT) for at in self.positions()]

    def positions(self) -> list[int]:
        """Return the positions whose texts were expected, in the order they are read."""
        return sorted({int(at) for each in self.entries for at in each.expected})

    def check(self, data: Sequence[Sequence[Sequence[Any]]]) -> Check:
        """Compare what was meant with what was copied.

        Args:
            data: Rows of each range that `ranges` names.
        """
        headers = self._headers()
        columns = dict(zip(self.positions(), data[len(headers) :], strict=True))
        check = Check()
        for (row, _), rows in zip(headers, data, strict=False):
            entry = self.entries[row - self.start]
            actual = [key_text(cell).strip() for cell in (rows[0] if rows else [])[_COPY_AT:]]
            if moved(entry, actual):
                check.shifted.add(entry.sheet)
        for at, entry in enumerate(self.entries):
            actual_texts = {
                int(position): _cell(columns[int(position)], at) for position in entry.expected
            }
            if any(
                actual_texts[int(position)] != text for position, text in entry.expected.items()
            ):
                check.missed[at] = actual_texts
        return check


@dataclass
class Check:
    """What a batch really hit.

    Attributes:
        missed: By number of the entry, the texts found where others were expected.
        shifted: Worksheets whose columns moved.
    """

    missed: dict[int, dict[int, str]] = field(default_factory=dict)
    shifted: set[int] = field(default_factory=set)

    @property
    def fine(self) -> bool:
        """Everything went where it was meant to go."""
        return not self.missed and not self.shifted


def _cell(rows: Sequence[Sequence[Any]], at: int) -> str:
    return key_text(rows[at][0]) if at < len(rows) and rows[at] else ""


def _meant(entry: Entry) -> msgspec.Raw:
    text = msgspec.json.encode(entry).decode()
    return edits.raw_row([b'{"userEnteredValue":{"stringValue":%s}}' % msgspec.json.encode(text)])


def _expected(layout: Layout, placement: Placement, index: RowIndex, row: int) -> dict[str, str]:
    key = index.keys[row] if row < len(index.keys) else None
    if key is not None:
        places = [placement.positions[at] for at in layout.keys]
        return {str(place): text for place, text in zip(places, key, strict=True)}
    found: dict[str, str] = {}
    version = layout.index(TABLE_VERSION)
    for at, cells in ((layout.retention, index.days), (version, index.versions)):
        value = cells[row] if at is not None and row < len(cells) else None
        if at is not None and value is not None:
            found[str(placement.positions[at])] = key_text(value)
    return found


def written_cells(
    layout: Layout, placement: Placement, cells: Sequence[bytes | None]
) -> dict[int, bytes]:
    """Return the cells that an update writes, by position; keys are never written again."""
    written = {
        placement.positions[at]: cell
        for at, cell in enumerate(cells)
        if cell is not None and not (layout.columns[at].key and layout.keyed)
    }
    # A run that knows of no deletions takes back the mark of a record that is there again.
    mark = placement.worksheet.tagged.get(DELETED_AT)
    if written and layout.keyed and mark is not None and layout.index(DELETED_AT) is None:
        written[mark] = EMPTY
    return written


def moved(entry: Entry, actual: Sequence[str]) -> bool:
    """Tell from a header's copy whether the columns had moved; a new heading alone is no move.

    >>> entry = Entry(HEADER, "s", 1, 3, header=["A", "B"], columns=[0, 1])
    >>> moved(entry, ["A", "Bee"]), moved(entry, ["A", "", "B"])
    (False, True)
    """
    expected = [text.strip() for text in entry.header]
    for position in entry.columns:
        found = actual[position] if position < len(actual) else ""
        wanted = expected[position]
        if found != wanted and (not found or found in expected or wanted in actual):
            return True
    return False


def spans(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return consecutive rows as half-open spans.

    >>> spans([2, 3, 5])
    [(2, 4), (5, 6)]
    """
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row:
            found[-1] = (found[-1][0], row + 1)
        else:
            found.append((row, row + 1))
    return found
