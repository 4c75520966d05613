"""Where a stream's columns stand in its worksheet, and how missing ones are made."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalSyncError

from target_gsheets import edits
from target_gsheets.kinds import DATE, DATETIME, INTEGER, NUMBER
from target_gsheets.workbook import Worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_gsheets.edits import Edit
    from target_gsheets.layout import Layout

_NUMERIC = (INTEGER, NUMBER, DATETIME, DATE)
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_LARGEST_ID = 2**31 - 1
#: Google keeps 30,000 characters of metadata per worksheet; the rest is found by its heading.
_MOST_TAG_CHARACTERS = 24_000


@dataclass
class Placement:
    """A stream's worksheet, ready to be written to.

    Attributes:
        worksheet: As it will be once `preparation` is carried out.
        positions: Column position by layout index.
        preparation: Edits that make what is missing, in the next batch.
        made: The worksheet does not exist yet.
    """

    worksheet: Worksheet
    positions: tuple[int, ...]
    preparation: list[Edit] = field(default_factory=list)
    made: bool = False

    @property
    def first_row(self) -> int:
        """Index of the first row below the header."""
        return self.worksheet.header_row + 1


def new_id() -> int:
    """Return an id that nothing in the spreadsheet has."""
    return random.randrange(1, _LARGEST_ID)  # noqa: S311


def place(layout: Layout, worksheet: Worksheet | None) -> Placement:
    """Find the stream's columns, by mark first and by heading second.

    Args:
        layout: What the stream wants.
        worksheet: Its worksheet with header and watched columns read; None if there is none.

    Raises:
        FatalSyncError: Two columns claim to be the same one.
    """
    if worksheet is None:
        return _make(layout)
    found = _found(layout, worksheet)
    _check_damage(layout, worksheet, found)
    worksheet.header_row = _header_row(layout, worksheet, found)
    preparation: list[Edit] = []
    missing = [at for at, position in enumerate(found) if position is None]
    if missing:
        preparation += _add_columns(layout, worksheet, found, missing)
    preparation += _tag(
        layout, worksheet, [at for at, _ in enumerate(found) if at not in missing], found
    )
    wanted = [heading for heading in layout.people if heading not in worksheet.people]
    preparation += _add_people(worksheet, wanted)
    positions = tuple(each for each in found if each is not None)
    return Placement(worksheet, positions, preparation)


def _check_damage(layout: Layout, worksheet: Worksheet, found: Sequence[int | None]) -> None:
    """Stop where rows could no longer be told apart.

    Raises:
        FatalSyncError: A key column or the header row is gone.
    """
    ours = worksheet.stream == layout.stream and worksheet.rows > 2  # noqa: PLR2004
    for at, column in enumerate(layout.columns):
        position = found[at]
        if position is None and column.key and layout.keyed and ours:
            raise FatalSyncError(
                f"The column of the key '{column.source}' is gone from worksheet "
                f"'{worksheet.title}', so nothing tells its rows apart. Bring it back with "
                "File > Version history, or delete the worksheet to have it loaded anew.",
            )
        if position is None or column.kind not in _NUMERIC or position >= len(worksheet.header):
            continue
        if ours and _NUMBER.fullmatch(worksheet.header[position]):
            raise FatalSyncError(
                f"The header row is gone from worksheet '{worksheet.title}'. Insert a row at its "
                "top, or bring it back with File > Version history.",
            )


def _found(layout: Layout, worksheet: Worksheet) -> list[int | None]:
    taken = {
        worksheet.tagged[each.source] for each in layout.columns if each.source in worksheet.tagged
    }
    found: list[int | None] = []
    for column in layout.columns:
        position = worksheet.tagged.get(column.source)
        if position is None:
            position = _by_heading(column.heading, worksheet, taken)
        found.append(position)
    return found


def _by_heading(heading: str, worksheet: Worksheet, taken: set[int]) -> int | None:
    tagged = set(worksheet.tagged.values()) | taken
    matching = [
        at for at, text in enumerate(worksheet.header) if text == heading and at not in tagged
    ]
    if len(matching) > 1:
        raise FatalSyncError(
            f"Worksheet '{worksheet.title}' has {len(matching)} columns headed '{heading}', and "
            "nothing tells which one is meant. Rename all but one.",
        )
    return matching[0] if matching else None


def _header_row(layout: Layout, worksheet: Worksheet, found: Sequence[int | None]) -> int:
    """The header stands in the first row, unless people put rows above it."""
    for at, column in enumerate(layout.columns):
        position = found[at]
        texts = worksheet.columns_read.get(position) if position is not None else None
        if texts is None:
            continue
        for row, text in enumerate(texts[:50]):
            if text == column.heading:
                return row
    return 0


def _make(layout: Layout) -> Placement:
    count, sheet = len(layout.columns), new_id()
    people = len(layout.people)
    worksheet = Worksheet(sheet, layout.title, 2, count + people, stream=layout.stream)
    worksheet.header = [*(each.heading for each in layout.columns), *layout.people]
    worksheet.width = count + people
    made = [
        edits.add_worksheet(sheet, layout.title, 2, count + people),
        edits.tag_sheet(sheet, edits.STREAM_KEY, layout.stream),
        *_columns(layout, worksheet, list(range(count)), 0),
    ]
    if layout.people:
        made += edits.people_columns(sheet, 0, count, layout.people)
        worksheet.people = layout.people
    return Placement(worksheet, tuple(range(count)), made, made=True)


def _columns(
    layout: Layout, worksheet: Worksheet, indexes: Sequence[int], start: int
) -> list[Edit]:
    """Heading, format, width and mark of new columns that stand side by side."""
    columns = [layout.columns[at] for at in indexes]
    placed = [(start + at, column) for at, column in enumerate(columns)]
    row, sheet = worksheet.header_row, worksheet.id
    made = [edits.header(sheet, row, start, [each.heading for each in columns])]
    if worksheet.rows > row + 1:
        made += edits.look_of_columns(sheet, (row + 1, worksheet.rows), placed)
    made += [
        edits.width(sheet, position, column.width, hidden=column.hidden)
        for position, column in placed
    ]
    return made + _tags(worksheet, [(position, column.source) for position, column in placed])


def _tags(worksheet: Worksheet, wanted: Sequence[tuple[int, str]]) -> list[Edit]:
    made = []
    spent = sum(len(edits.COLUMN_KEY) + len(each) for each in worksheet.tagged)
    for position, source in wanted:
        spent += len(edits.COLUMN_KEY) + len(source)
        if spent > _MOST_TAG_CHARACTERS:
            break
        worksheet.tagged[source] = position
        made.append(edits.tag_column(worksheet.id, position, source))
    return made


def _add_columns(
    layout: Layout, worksheet: Worksheet, found: list[int | None], missing: Sequence[int]
) -> list[Edit]:
    start, made = _room(worksheet, len(missing))
    for at, index in enumerate(missing):
        found[index] = start + at
    return made + _columns(layout, worksheet, missing, start)


def _room(worksheet: Worksheet, count: int) -> tuple[int, list[Edit]]:
    """Return where new columns go: right of everything, so that nothing has to move."""
    start = worksheet.width
    needed = start + count - worksheet.columns
    made = []
    if needed > 0:
        made.append(edits.append_dimension(worksheet.id, "COLUMNS", needed))
        worksheet.columns += needed
    worksheet.width = start + count
    return start, made


def _tag(
    layout: Layout, worksheet: Worksheet, present: Sequence[int], found: Sequence[int | None]
) -> list[Edit]:
    """Mark a worksheet and columns that were there before this target came."""
    made = []
    if worksheet.stream is None:
        worksheet.stream = layout.stream
        made.append(edits.tag_sheet(worksheet.id, edits.STREAM_KEY, layout.stream))
    wanted = [
        (position, layout.columns[at].source)
        for at in present
        if (position := found[at]) is not None and layout.columns[at].source not in worksheet.tagged
    ]
    return made + _tags(worksheet, wanted)


def _add_people(worksheet: Worksheet, wanted: Sequence[str]) -> list[Edit]:
    missing = [heading for heading in wanted if heading not in worksheet.header]
    if not wanted:
        return []
    worksheet.people += tuple(wanted)
    if not missing:
        return []
    start, made = _room(worksheet, len(missing))
    return [*made, *edits.people_columns(worksheet.id, worksheet.header_row, start, missing)]
