"""What a run would cost in an account of a given size, told by the planner itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tap_hubspot_support.discovery import all_references, fixed_tables
from tap_hubspot_support.objects import STANDARD
from tap_hubspot_support.plan import GENERAL, HISTORY_PAGE, LIST_PAGE, WalkSize, walk_requests
from tap_hubspot_support.registry import FAMILIES
from tap_hubspot_support.run import Run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tap_hubspot_support.client import Client
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.settings import Settings

_ACCOUNT = Counter({GENERAL: 2})  # its number, and how many records it has


def estimate(
    settings: Settings,
    client: Client,
    records: Mapping[str, int],
    *,
    tables: Collection[str] | None = None,
    changed: Mapping[str, int] | None = None,
) -> Counter[str]:
    """Requests of one run per budget, with a catalog made earlier and an empty recycle bin.

    Args:
        settings: The portal's settings.
        client: Not asked for anything.
        records: How many records there are, by table.
        tables: The selected tables; None for all.
        changed: How many of them changed, by table; None for a first run.
    """
    run = Run(settings, client)
    run.objects = STANDARD
    names = tables or {o.table for o in STANDARD} | {
        table.name for table in fixed_tables(settings, STANDARD)
    }
    planned = Counter(_ACCOUNT)
    for object_type in STANDARD:
        planned += _walk(run, object_type, names, records.get(object_type.table, 0), changed)
    for reference in all_references(settings, STANDARD):
        if any(table.name in names for table in reference.tables):
            planned += reference.planned(run)
    return planned


def _walk(
    run: Run,
    object_type: ObjectType,
    names: Collection[str],
    records: int,
    changed: Mapping[str, int] | None,
) -> Counter[str]:
    companions = [c for f in FAMILIES for c in f.companions(run, object_type, names)]
    if object_type.table not in names and not companions:
        return Counter()
    if changed is not None and not records:
        return Counter()
    return walk_requests(
        WalkSize(
            records if changed is None else changed.get(object_type.table, 0),
            listed=changed is None,
            page=HISTORY_PAGE if any(c.history for c in companions) else LIST_PAGE,
            companions=tuple(c.page_size for c in companions if c.page_size),
        )
    )
