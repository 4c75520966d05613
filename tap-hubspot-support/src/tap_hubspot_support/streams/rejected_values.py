"""The stream of values that did not fit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.streams.base import RowBatch, SupportStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_hubspot_support.rejections import Rejection


class RejectedValueStream(SupportStream):
    """Values that became null because they did not fit; filled while other streams are read."""

    name = "rejected_value"
    primary_keys: ClassVar[Sequence[str]] = ("stream", "record_id", "column_name")
    columns: ClassVar[dict[str, dict[str, Any]]] = {
        "stream": {"type": "string"},
        "record_id": {"type": "string"},
        "column_name": {"type": "string"},
        "reason": {"type": "string"},
        "raw_value": {"type": "string"},
        "raw_record": {"type": "object"},
        "portal_id": Kind.INTEGER.schema,
        "rejected_at": {"type": "string", "format": "date-time"},
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counts: Counter[str] = Counter()
        self._announced = False

    def batches(self) -> Iterator[RowBatch]:
        """Nothing of its own."""
        yield from ()

    def write(self, rejections: Sequence[Rejection]) -> None:
        """Write rejections at once, before any STATE message that covers their records."""
        if not rejections:
            return
        self.counts.update(rejection.misfit.column for rejection in rejections)
        if not self.selected:
            return
        if not self._announced:
            self._write_schema_message()
        wanted = [name for name in self.columns if self.is_wanted(name)]
        rows = [rejection.row(self.run.portal_id, self.synced) for rejection in rejections]
        self._write(RowBatch([{name: row[name] for name in wanted} for row in rows]))

    def _write_schema_message(self) -> None:
        # Rejections may come before this stream's own turn; its schema goes out once.
        if not self._announced:
            super()._write_schema_message()
        self._announced = True
