"""The lines of the log that tell what a run will cost and what it did cost."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from tap_hubspot_support.plan import ASSOCIATIONS, GENERAL, SEARCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_hubspot_support.table_stream import TableStream
    from tap_hubspot_support.walks import Portal

logger = logging.getLogger(__name__)


def spent(portals: Iterable[Portal]) -> Counter[str]:
    """Requests made so far, per budget."""
    return sum((portal.run.client.budgets.requests for portal in portals), Counter())


def log_plan(planned: Mapping[str, int]) -> None:
    """Say how many requests the whole run is going to make."""
    logger.info(
        "run planned requests=%d requests_general=%d requests_search=%d requests_associations=%d",
        sum(planned.values()),
        planned.get(GENERAL, 0),
        planned.get(SEARCH, 0),
        planned.get(ASSOCIATIONS, 0),
    )


def log_summary(
    streams: Iterable[TableStream],
    requests: Mapping[str, int],
    planned: Mapping[str, int],
    *,
    failed: int,
    rejected: int,
    seconds: float,
) -> None:
    """Sum up a run in one line."""
    counts = {stream.name: stream.records_written for stream in streams}
    total = sum(counts.values())
    logger.info(
        "run finished streams=%d failed=%d records=%d rejected_values=%d requests=%d "
        "requests_general=%d requests_search=%d requests_associations=%d requests_planned=%d "
        "seconds=%.1f records_per_second=%.0f per_stream=%s",
        len(counts),
        failed,
        total,
        rejected,
        sum(requests.values()),
        requests.get(GENERAL, 0),
        requests.get(SEARCH, 0),
        requests.get(ASSOCIATIONS, 0),
        sum(planned.values()),
        seconds,
        total / seconds if seconds else 0.0,
        ",".join(f"{name}:{count}" for name, count in counts.items()),
    )
