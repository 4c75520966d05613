"""The pipelines of tickets, deals and others, and what a warehouse must say of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.world.values import canonical_instant, wire_instant

TICKETS, DEALS = "tickets", "deals"
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
    probability: str | None = None

    @property
    def state(self) -> str:
        """HubSpot's name for open and closed."""
        return "CLOSED" if self.closed else "OPEN"

    @property
    def won(self) -> bool:
        """Whether a deal that ends here is won."""
        return self.probability == "1"

    def metadata(self, object_type: str) -> dict[str, str]:
        """What the stage says beside its label: all of it text."""
        closed = {"isClosed": str(self.closed).lower()}
        if object_type == TICKETS:
            return {"ticketState": self.state, **closed}
        if object_type == DEALS:
            chance = self.probability or "0"
            return {**closed, "probability": chance if "." in chance else f"{chance}.0"}
        return closed

    def definition(self, object_type: str) -> dict[str, Any]:
        """The stage in the API's shape."""
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.position,
            "archived": False,
            "createdAt": wire_instant(self.created_at),
            "updatedAt": wire_instant(self.updated_at),
            "metadata": self.metadata(object_type),
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }

    def own_truth(self, object_type: str) -> dict[str, Any]:
        """The columns that only stages of a type have."""
        if object_type == TICKETS:
            return {"ticket_state": self.state}
        if object_type == DEALS:
            return {"closed_won": self.won, "probability": self.probability}
        return {}


@dataclass
class Pipeline:
    """One pipeline with its stages in order."""

    id: str
    label: str
    position: int
    created_at: int
    updated_at: int
    stages: list[Stage] = field(default_factory=list)
    object_type: str = TICKETS
    deleted: bool = False

    @property
    def open_stages(self) -> list[Stage]:
        """Where a record may wait."""
        return [stage for stage in self.stages if not (stage.closed or stage.deleted)]

    @property
    def closed_stages(self) -> list[Stage]:
        """Where a record may end."""
        return [stage for stage in self.stages if stage.closed and not stage.deleted]

    @property
    def closed_stage(self) -> Stage:
        """Where a ticket ends."""
        return next(stage for stage in self.stages if stage.closed)

    def definition(self) -> dict[str, Any]:
        """The pipeline in the API's shape."""
        stages = [one.definition(self.object_type) for one in self.stages if not one.deleted]
        return {
            "id": self.id,
            "label": self.label,
            "displayOrder": self.position,
            "archived": False,
            "createdAt": wire_instant(self.created_at),
            "updatedAt": wire_instant(self.updated_at),
            "stages": stages,
        }

    def truth(self, portal_id: int, object_type_id: str) -> dict[str, Any]:
        """The pipeline's row in the warehouse."""
        return {
            "pipeline_id": self.id,
            "id": self.id,
            "label": self.label,
            "object_type_id": object_type_id,
            **_common_truth(self, portal_id, deleted=self.deleted),
        }

    def stage_truths(self, portal_id: int) -> list[dict[str, Any]]:
        """The rows of its stages; a deleted stage stays, flagged."""
        return [
            {
                "stage_id": stage.id,
                "id": stage.id,
                "pipeline_id": self.id,
                "label": stage.label,
                "is_closed": stage.closed,
                **stage.own_truth(self.object_type),
                **_common_truth(stage, portal_id, deleted=stage.deleted or self.deleted),
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


@dataclass(frozen=True)
class _Plan:
    """A pipeline as it begins: its stages as (id, label, end of the way or not, probability)."""

    id: str
    label: str
    stages: tuple[tuple[str, str, bool, str | None], ...]


_SALES = _Plan(
    "default",
    "Sales Pipeline",
    (
        ("appointmentscheduled", "Appointment Scheduled", False, "0.2"),
        ("qualifiedtobuy", "Qualified To Buy", False, "0.4"),
        ("contractsent", "Contract Sent", False, "0.9"),
        ("closedwon", "Closed Won", True, "1"),
        ("closedlost", "Closed Lost", True, "0"),
    ),
)
_RENEWALS = _Plan(
    "80010001",
    "Renewals",
    (
        ("80011", "Due", False, "0.75"),
        ("80012", "In negotiation", False, "0.125"),
        ("80018", "Renewed", True, "1"),
        ("80019", "Gone", True, "0"),
    ),
)
_VISITS = _Plan(
    "90010001",
    "Visits",
    (
        ("90011", "Booked", False, None),
        ("90012", "Confirmed", False, None),
        ("90019", "Held", True, None),
    ),
)
_DIVISIONS = _Plan(
    "95010001",
    "Division life",
    (
        ("95011", "Planned", False, None),
        ("95012", "Open", False, None),
        ("95019", "Closed", True, None),
    ),
)
_OTHERS = {
    "deals": (_SALES, _RENEWALS),
    "appointments": (_VISITS,),
    "divisions": (_DIVISIONS,),
}


def other_pipelines(object_type: str, start: int) -> dict[str, Pipeline]:
    """The pipelines of deals, appointments or divisions by id."""
    found = {}
    for position, plan in enumerate(_OTHERS[object_type]):
        created = 0 if plan.id == "default" else start - (position + 1) * 700_000_003
        updated = start - (5 - position) * 300_000_007
        stages = [
            Stage(key, label, place, closed, created, updated, probability=probability)
            for place, (key, label, closed, probability) in enumerate(plan.stages)
        ]
        found[plan.id] = Pipeline(
            plan.id, plan.label, position, created, updated, stages, object_type
        )
    return found
