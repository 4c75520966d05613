"""The ticket pipelines and what a warehouse must say of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.world.values import canonical_instant, wire_instant

OBJECT_TYPE_ID = "0-5"
LIVE_CHAT = "Live Chat"
SUPPORT, CHAT, ENTERPRISE, SPAM = "0", "7001", "7002", "7003"


@dataclass
class Stage:
    """One stage; instants are epoch milliseconds."""

    id: str
    label: str
    position: int
    closed: bool
    created_at: int
    updated_at: int
    deleted: bool = False

    @property
    def state(self) -> str:
        """HubSpot's name for open and closed."""
        return "CLOSED" if self.closed else "OPEN"

    def definition(self) -> dict[str, Any]:
        """The stage in the API's shape: all metadata is text."""
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.position,
            "archived": False,
            "createdAt": wire_instant(self.created_at),
            "updatedAt": wire_instant(self.updated_at),
            "metadata": {"ticketState": self.state, "isClosed": str(self.closed).lower()},
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }


@dataclass
class Pipeline:
    """One pipeline with its stages in order."""

    id: str
    label: str
    position: int
    created_at: int
    updated_at: int
    stages: list[Stage] = field(default_factory=list)

    @property
    def open_stages(self) -> list[Stage]:
        """Where a ticket may wait."""
        return [stage for stage in self.stages if not (stage.closed or stage.deleted)]

    @property
    def closed_stage(self) -> Stage:
        """Where a ticket ends."""
        return next(stage for stage in self.stages if stage.closed)

    def definition(self) -> dict[str, Any]:
        """The pipeline in the API's shape."""
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.position,
            "archived": False,
            "createdAt": wire_instant(self.created_at),
            "updatedAt": wire_instant(self.updated_at),
            "stages": [stage.definition() for stage in self.stages if not stage.deleted],
        }

    def truth(self, portal_id: int) -> dict[str, Any]:
        """The warehouse row of stream `ticket_pipeline`."""
        return {
            "pipeline_id": self.id,
            "id": self.id,
            "label": self.label,
            "object_type_id": OBJECT_TYPE_ID,
            **_common_truth(self, portal_id, deleted=False),
        }

    def stage_truths(self, portal_id: int) -> list[dict[str, Any]]:
        """The warehouse rows of stream `ticket_pipeline_stage`; a deleted stage stays, flagged."""
        return [
            {
                "stage_id": stage.id,
                "id": stage.id,
                "pipeline_id": self.id,
                "label": stage.label,
                "is_closed": stage.closed,
                "ticket_state": stage.state,
                **_common_truth(stage, portal_id, deleted=stage.deleted),
            }
            for stage in self.stages
        ]


def _common_truth(thing: Pipeline | Stage, portal_id: int, *, deleted: bool) -> dict[str, Any]:
    return {
        "portal_id": portal_id,
        "display_order": thing.position,
        "active": True,
        "created_at": canonical_instant(thing.created_at),
        "updated_at": canonical_instant(thing.updated_at),
        "_fivetran_deleted": deleted,
        "is_deleted": deleted,
    }


_LAYOUT: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        SUPPORT,
        "Support Pipeline",
        (("1", "New"), ("2", "Waiting on contact"), ("3", "Waiting on us"), ("4", "Closed")),
    ),
    # The trailing space is in the label of the account this one is modelled on.
    (CHAT, "Live Chat ", (("70011", "In chat"), ("70012", "Follow-up"), ("70019", "Done"))),
    (
        ENTERPRISE,
        "Enterprise and VIP Tickets",
        (
            ("70021", "Triage"),
            ("70022", "Engineering"),
            ("70023", "Legacy review"),
            ("70029", "Solved"),
        ),
    ),
    (SPAM, "SPAM Tickets", (("70031", "Suspected"), ("70039", "Binned"))),
)


def pipelines(start: int) -> dict[str, Pipeline]:
    """All ticket pipelines; the default one was created at epoch 0, as HubSpot's is."""
    return {
        key: _pipeline(key, label, position, stages, start)
        for position, (key, label, stages) in enumerate(_LAYOUT)
    }


def _pipeline(
    key: str, label: str, position: int, stages: tuple[tuple[str, str], ...], start: int
) -> Pipeline:
    created = 0 if key == SUPPORT else start - (position + 1) * 1_000_000_007
    updated = start - (9 - position) * 500_000_123
    made = [
        Stage(stage, name, place, place == len(stages) - 1, created, updated)
        for place, (stage, name) in enumerate(stages)
    ]
    return Pipeline(key, label, position, created, updated, made)
