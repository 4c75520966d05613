"""Pipelines and their stages, of every object that has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.plan import GENERAL
from tap_hubspot_support.reference_tables.reading import FLAGS, flags
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Pipeline, Run, Stage
    from tap_hubspot_support.settings import Settings

_WON = 1.0
_COMMON: dict[str, dict[str, Any]] = {
    "id": {"type": "string"},
    "label": {"type": "string"},
    "display_order": Kind.INTEGER.schema,
    "active": {"type": "boolean"},
    "created_at": Kind.INSTANT.schema,
    "updated_at": Kind.INSTANT.schema,
    **FLAGS,
}
_ENDINGS: dict[str, dict[str, dict[str, Any]]] = {
    "ticket": {"ticket_state": Kind.TEXT.schema},
    "deal": {"closed_won": {"type": "boolean"}, "probability": Kind.NUMBER.schema},
}


class PipelinesReference:
    """The pipelines of one object, and their stages, in one reply.

    Args:
        object_type: The object; in another portal its own type of the same table is read.
    """

    def __init__(self, object_type: ObjectType) -> None:
        self._table = object_type.table
        self.name = f"pipelines:{object_type.table}"
        self._pipelines = _pipeline_table(object_type)
        self._stages = _stage_table(object_type)
        self.tables: tuple[Table, ...] = (self._pipelines, self._stages)

    def planned(self, run: Run) -> Counter[str]:  # noqa: ARG002
        """One reply."""
        return Counter({GENERAL: 1})

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:
        """All live pipelines; HubSpot lists no others."""
        for object_type in run.objects:
            if object_type.table == self._table:
                found = run.pipelines(object_type.path)
                rows = [
                    TableRows(
                        self._pipelines.name,
                        [_pipeline(run, object_type, pipeline) for pipeline in found],
                    ),
                    TableRows(
                        self._stages.name,
                        [_stage(run, self._table, p, stage) for p in found for stage in p.stages],
                    ),
                ]
                yield [part for part in rows if part.table in wanted]


def pipeline_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:  # noqa: ARG001
    """One for each object with pipelines."""
    return [PipelinesReference(o) for o in objects if o.pipelined]


def _pipeline_table(object_type: ObjectType) -> Table:
    return Table(
        f"{object_type.table}_pipeline",
        ("pipeline_id",),
        {"pipeline_id": {"type": "string"}, "object_type_id": {"type": "string"}, **_COMMON},
        grain="one row per pipeline",
    )


def _stage_table(object_type: ObjectType) -> Table:
    return Table(
        f"{object_type.table}_pipeline_stage",
        ("pipeline_id", "stage_id"),
        {
            "pipeline_id": {"type": "string"},
            "stage_id": {"type": "string"},
            "is_closed": {"type": "boolean"},
            **_ENDINGS.get(object_type.table, {}),
            **_COMMON,
        },
        grain="one row per stage of a pipeline",
    )


def _pipeline(run: Run, object_type: ObjectType, pipeline: Pipeline) -> dict[str, Any]:
    return {
        "pipeline_id": pipeline.id,
        "object_type_id": object_type.type_id,
        **_common(run, pipeline),
    }


def _stage(run: Run, table: str, pipeline: Pipeline, stage: Stage) -> dict[str, Any]:
    state = stage.metadata.get("ticketState")
    closed = str(stage.metadata.get("isClosed", state == "CLOSED")).lower() == "true"
    row = {"pipeline_id": pipeline.id, "stage_id": stage.id, "is_closed": closed}
    if table == "ticket":
        row["ticket_state"] = state
    if table == "deal":
        probability = _probability(stage)
        row |= {"closed_won": probability == _WON, "probability": probability}
    return row | _common(run, stage)


def _probability(stage: Stage) -> float | None:
    """Between 0 and 1, whose few digits a float holds as they were written."""
    try:
        return float(stage.metadata.get("probability") or "")
    except ValueError:
        return None


def _common(run: Run, item: Pipeline | Stage) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": item.label,
        "display_order": item.display_order,
        "active": not item.archived,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        **flags(run, deleted=item.archived),
    }
