"""The bulk of a ticket: values of the custom and the dull properties, made once and shared.

Real accounts fill their hundreds of custom properties from a few workflows, so many tickets carry
the same values in them. The world makes a few dozen such sets; every ticket refers to one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.properties import (
    AREA_STATES,
    AREA_TAGS,
    CATEGORIES,
    LONG_NAMES,
    PRIORITIES,
)
from sandbox.world.values import (
    Value,
    boolean,
    day,
    decimal,
    document,
    instant,
    text,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from sandbox.world.property import Property

PROFILES = 48
FILLED_AREAS = 0.55  # of a ticket's custom properties; the rest is null
FILLED_DULL = 0.7


@dataclass(frozen=True)
class Profile:
    """Property values shared by tickets, and their wire text ready to copy."""

    values: dict[str, Value]
    wire: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        wire = {name: value.wire for name, value in self.values.items() if value.wire is not None}
        object.__setattr__(self, "wire", wire)


NO_PROFILE = Profile({})


def profiles(
    rng: random.Random, start: int, until: int, custom: Sequence[Property]
) -> list[Profile]:
    """All profiles; instants in them lie between `start` and `until` (epoch ms).

    `custom` are the account's own properties, of which every profile has some.
    """
    maker = ValueMaker(rng, start, until)
    return [Profile(_profile(rng, maker, custom)) for _ in range(PROFILES)]


def _profile(rng: random.Random, maker: ValueMaker, custom: Sequence[Property]) -> dict[str, Value]:
    values = {name: make() for name, make in _dull(rng) if rng.random() < FILLED_DULL}
    values |= {one.name: maker.make(one) for one in custom if rng.random() < FILLED_AREAS}
    values |= {name: text(f"{rng.choice('ABCDE')}: {name[-6:]}") for name in LONG_NAMES}
    return values


class ValueMaker:
    """Makes a plausible value for any property, by its type."""

    def __init__(self, rng: random.Random, start: int, until: int) -> None:
        self.rng = rng
        self._start = start
        self._until = until

    def make(self, one: Property) -> Value:
        """A value that fits the property."""
        by_type: dict[str, Callable[[], Value]] = {
            "number": self.number,
            "bool": lambda: boolean(self.rng.random() < 0.5),  # noqa: PLR2004
            "date": self.day,
            "datetime": self.instant,
            "enumeration": lambda: self._choice(one),
            "phone_number": lambda: text(f"+1 902 555 {self.rng.randrange(10_000):04d}"),
            "object_coordinates": self._coordinates,
            "json": self._document,
        }
        return by_type.get(one.type, self._sentence)()

    def number(self) -> Value:
        """Whole, negative, many-digit or simply priced."""
        rng = self.rng
        cents = rng.randrange(1, 10_000_000)
        price = f"{cents // 100}.{cents % 100:02d}"
        return rng.choice(
            [
                decimal(str(rng.randrange(100_000))),
                decimal(f"-{rng.randrange(1, 5000)}"),
                decimal(_trimmed(price), price),
                decimal(f"0.{rng.randrange(1, 10**17):017d}7"),
                decimal(f"{rng.randrange(10**17, 10**18)}.{rng.randrange(10**11):011d}3"),
                decimal("0"),
            ]
        )

    def day(self) -> Value:
        """A date within about two years."""
        return day(date(2025, 1, 1) + timedelta(days=self.rng.randrange(700)))

    def instant(self) -> Value:
        """An instant in the world's year, on a whole second in one case of three."""
        at = self.rng.randrange(self._start, self._until)
        return instant(at - at % 1000 if self.rng.random() < 0.34 else at)  # noqa: PLR2004

    def _choice(self, one: Property) -> Value:
        options = one.options or AREA_STATES
        if one.field_type != "checkbox":
            return text(self.rng.choice(options))
        chosen = self.rng.sample(options, self.rng.randint(1, min(3, len(options))))
        return text(";".join(chosen))

    def _coordinates(self) -> Value:
        place = f"{self.rng.uniform(43, 47):.6f},{self.rng.uniform(-66, -60):.6f}"
        return text(place)

    def _document(self) -> Value:
        rng = self.rng
        return document(
            {
                "attempts": rng.randrange(9),
                "big": 9_007_199_254_740_993 + rng.randrange(99),
                "tags": rng.sample(AREA_TAGS, 2),
                "nested": {"note": rng.choice(texts.SUBJECTS), "ok": rng.random() < 0.5},  # noqa: PLR2004
                "none": None,
            }
        )

    def _sentence(self) -> Value:
        return text(self.rng.choice((*texts.SUBJECTS, *texts.CONTENTS)))


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".")


def _dull(rng: random.Random) -> list[tuple[str, Callable[[], Value]]]:
    """HubSpot's own properties that say little about the ticket's life."""
    return [
        ("hs_ticket_priority", lambda: text(rng.choice(PRIORITIES))),
        ("hs_ticket_category", lambda: text(";".join(rng.sample(CATEGORIES, rng.randint(1, 2))))),
        ("hs_customer_agent_ticket_status", lambda: text(rng.choice(("OPEN", "HANDED_OFF")))),
        ("hs_ai_summary", lambda: text(rng.choice(texts.CONTENTS))),
        ("hs_object_source", lambda: text(rng.choice(("CONVERSATIONS", "IMPORT", "CRM_UI")))),
        ("hs_object_source_label", lambda: text(rng.choice(("Conversations", "Import")))),
        ("hs_language", lambda: text(rng.choice(("en", "fr", "de", "ja", "pt-br")))),
        ("hs_num_times_contacted", lambda: decimal(str(rng.randrange(9)))),
        ("num_notes", lambda: decimal(str(rng.randrange(40)))),
        ("hs_sentiment_score", lambda: decimal(f"-0.{rng.randrange(1, 100):02d}1")),
        ("hs_predicted_effort", lambda: decimal(f"{rng.randrange(10)}.5", None)),
        ("hs_health_score", lambda: decimal(str(rng.randrange(100)))),
        ("hs_is_overdue", lambda: boolean(rng.random() < 0.2)),  # noqa: PLR2004
        ("hs_status_line", lambda: text(rng.choice(("waiting", "with us", "done")))),
        ("hs_is_visible_in_help_desk", lambda: boolean(rng.random() < 0.9)),  # noqa: PLR2004
        ("hs_in_helpdesk", lambda: boolean(True)),  # noqa: FBT003
        ("hs_was_imported", lambda: boolean(rng.random() < 0.1)),  # noqa: PLR2004
        ("hs_is_one_touch_ticket", lambda: boolean(rng.random() < 0.3)),  # noqa: PLR2004
        ("hs_read_only", lambda: boolean(False)),  # noqa: FBT003
    ]
