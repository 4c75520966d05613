"""The settings about associations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Mapping

LINK_PROPERTIES = (
    th.Property(
        "associations",
        th.BooleanType,
        default=True,
        title="Associations",
        description="Load associations between the loaded objects; false leaves all link tables "
        "out.",
    ),
    th.Property(
        "association_pairs",
        th.ArrayType(th.StringType(pattern="^[^/]+/[^/]+$")),
        title="Association pairs",
        description="Only these pairs of objects, each as `contacts/deals` in any order; by "
        "default all pairs that HubSpot can associate.",
    ),
)


@dataclass(frozen=True)
class LinkSettings:
    """Which associations to load.

    Attributes:
        wanted: Whether to load any.
        pairs: Names of the two objects of each pair; empty means all.
    """

    wanted: bool
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> LinkSettings:
        """Typed settings of a validated configuration."""
        pairs = [text.partition("/") for text in config.get("association_pairs") or ()]
        return cls(
            wanted=config.get("associations", True),
            pairs=tuple((one.strip(), other.strip()) for one, _, other in pairs),
        )
