"""Which deals were merged into which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.rows import MERGED_IDS
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_hubspot_support.companions import Companion, Page
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

MERGER_TABLE = Table(
    "merged_deal",
    ("deal_id", "merged_deal_id"),
    {
        "deal_id": {"type": "integer"},
        "merged_deal_id": {"type": "integer"},
        "portal_id": {"type": "integer"},
        "is_deleted": {"type": "boolean"},
        "_fivetran_deleted": {"type": "boolean"},
        "_fivetran_synced": {"type": "string", "format": "date-time"},
        "_sdc_deleted_at": Kind.INSTANT.schema,
    },
    grain="one row per deal that was merged into another",
)


class MergerFamily:
    """Feeds the table from the walk over the deals."""

    def tables(self, settings: Settings, objects: Sequence[ObjectType]) -> list[Table]:  # noqa: ARG002
        """The table, if deals are loaded."""
        return [MERGER_TABLE] if any(o.table == "deal" for o in objects) else []

    def companions(
        self,
        run: Run,  # noqa: ARG002
        object_type: ObjectType,
        wanted: Collection[str],
    ) -> list[Companion]:
        """One, for deals."""
        is_wanted = object_type.table == "deal" and MERGER_TABLE.name in wanted
        return [MergerCompanion()] if is_wanted else []


class MergerCompanion:
    """Writes one row per deal that a deal names as merged into it; deals in the bin still do."""

    name = "merged_deal"
    tables: tuple[str, ...] = (MERGER_TABLE.name,)
    properties: tuple[str, ...] = (MERGED_IDS,)
    history: tuple[str, ...] = ()
    page_size = 0
    fingerprint = "1"

    def read(self, run: Run, page: Page) -> list[TableRows]:
        """Rows of survivors."""
        shared = {
            "portal_id": run.portal_id,
            "is_deleted": False,
            "_fivetran_deleted": False,
            "_fivetran_synced": run.synced,
            "_sdc_deleted_at": None,
        }
        rows: list[dict[str, Any]] = [
            {"deal_id": int(record.id), "merged_deal_id": loser, **shared}
            for record in page.records
            for loser in _losers(int(record.id), page.value(record, MERGED_IDS))
        ]
        return [TableRows(MERGER_TABLE.name, rows)] if rows else []


def _losers(survivor: int, text: str | None) -> list[int]:
    ids = {int(part) for part in (text or "").split(";") if part.strip().isdigit()}
    return sorted(ids - {survivor})
