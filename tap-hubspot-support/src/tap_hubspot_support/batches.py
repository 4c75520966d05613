"""What a walk hands to the writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_hubspot_support.tables import TableRows


def nothing() -> None:
    """Remember nothing."""


@dataclass(frozen=True)
class Batch:
    """Rows to write together, and what to remember afterwards.

    Attributes:
        rows: Rows by table.
        written: Called under the writer's lock once the rows are on stdout, so what it
            remembers never runs ahead of what was written.
        complete: Parts of the walk whose pass under the present version ends here.
    """

    rows: list[TableRows]
    written: Callable[[], object] = nothing
    complete: tuple[str, ...] = ()
