"""`batchUpdate`: many requests that are carried out together, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets import (
    request_cells,
    request_dimensions,
    request_metadata,
    request_moves,
    request_objects,
    request_sheets,
    request_sorting,
)
from sandbox.sheets.errors import SheetsError, invalid

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft

REQUESTS_MAXIMUM = 100_000
KINDS = {
    **request_cells.KINDS,
    **request_dimensions.KINDS,
    **request_metadata.KINDS,
    **request_moves.KINDS,
    **request_objects.KINDS,
    **request_sheets.KINDS,
    **request_sorting.KINDS,
}


def carry_out(draft: Draft, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Carry out every request in order; returns their replies.

    Raises:
        SheetsError: One cannot be carried out; the draft is then of no use.
    """
    if not requests:
        raise invalid("Must specify at least one request.")
    if len(requests) > REQUESTS_MAXIMUM:
        raise invalid(f"Cannot exceed {REQUESTS_MAXIMUM} requests in a single batch.")
    return [_one(draft, index, request) for index, request in enumerate(requests)]


def _one(draft: Draft, index: int, request: dict[str, Any]) -> dict[str, Any]:
    kinds = [name for name, value in (request or {}).items() if value is not None]
    if len(kinds) != 1:
        raise invalid(f"Invalid requests[{index}]: exactly one kind of request must be set.")
    (kind,) = kinds
    if kind not in KINDS:
        raise invalid(f"Invalid requests[{index}].{kind}: the stand-in does not know this request.")
    try:
        return KINDS[kind](draft, request[kind])
    except SheetsError as error:
        raise error.within(f"Invalid requests[{index}].{kind}") from error
