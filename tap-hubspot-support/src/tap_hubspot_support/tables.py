"""What a table is, and rows on their way into one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tap_hubspot_support.rejections import Rejection


@dataclass(frozen=True)
class Table:
    """A table with fixed columns: one Singer stream.

    Attributes:
        name: The table's and the stream's name.
        keys: Key columns. With several portals `portal_id` is put before them.
        columns: JSON schema of each column; `portal_id` is among them.
        grain: What one row is, for the README and the catalog.
        replication_key: Column that tells when a row changed, if there is one.
        reconciles: Whether a row that a complete pass did not meet is no longer true. False for
            histories: what HubSpot has forgotten was true all the same.
    """

    name: str
    keys: tuple[str, ...]
    columns: dict[str, dict[str, Any]]
    grain: str = ""
    replication_key: str | None = None
    reconciles: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of a row."""
        return {"type": "object", "properties": {**self.columns}}


@dataclass(frozen=True)
class TableRows:
    """Rows for one table in the order to write them, and values that did not fit in them.

    A row holds every column of its table (deselected ones are dropped when it is written), or is
    a tombstone: `_sdc_deleted_at` and the few columns that it sets. Structs that encode under
    the column names are rows too.
    """

    table: str
    rows: list[Any]
    rejections: list[Rejection] = field(default_factory=list)
