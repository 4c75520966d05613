"""The made-up properties and values of the bulk portal: cheap, deterministic, of every type."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = (
    "login",
    "invoice",
    "refund",
    "printer",
    "password",
    "delivery",
    "export",
    "mobile",
    "upgrade",
    "outage",
    "contract",
    "webhook",
    "calendar",
    "import",
    "billing",
    "seat",
    "domain",
    "report",
    "timeout",
    "receipt",
)
STANDARD_VALUES = {
    "hs_pipeline": "0",
    "hs_pipeline_stage": "2",
    "hs_ticket_priority": "HIGH",
    "subject": "Login fails",
    "content": "Cannot log in since this morning. The page stays white.",
    "email": "ada.l@example.com",
    "firstname": "Ada",
    "lastname": "L",
    "domain": "example.com",
    "name": "Example Ltd",
    "dealname": "Renewal",
    "dealstage": "appointmentscheduled",
    "pipeline": "default",
    "amount": "1200.50",
    "price": "19.90",
    "quantity": "3",
}
"""Values of properties that every portal has, whatever the object type."""
_OPTIONS = ("LOW", "MEDIUM", "HIGH", "URGENT")
_TYPES = ("string", "number", "datetime", "enumeration", "string", "bool", "date", "string")


def bulk_definitions(count: int) -> list[dict[str, Any]]:
    """Return `count` custom property definitions, their types taking turns."""
    return [_definition(number, _TYPES[number % len(_TYPES)]) for number in range(count)]


def bulk_values(
    definitions: list[dict[str, Any]], null_share: float, variant: int
) -> dict[str, str]:
    """Return one variant's values; about `null_share` of the properties stay unset."""
    chance = random.Random(variant)  # noqa: S311 - reproducible, not secret
    return {
        definition["name"]: _MAKERS[definition["type"]](chance)
        for definition in definitions
        if chance.random() >= null_share
    }


def _definition(number: int, kind: str) -> dict[str, Any]:
    options = [
        {"label": option.capitalize(), "value": option, "displayOrder": place, "hidden": False}
        for place, option in enumerate(_OPTIONS)
    ]
    return {
        "name": f"bulk_{kind}_{number:04d}",
        "type": kind,
        "options": options if kind == "enumeration" else [],
    }


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(1, 6)))


def _date(chance: random.Random) -> str:
    return f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _datetime(chance: random.Random) -> str:
    return f"{_date(chance)}T{chance.randint(0, 23):02d}:14:07.{chance.randint(1, 999):03d}Z"


_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "string": _sentence,
    "number": lambda chance: str(chance.randint(-9_999, 999_999) / 100),
    "datetime": _datetime,
    "enumeration": lambda chance: chance.choice(_OPTIONS),
    "bool": lambda chance: chance.choice(("true", "false")),
    "date": _date,
}
