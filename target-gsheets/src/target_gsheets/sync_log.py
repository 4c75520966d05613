"""The worksheet Sync_Log: one row per run, whatever became of it, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from target_gsheets.batches import Counts, Row, StreamBatch
from target_gsheets.cells import cell
from target_gsheets.kinds import DATETIME, INTEGER, NUMBER, TEXT
from target_gsheets.layout import SYNC_LOG, Column, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from target_gsheets.moments import Clock

_FIXED = (
    ("Timestamp", DATETIME),
    ("Run_ID", TEXT),
    ("Status", TEXT),
    ("Mode", TEXT),
    ("Records_Processed", INTEGER),
    ("Rows_Added", INTEGER),
    ("Rows_Updated", INTEGER),
    ("Rows_Removed", INTEGER),
    ("Rows_Too_Old", INTEGER),
    ("Records_Refused", INTEGER),
    ("Duration_S", NUMBER),
    ("Last_Updated", DATETIME),
    ("Error", TEXT),
)


@dataclass
class RunRecord:
    """What the log says about a run.

    Attributes:
        run: Its id.
        started: Unix seconds of the server.
        status: running, Success, No data, Failed, Interrupted.
        error: Reason and instruction, if it failed.
    """

    run: str
    started: float
    mode: str
    status: str = "Running"
    error: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=dict)

    def add(self, counts: Mapping[str, Counts]) -> None:
        """Add a batch's counts."""
        for stream, each in counts.items():
            if stream in self.titles:
                self.counts.setdefault(stream, Counts()).add(each)

    def with_more(self, counts: Mapping[str, Counts]) -> RunRecord:
        """Return the record as it will be once a batch with these counts is applied."""
        copies = {stream: replace(each) for stream, each in self.counts.items()}
        record = replace(self, counts=copies)
        record.add(counts)
        return record

    def total(self) -> Counts:
        """Return the counts of all streams."""
        total = Counts()
        for counts in self.counts.values():
            total.add(counts)
        return total


def log_layout(titles: list[str]) -> Layout:
    """Return the log's layout, with two columns per worksheet."""
    columns = [Column(name, name, kind, key=name == "Run_ID") for name, kind in _FIXED]
    for title in titles:
        columns += [
            Column(f"{title}{end}", f"{title}{end}", INTEGER) for end in ("_Count", "_Upserted")
        ]
    return Layout(SYNC_LOG, SYNC_LOG, tuple(columns), newest_first=True)


def log_batch(record: RunRecord, now: float, clock: Clock) -> StreamBatch:
    """Return the run's row, to be added or updated like any other."""
    layout = log_layout([record.titles[stream] for stream in record.counts])
    values = _values(record, now)
    cells = tuple(cell(values.get(each.source), each.kind, clock) for each in layout.columns)
    return StreamBatch(layout, {(record.run,): Row((record.run,), cells)})


def _values(record: RunRecord, now: float) -> dict[str, Any]:
    total = record.total()
    values: dict[str, Any] = {
        "Timestamp": _instant(record.started),
        "Run_ID": record.run,
        "Status": record.status,
        "Mode": record.mode,
        "Records_Processed": total.received,
        "Rows_Added": total.added,
        "Rows_Updated": total.updated,
        "Rows_Removed": total.removed,
        "Rows_Too_Old": total.too_old,
        "Records_Refused": total.refused,
        "Duration_S": round(max(0.0, now - record.started), 1),
        "Last_Updated": _instant(now),
        "Error": record.error or None,
    }
    for stream, counts in record.counts.items():
        title = record.titles[stream]
        values[f"{title}_Count"] = counts.received
        values[f"{title}_Upserted"] = counts.added + counts.updated
    return values


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), timezone.utc).isoformat()
