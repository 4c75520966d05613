"""The rows of the associations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.entries import LIVE
from sandbox.world.tables import LINK_TABLES, id_column, is_written, singular

if TYPE_CHECKING:
    from sandbox.world.links import End, Tie
    from sandbox.world.population import Population

Row = dict[str, Any]


def links(
    population: Population, entries: dict[str, list[Any]], portal_id: int
) -> dict[str, list[Row]]:
    """The link tables and the table of all other pairs, of live records only."""
    live = {(name, one.id) for name, found in entries.items() for one in found if one.state == LIVE}
    tables: dict[str, list[Row]] = {name: [] for name in (*LINK_TABLES.values(), "association")}
    for near, far, tie in population.links.everything():
        if near not in live or far not in live:
            continue
        pair = (near[0], far[0])
        if pair in LINK_TABLES:
            tables[LINK_TABLES[pair]].append(_link(near, far, tie, portal_id))
        elif pair[::-1] not in LINK_TABLES and is_written(*pair):
            tables["association"].append(_association(near, far, tie, portal_id))
    return tables


def _link(near: End, far: End, tie: Tie, portal_id: int) -> Row:
    ends = {id_column(near[0]): near[1], id_column(far[0]): far[1]}
    return {**ends, **tie._asdict(), "portal_id": portal_id}


def _association(near: End, far: End, tie: Tie, portal_id: int) -> Row:
    return {
        "from_object_type": singular(near[0]),
        "from_id": near[1],
        "to_object_type": singular(far[0]),
        "to_id": far[1],
        **tie._asdict(),
        "portal_id": portal_id,
    }
