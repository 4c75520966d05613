"""The table of all activities, whatever their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_hubspot_support.companions import Companion, Page
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

ENGAGEMENT_TABLE = Table(
    "engagement",
    ("id",),
    {
        "id": {"type": "integer"},
        "portal_id": {"type": "integer"},
        "type": Kind.TEXT.schema,
        "is_deleted": {"type": "boolean"},
        "_fivetran_deleted": {"type": "boolean"},
        "_fivetran_synced": {"type": "string", "format": "date-time"},
        "_sdc_deleted_at": Kind.INSTANT.schema,
    },
    grain="one row per call, e-mail, meeting, note or task",
)
_DIRECTION = "hs_email_direction"
_EMAIL = "EMAIL"
# Other words for a direction, such as drafts, are e-mails like any other to whoever counts them.
_EMAIL_TYPES = {_EMAIL, "INCOMING_EMAIL", "FORWARDED_EMAIL"}


class EngagementFamily:
    """Feeds the table from the walks over the five kinds of activities."""

    def tables(self, settings: Settings, objects: Sequence[ObjectType]) -> list[Table]:  # noqa: ARG002
        """The table, if any activities are loaded."""
        return [ENGAGEMENT_TABLE] if any(o.engagement for o in objects) else []

    def companions(
        self,
        run: Run,  # noqa: ARG002
        object_type: ObjectType,
        wanted: Collection[str],
    ) -> list[Companion]:
        """One for each kind of activities."""
        if object_type.engagement is None or ENGAGEMENT_TABLE.name not in wanted:
            return []
        return [EngagementCompanion(object_type.engagement)]


class EngagementCompanion:
    """Writes one row per activity.

    Args:
        kind: CALL, EMAIL, MEETING, NOTE or TASK.
    """

    name = "engagement"
    tables: tuple[str, ...] = (ENGAGEMENT_TABLE.name,)
    history: tuple[str, ...] = ()
    page_size = 0
    fingerprint = "1"

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.properties: tuple[str, ...] = (_DIRECTION,) if kind == _EMAIL else ()

    def read(self, run: Run, page: Page) -> list[TableRows]:
        """Rows of activities; of merged ones no more is known than that they are gone."""
        synced = run.synced
        flags = {
            "portal_id": run.portal_id,
            "is_deleted": page.deleted,
            "_fivetran_deleted": page.deleted,
            "_fivetran_synced": synced,
        }
        rows: list[dict[str, Any]] = [
            {"id": int(record.id), "type": self._type(page, record), "_sdc_deleted_at": None}
            for record in page.records
        ] or [{"id": id_, "_sdc_deleted_at": synced} for id_ in page.ids if not page.whole]
        return [TableRows(ENGAGEMENT_TABLE.name, [row | flags for row in rows])] if rows else []

    def _type(self, page: Page, record: Any) -> str:
        direction = page.value(record, _DIRECTION) if self.properties else None
        return direction if direction in _EMAIL_TYPES else self._kind
