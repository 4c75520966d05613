"""What one stream looks like in the spreadsheet: its worksheet, columns, key and window."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from target_gsheets.kinds import BOOLEAN, DATE, DATETIME, INTEGER, TEXT, TIME, kind_of
from target_gsheets.people import QUALITY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UPSERT, APPEND, OVERWRITE = "upsert", "append", "overwrite"
DELETED_AT = "_sdc_deleted_at"
TABLE_VERSION = "_sdc_table_version"
DELETED_HEADING = "Deleted at"
SYNC_LOG = "Sync_Log"
UNDO = "Sync_Undo"
_LONGEST_TITLE = 100
_METADATA_PREFIX = "_sdc_"

_NUMBER_FORMATS = {
    INTEGER: ("NUMBER", "0"),
    DATETIME: ("DATE_TIME", "yyyy-mm-dd hh:mm:ss"),
    DATE: ("DATE", "yyyy-mm-dd"),
    TIME: ("TIME", "hh:mm:ss"),
}
_WIDTHS = {INTEGER: 90, DATETIME: 150, DATE: 100, TIME: 90, BOOLEAN: 90}
_TEXT_WIDTH, _ID_WIDTH = 180, 130
_CHARACTER_WIDTH, _PADDING, _WIDEST = 8, 20, 320


@dataclass(frozen=True)
class Column:
    """One property and the column that holds it."""

    source: str
    heading: str
    kind: str
    key: bool = False
    hidden: bool = False

    @property
    def number_format(self) -> dict[str, str] | None:
        """Google's number format; None leaves the column as it is."""
        if self.key or (self.kind == TEXT and self.source.lower().endswith(("id", "_ids"))):
            return {"type": "TEXT", "pattern": "@"}
        found = _NUMBER_FORMATS.get(self.kind)
        return {"type": found[0], "pattern": found[1]} if found else None

    @property
    def width(self) -> int:
        """Pixels that show a usual value, and the heading unless it is endless."""
        value = _ID_WIDTH if self.key else _WIDTHS.get(self.kind, _TEXT_WIDTH)
        heading = len(self.heading) * _CHARACTER_WIDTH + _PADDING
        return max(value, min(heading, _WIDEST))


@dataclass(frozen=True)
class Layout:
    """The shape of one stream's worksheet.

    Attributes:
        stream: Stream name as the tap (or stream map) gives it.
        title: The worksheet's title when it is made; people may rename it.
        columns: In the order in which they are made; people may move them.
        method: upsert, append or overwrite.
        retention: Index of the column that the window looks at, None without a window.
        retention_days: How long rows stay.
        people: Headings of columns that are made once for people and never written.
        newest_first: New rows go to the top.
    """

    stream: str
    title: str
    columns: tuple[Column, ...]
    method: str = UPSERT
    retention: int | None = None
    retention_days: int = 0
    people: tuple[str, ...] = field(default=())
    newest_first: bool = False

    @property
    def keys(self) -> tuple[int, ...]:
        """Indexes of the key columns."""
        return tuple(at for at, column in enumerate(self.columns) if column.key)

    @property
    def keyed(self) -> bool:
        """Rows are found again by their key."""
        return self.method == UPSERT and bool(self.keys)

    def index(self, source: str) -> int | None:
        """Return the index of a property's column."""
        return next((at for at, each in enumerate(self.columns) if each.source == source), None)

    @property
    def watched(self) -> tuple[int, ...]:
        """Indexes of the columns whose cells are read before anything is written."""
        wanted = {*(self.keys if self.keyed else ()), self.index(TABLE_VERSION), self.retention}
        return tuple(sorted(at for at in wanted if at is not None))


def wanted_layout(
    stream: str,
    schema: Mapping[str, Any],
    keys: Sequence[str],
    config: Mapping[str, Any],
    *,
    versioned: bool = False,
    deletes: bool = False,
) -> Layout:
    """Work out the worksheet that a SCHEMA message asks for.

    Args:
        stream: Stream name.
        schema: The message's schema, with ``properties``.
        keys: Its key properties.
        config: The target's settings.
        versioned: Records carry a table version, which has to be kept.
        deletes: Records may be tombstones, whose time has to be kept.

    Raises:
        ConfigValidationError: The settings for this stream contradict one another.
    """
    own: Mapping[str, Any] = (config.get("streams") or {}).get(stream, {})
    title = own.get("worksheet") or stream[:_LONGEST_TITLE]
    if title.casefold() in (SYNC_LOG.casefold(), UNDO.casefold()):
        raise ConfigValidationError(
            f"Stream '{stream}' would be written to '{title}', which is kept for the target's "
            "own records. Give it another worksheet in the setting streams.",
        )
    columns = _columns(stream, schema["properties"], keys, own, config)
    columns += _technical(versioned=versioned, deletes=deletes)
    named = own.get("retention_column") or config.get("retention_column")
    days = own.get("retention_days", config.get("retention_days", 0))
    return Layout(
        stream=stream,
        title=title,
        columns=columns,
        method=own.get("load_method") or config["load_method"],
        retention=_retention(stream, columns, named, strict="retention_column" in own)
        if days
        else None,
        retention_days=days,
        people=_people(own),
    )


def _columns(
    stream: str,
    properties: Mapping[str, Any],
    keys: Sequence[str],
    own: Mapping[str, Any],
    config: Mapping[str, Any],
) -> tuple[Column, ...]:
    headings: Mapping[str, str] = own.get("columns") or {}
    metadata = config.get("add_record_metadata")
    names = list(dict.fromkeys([*(key for key in keys if key not in properties), *properties]))
    kept = [name for name in names if metadata or not name.startswith(_METADATA_PREFIX)]
    kept = [name for name in kept if name not in (DELETED_AT, TABLE_VERSION)]
    first = [name for name in headings if name in kept]
    ordered = [*first, *(name for name in kept if name not in headings)]
    columns = tuple(
        Column(
            name,
            str(headings.get(name, name)),
            TEXT if name in keys else kind_of(properties.get(name)),
            key=name in keys,
        )
        for name in ordered
    )
    _check_headings(stream, columns)
    return columns


def _check_headings(stream: str, columns: Sequence[Column]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        if column.heading in seen:
            raise ConfigValidationError(
                f"Stream '{stream}' has two columns headed '{column.heading}': "
                f"{seen[column.heading]} and {column.source}. Change one in streams.columns.",
            )
        seen[column.heading] = column.source


def _technical(*, versioned: bool, deletes: bool) -> tuple[Column, ...]:
    columns = []
    if deletes:
        columns.append(Column(DELETED_AT, DELETED_HEADING, DATETIME))
    if versioned:
        columns.append(Column(TABLE_VERSION, TABLE_VERSION, INTEGER, hidden=True))
    return tuple(columns)


def _retention(
    stream: str, columns: Sequence[Column], named: str | None, *, strict: bool
) -> int | None:
    if not named:
        return None
    for at, column in enumerate(columns):
        if named in (column.source, column.heading):
            return at
    if strict:
        raise ConfigValidationError(
            f"The retention_column '{named}' of stream '{stream}' is none of its columns. "
            "Name a date column, or set retention_days to 0 for the stream.",
        )
    return None


def _people(own: Mapping[str, Any]) -> tuple[str, ...]:
    headings = [*(QUALITY_COLUMNS if own.get("qa_columns") else ()), *own.get("people_columns", ())]
    return tuple(dict.fromkeys(headings))
