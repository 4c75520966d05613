"""What an account is furnished with: tags, custom fields, integrations, teams, settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.world.helpdesk_objects import DAY, Row, instants

CHANNELS = ("email", "chat", "sms", "instagram-direct-message")
TAGS = ("delivery", "refund", "Größe", "vip", "bug 🐛", "order, late", "escalated")
FIRST_TAG, FIRST_FIELD, FIRST_INTEGRATION, FIRST_TEAM = 31, 12, 41, 5
REASONS = ("Delivery::Late", "Delivery::Lost", "Returns::Size", "Product::Broken::Zip", "Other")


@dataclass(eq=False)
class Tag:
    """A word put on tickets; `usage` counts them."""

    id: int
    name: str
    at: int
    usage: int = 0
    removed: int | None = None

    def wire(self) -> Row:
        """The stand-in's row."""
        return {
            "id": self.id,
            "name": self.name,
            "description": None,
            "decoration": {"color": "#0af"},
            "usage": self.usage,
            "created_datetime": self.at,
            "deleted_datetime": self.removed,
        }

    def truth(self, account: str) -> Row:
        """The warehouse's row."""
        return {
            "account": account,
            "id": self.id,
            "name": self.name,
            "description": None,
            "decoration": {"color": "#0af"},
            "usage": self.usage,
            **instants(created=self.at, deleted=self.removed),
        }


@dataclass(frozen=True, eq=False)
class Plain:
    """Something that never changes; `fields` are its columns except account and instants.

    Attributes:
        times: Instants by name without `_datetime`.
        more: What the API has besides and no warehouse needs.
    """

    id: int
    fields: dict[str, Any]
    times: dict[str, int | None]
    more: dict[str, Any]

    def wire(self) -> Row:
        """The stand-in's row."""
        times = {f"{name}_datetime": at for name, at in self.times.items()}
        return {"id": self.id, **self.fields, **self.more, **times}

    def truth(self, account: str) -> Row:
        """The warehouse's row."""
        return {"account": account, "id": self.id, **self.fields, **instants(**self.times)}


def tags(start: int) -> list[Tag]:
    """The account's tags; the first one was deleted again."""
    made = [Tag(FIRST_TAG + n, name, start + n * DAY) for n, name in enumerate(TAGS)]
    made.append(Tag(FIRST_TAG + len(TAGS), "mistake", start, removed=start + 3 * DAY))
    return made


def custom_fields(start: int) -> list[Plain]:
    """Two of tickets, one of them archived, and one of customers."""
    choices = {"input_type": "dropdown", "choices": list(REASONS)}
    reason = {"data_type": "text", "input_settings": choices}
    yes_no = {"data_type": "boolean", "input_settings": {"input_type": "dropdown"}}
    free = {"data_type": "text", "input_settings": {"input_type": "input"}}
    return [
        _field(0, "Ticket", "Contact reason", reason, start, managed="contact_reason"),
        _field(1, "Ticket", "Refunded", yes_no, start),
        _field(2, "Ticket", "Old question", free, start, archived=start + 60 * DAY),
        _field(3, "Customer", "Shoe size", free, start),
    ]


def integrations(domain: str, start: int) -> list[Plain]:
    """One way in for each channel."""
    return [
        Plain(
            FIRST_INTEGRATION + number,
            {
                "name": f"Care by {channel}",
                "description": None,
                "type": "gorgias_chat" if channel == "chat" else channel,
                "meta": {"address": f"{channel}@{domain}.example.org"},
            },
            {"created": start + number, "updated": start + DAY, "deactivated": None},
            {"uri": f"/api/integrations/{FIRST_INTEGRATION + number}/"},
        )
        for number, channel in enumerate(CHANNELS)
    ]


def teams(start: int, members: list[int]) -> list[Plain]:
    """Two teams that share the members."""
    half = len(members) // 2
    return [
        Plain(
            FIRST_TEAM + number,
            {
                "name": name,
                "description": None,
                "decoration": {"emoji": "🦊"},
                "member_ids": sorted(chosen),
            },
            {"created": start + number * DAY},
            {},
        )
        for number, (name, chosen) in enumerate(
            (("First line", members[: half + 1]), ("Escalations", members[half:]))
        )
    ]


def settings(zone: str) -> dict[str, Row]:
    """The settings that matter to statistics."""
    hours = [{"days": "1,2,3,4,5", "from_time": "09:00", "to_time": "17:00"}]
    return {
        "business-hours": {"timezone": zone, "business_hours": hours},
        "satisfaction-surveys": {"survey_interval": 3600, "send_survey_for_email": True},
        "ticket-assignment": {"unassign_on_reply": False, "auto_assign_to_teams": False},
        "auto-merge": {"enabled": False},
    }


def _field(
    number: int,
    kind: str,
    label: str,
    definition: Row,
    start: int,
    *,
    managed: str | None = None,
    archived: int | None = None,
) -> Plain:
    return Plain(
        FIRST_FIELD + number,
        {
            "external_id": None,
            "object_type": kind,
            "label": label,
            "description": None,
            "priority": 10 - number,
            "required": number == 0,
            "requirement_type": "visible",
            "managed_type": managed,
            "definition": definition,
        },
        {"created": start + number, "updated": start + number, "deactivated": archived},
        {"uri": f"/api/custom-fields/{FIRST_FIELD + number}/"},
    )
