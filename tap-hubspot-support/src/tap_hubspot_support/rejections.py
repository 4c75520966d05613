"""Values that did not fit their column, as rows of their own stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_hubspot_support.rows import MisfitValue


REJECTED_VALUE = Table(
    name="rejected_value",
    keys=("stream", "record_id", "column_name"),
    columns={
        "stream": {"type": "string"},
        "record_id": {"type": "string"},
        "column_name": {"type": "string"},
        "reason": {"type": "string"},
        "raw_value": {"type": "string"},
        "raw_record": {"type": "object"},
        "portal_id": Kind.INTEGER.schema,
        "rejected_at": {"type": "string", "format": "date-time"},
    },
    grain="A value that became null because it did not fit.",
    reconciles=False,
)
"""Filled while other tables are read."""


class Rejection(NamedTuple):
    """One value that became null: the raw record is kept so that nothing is lost."""

    stream: str
    record_id: str
    misfit: MisfitValue
    raw_record: bytes

    def row(self, portal_id: int, rejected_at: str) -> dict[str, Any]:
        """The row of the stream `rejected_value`."""
        return {
            "stream": self.stream,
            "record_id": self.record_id,
            "column_name": self.misfit.column,
            "reason": self.misfit.reason,
            "raw_value": self.misfit.text,
            "raw_record": msgspec.json.decode(self.raw_record),
            "portal_id": portal_id,
            "rejected_at": rejected_at,
        }


def reject(stream: str, record: Any, misfits: Sequence[MisfitValue]) -> list[Rejection]:
    """Rejections of a record's misfits, each with the record as HubSpot sent it."""
    if not misfits:
        return []
    raw = msgspec.json.encode(record)
    return [Rejection(stream, record.id, misfit, raw) for misfit in misfits]
