"""Ticket pipelines and their stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.streams.base import WholeTableStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_hubspot_support.run import Pipeline, Stage

_TICKET_TYPE_ID = "0-5"
_COMMON: dict[str, dict[str, Any]] = {
    "portal_id": {"type": "integer"},
    "label": {"type": "string"},
    "display_order": Kind.INTEGER.schema,
    "active": {"type": "boolean"},
    "created_at": Kind.INSTANT.schema,
    "updated_at": Kind.INSTANT.schema,
    "is_deleted": {"type": "boolean"},
    "_fivetran_deleted": {"type": "boolean"},
    "_fivetran_synced": {"type": "string", "format": "date-time"},
}


class TicketPipelineStream(WholeTableStream):
    """Ticket pipelines; one row per pipeline."""

    name = "ticket_pipeline"
    primary_keys: ClassVar[Sequence[str]] = ("pipeline_id",)
    columns: ClassVar[dict[str, dict[str, Any]]] = {
        "pipeline_id": {"type": "string"},
        "id": {"type": "string"},
        "object_type_id": {"type": "string"},
        **_COMMON,
    }

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        """All live pipelines; HubSpot lists no others."""
        yield [
            {
                "pipeline_id": pipeline.id,
                "id": pipeline.id,
                "object_type_id": _TICKET_TYPE_ID,
                **_common_values(pipeline, self.run.portal_id, self.synced),
            }
            for pipeline in self.run.ticket_pipelines
        ]


class TicketPipelineStageStream(WholeTableStream):
    """Stages of ticket pipelines; one row per pipeline and stage."""

    name = "ticket_pipeline_stage"
    primary_keys: ClassVar[Sequence[str]] = ("pipeline_id", "stage_id")
    columns: ClassVar[dict[str, dict[str, Any]]] = {
        "pipeline_id": {"type": "string"},
        "stage_id": {"type": "string"},
        "id": {"type": "string"},
        "is_closed": {"type": "boolean"},
        "ticket_state": Kind.TEXT.schema,
        **_COMMON,
    }

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        """All stages, one page per pipeline."""
        for pipeline in self.run.ticket_pipelines:
            yield [self._row(pipeline, stage) for stage in pipeline.stages]

    def _row(self, pipeline: Pipeline, stage: Stage) -> dict[str, Any]:
        state = stage.metadata.get("ticketState")
        closed = str(stage.metadata.get("isClosed", state == "CLOSED")).lower() == "true"
        return {
            "pipeline_id": pipeline.id,
            "stage_id": stage.id,
            "id": stage.id,
            "is_closed": closed,
            "ticket_state": state,
            **_common_values(stage, self.run.portal_id, self.synced),
        }


def _common_values(item: Pipeline | Stage, portal_id: int, synced: str) -> dict[str, Any]:
    return {
        "portal_id": portal_id,
        "label": item.label,
        "display_order": item.display_order,
        "active": not item.archived,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "is_deleted": item.archived,
        "_fivetran_deleted": item.archived,
        "_fivetran_synced": synced,
    }
