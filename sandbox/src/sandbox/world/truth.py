"""What a warehouse must hold once it has taken in everything the portal shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.columns import column_name
from sandbox.world.entries import LIVE
from sandbox.world.values import canonical_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world.entries import Change
    from sandbox.world.population import Population
    from sandbox.world.tickets import Ticket

FOREVER = "9999-12-31T23:59:59.000Z"
Row = dict[str, Any]


def truth(population: Population, portal_id: int, now: int) -> dict[str, Any]:
    """Every table as it must be at `now` (epoch ms), in canonical JSON.

    Tickets are rows by id. Of those in `gone` (purged or merged away) a warehouse can only know
    the flags. Tickets in the recycle bin are whole, with their flags set.
    """
    tickets = list(population.ledger.rows(now))
    present = [ticket for ticket in tickets if not ticket.gone]
    columns = [(name, column_name(name)) for name in sorted(population.ledger.properties)]
    return {
        "ticket": {str(one.id): _ticket(one, columns, portal_id) for one in tickets},
        "gone": {str(one.id): one.state for one in tickets if one.gone},
        "owner": {str(key): one.truth(portal_id) for key, one in population.owners.items()},
        "ticket_pipeline": {
            key: pipeline.truth(portal_id, "0-5") for key, pipeline in population.pipelines.items()
        },
        "ticket_pipeline_stage": {
            f"{row['pipeline_id']}/{row['stage_id']}": row
            for pipeline in population.pipelines.values()
            for row in pipeline.stage_truths(portal_id)
        },
        "ticket_property_history": [
            row for ticket in present for row in _history(ticket, portal_id)
        ],
        "rejected_value": [
            row for ticket in present for row in _rejected(ticket, columns, portal_id)
        ],
    }


def _ticket(ticket: Ticket, columns: list[tuple[str, str]], portal_id: int) -> Row:
    deleted = ticket.state != LIVE
    row: Row = {
        "id": ticket.id,
        "portal_id": portal_id,
        "is_deleted": deleted,
        "_fivetran_deleted": deleted,
    }
    row.update((column, ticket.value(name).truth) for name, column in columns)
    return row


def _history(ticket: Ticket, portal_id: int) -> Iterator[Row]:
    for name, changes in ticket.history.items():
        # Of several versions in one millisecond the last one counts.
        versions = list({change.at: change for change in changes}.values())
        ends = [*(canonical_instant(change.at) for change in versions[1:]), FOREVER]
        for change, end in zip(versions, ends, strict=True):
            yield _version(ticket, name, change, end) | {"portal_id": portal_id}


def _version(ticket: Ticket, name: str, change: Change, end: str) -> Row:
    start = canonical_instant(change.at)
    return {
        "ticket_id": ticket.id,
        "name": name,
        "timestamp_instant": start,
        "value": change.wire,
        "source": change.source,
        "source_id": change.source_id,
        "_fivetran_start": start,
        "_fivetran_end": end,
        "_fivetran_active": end == FOREVER,
    }


def _rejected(ticket: Ticket, columns: list[tuple[str, str]], portal_id: int) -> Iterator[Row]:
    for name, column in columns:
        value = ticket.value(name)
        if not value.fits:
            yield {
                "stream": "ticket",
                "record_id": str(ticket.id),
                "column_name": column,
                "raw_value": value.wire,
                "portal_id": portal_id,
            }
