"""The sheet as a source: rows of a worksheet for other programs, with cache, filters, fallback.

::

    reader = SheetReader.from_settings({"spreadsheet_id": ..., "credentials_path": ...})
    rows = reader.read("Tickets", Filters(since=date(2026, 1, 1), pipelines=("Support",)))
"""

from __future__ import annotations

import copy
import csv
import logging
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from target_gsheets.moments import moment_of, parse_instant
from target_gsheets.workbook import grid_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from target_gsheets.client import Sheets

Record = dict[str, Any]

_logger = logging.getLogger(__name__)
CACHE_SECONDS = 300.0
#: Where dates, pipelines and agents stand, by the headings that the sheets have.
DATE_HEADINGS = ("Create date", "chat_creation_date_adt", "chat_creation_date_utc", "created_at")
PIPELINE_HEADINGS = ("Pipeline", "hs_pipeline", "pipeline")
AGENT_HEADINGS = ("Case Owner", "display_agent", "primary_agent", "agent")
_FIELDS = (
    "sheets(properties(sheetId,title),"
    "data(rowData(values(effectiveValue,effectiveFormat(numberFormat(type))))))"
)
_DATES = ("DATE", "DATE_TIME")


@dataclass(frozen=True)
class Filters:
    """Which rows are wanted; what is empty does not narrow.

    Attributes:
        since: First day.
        until: Last day, included.
        pipelines: Names of pipelines.
        agents: Names of agents.
    """

    since: date | None = None
    until: date | None = None
    pipelines: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()

    def take(self, record: Mapping[str, Any]) -> bool:
        """Tell whether a row is wanted."""
        return (
            self._in_range(record)
            and _among(self.pipelines, record, PIPELINE_HEADINGS)
            and _among(self.agents, record, AGENT_HEADINGS)
        )

    def _in_range(self, record: Mapping[str, Any]) -> bool:
        if self.since is None and self.until is None:
            return True
        day = _day(_first(record, DATE_HEADINGS))
        if day is None:
            return False
        return (self.since is None or day >= self.since) and (
            self.until is None or day <= self.until
        )


def _among(wanted: Sequence[str], record: Mapping[str, Any], headings: Sequence[str]) -> bool:
    return not wanted or str(_first(record, headings) or "").strip() in wanted


def _first(record: Mapping[str, Any], headings: Sequence[str]) -> Any:
    return next((record[each] for each in headings if each in record), None)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    instant = parse_instant(value)
    return instant.date() if instant else None


@dataclass
class SheetReader:
    """Reads worksheets.

    Attributes:
        sheets: The service.
        clock: Monotonic seconds.
        fallbacks: Folders of CSV files named as the worksheets, tried in order while the
            spreadsheet cannot be reached; each with what is done to a raw row on the way.
    """

    sheets: Sheets
    clock: Callable[[], float] = time.monotonic
    fallbacks: Sequence[tuple[Path, Callable[[Record], Record | None]]] = ()
    _cache: dict[str | None, tuple[float, list[Record]]] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, config: Mapping[str, Any], **rest: Any) -> SheetReader:
        """Return a reader for the spreadsheet and account that the target's settings name.

        Raises:
            ConfigValidationError: One of them is missing or unusable.
        """
        from target_gsheets.target import connect  # noqa: PLC0415 - the target imports this module

        return cls(connect(config), **rest)

    def read(
        self,
        worksheet: str | None = None,
        filters: Filters | None = None,
        *,
        refresh: bool = False,
    ) -> list[Record]:
        """Return rows by heading; the caller may change them.

        Args:
            worksheet: Its title; None is the spreadsheet's first visible worksheet.
            filters: Which rows are wanted.
            refresh: Ask the sheet even if it was read less than 300 seconds ago.

        Returns:
            Text, numbers, booleans, None for empty cells; dates as datetime without a zone, the
            wall clock of the sheet.

        Raises:
            FatalSyncError: The spreadsheet cannot be read, and no fallback has the worksheet.
        """
        found = self._cache.get(worksheet)
        if refresh or found is None or self.clock() - found[0] >= CACHE_SECONDS:
            found = self.clock(), self._load(worksheet)
            self._cache[worksheet] = found
        wanted = filters or Filters()
        return [copy.copy(record) for record in found[1] if wanted.take(record)]

    def _load(self, worksheet: str | None) -> list[Record]:
        try:
            records = self._from_sheet(worksheet)
        except FatalSyncError as error:
            return self._from_files(worksheet, error)
        _logger.info("source=sheet worksheet=%s rows=%d", worksheet or "(first)", len(records))
        return records

    def _from_sheet(self, worksheet: str | None) -> list[Record]:
        if worksheet is None:
            told = self.sheets.get("sheets(properties(title,hidden))")
            shown = (each["properties"] for each in told["sheets"])
            worksheet = next(each["title"] for each in shown if not each.get("hidden"))
        name = "'" + worksheet.replace("'", "''") + "'"
        told = self.sheets.get(_FIELDS, [name])
        return _records(told["sheets"][0]["data"][0])

    def _from_files(self, worksheet: str | None, error: FatalSyncError) -> list[Record]:
        for folder, process in self.fallbacks:
            path = folder / f"{worksheet}.csv"
            if path.is_file():
                records = [each for row in _csv(path) if (each := process(row)) is not None]
                _logger.warning(
                    "source=%s worksheet=%s rows=%d, as the spreadsheet cannot be read: %s",
                    folder.name,
                    worksheet,
                    len(records),
                    error,
                )
                return records
        raise error


def _csv(path: Path) -> Iterable[Record]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            yield {name: value or None for name, value in row.items() if name}


def _records(data: Mapping[str, Any]) -> list[Record]:
    rows = grid_rows(data)
    if not rows:
        return []
    header = [str(text).strip() if text is not None else "" for text in rows[0]]
    records = []
    for told, values in zip(data["rowData"][1:], rows[1:], strict=True):
        cells = [
            _dated(value, cell) for value, cell in zip(values, told.get("values", ()), strict=True)
        ]
        if any(each is not None for each in cells):
            cells += [None] * (len(header) - len(cells))
            records.append({name: cell for name, cell in zip(header, cells, strict=False) if name})
    return records


def _dated(value: Any, cell: Mapping[str, Any]) -> Any:
    kind = cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type")
    if kind in _DATES and isinstance(value, (int, float)) and not isinstance(value, bool):
        return moment_of(float(value))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def as_json(value: Any) -> Any:
    """Return a value as JSON has it; a date as ISO 8601 text."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)
