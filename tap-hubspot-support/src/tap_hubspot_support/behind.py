"""Which objects have to be walked for tables whose own objects nobody selected."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

from tap_hubspot_support.registry import FAMILIES, REFERENCES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.settings import Settings


def tables_beside(settings: Settings, objects: Sequence[ObjectType]) -> set[str]:
    """Names of the tables that these objects bring with them."""
    beside = {t.name for family in FAMILIES for t in family.tables(settings, objects)}
    references = [r for family in REFERENCES for r in family(settings, objects)]
    return beside | {table.name for r in references for table in r.tables}


def objects_behind(
    names: Collection[str],
    settings: Settings,
    loaded: Sequence[ObjectType],
    candidates: Sequence[ObjectType],
) -> list[ObjectType]:
    """Further objects without which some of these tables would have no rows.

    A catalog may hold `ticket_contact` without `contact`, or even without `ticket`.

    Args:
        names: The catalog's tables.
        settings: The portal's settings.
        loaded: Objects that are walked anyway.
        candidates: All objects that could be.
    """
    missing = set(names) - {o.table for o in candidates} - tables_beside(settings, loaded)
    found: dict[str, ObjectType] = {}
    # One object explains a history, two a link; all that explain a table feed it.
    for together in combinations_with_replacement(candidates, 2):
        if missing & tables_beside(settings, list(dict.fromkeys(together))):
            explained = [o for o in together if missing & tables_beside(settings, [o])]
            found |= {o.table: o for o in explained or together}
    known = {o.table for o in loaded}
    return [o for o in found.values() if o.table not in known]
