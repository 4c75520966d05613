"""The ways in which records can be associated, used or not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_support.budgets import Budget
from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.links.family import chosen_pairs, pairs_of
from tap_hubspot_support.links.wire import LinkType  # noqa: TC001 - msgspec reads it
from tap_hubspot_support.plan import ASSOCIATIONS
from tap_hubspot_support.reference_tables.reading import FLAGS, ask, flags
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.links.tables import Pair
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

# HubSpot lets nobody add labels to the associations of other objects: asking would tell nothing.
_LABELLED = {"ticket", "deal", "contact", "company", "appointment"}
LABEL = Table(
    "association_label",
    ("from_object_type", "to_object_type", "category", "type_id"),
    {
        "from_object_type": {"type": "string"},
        "to_object_type": {"type": "string"},
        "category": {"type": "string"},
        "type_id": {"type": "integer"},
        "label": Kind.TEXT.schema,
        **FLAGS,
    },
    grain="one row per way in which records of two types can be associated",
)


class _Labels(msgspec.Struct):
    results: list[LinkType]


class LabelsReference:
    """Labels of the pairs that may have some, in the direction in which they are read."""

    name = "association_labels"
    tables: tuple[Table, ...] = (LABEL,)

    def planned(self, run: Run) -> Counter[str]:
        """One per pair."""
        return Counter({ASSOCIATIONS: len(_labelled(pairs_of(run)))})

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:  # noqa: ARG002
        """All labels, a page per pair."""
        for pair in _labelled(pairs_of(run)):
            yield [TableRows(LABEL.name, _rows(run, pair))]


def label_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:
    """The labels, unless associations are left out."""
    pairs = _labelled(chosen_pairs(settings.links, objects, ()))
    return [LabelsReference()] if pairs else []


def _labelled(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if _may_have(pair.near) and _may_have(pair.far)]


def _may_have(object_type: ObjectType) -> bool:
    return object_type.is_custom or object_type.table in _LABELLED


def _rows(run: Run, pair: Pair) -> list[dict[str, Any]]:
    near, far = pair.near, pair.far
    found = ask(
        run,
        f"reading the association labels of {near.path} with {far.path}",
        run.paths.link_labels(near.path, far.path),
        _Labels,
        budget=Budget.ASSOCIATIONS,
    ).results
    return [
        {
            "from_object_type": near.table,
            "to_object_type": far.table,
            "category": kind.category,
            "type_id": kind.type_id,
            "label": kind.label,
            **flags(run),
        }
        for kind in found
    ]
