"""From which source each figure comes: the best one that has it, for all months alike."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalSyncError

from tap_gorgias._throttle import ordered_map
from tap_gorgias.statistics.figures import FIGURES, SourceError
from tap_gorgias.statistics.legacy import Legacy
from tap_gorgias.statistics.raw import Raw
from tap_gorgias.statistics.reporting import Reporting

if TYPE_CHECKING:
    from tap_gorgias.months import Month
    from tap_gorgias.run import AccountRun, User
    from tap_gorgias.statistics.figures import Answers, Figure, Source, Subject, Values

logger = logging.getLogger(__name__)


@dataclass
class Loaded:
    """Figures of some months, and the source of each figure by its name."""

    months: list[Month]
    values: dict[tuple[Month, Subject], Values] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def take(self, figure: Figure, source: str, answers: dict[Month, Answers]) -> None:
        """Add one figure."""
        self.sources[figure.name] = source
        for month, found in answers.items():
            for subject, values in found.items():
                self.values.setdefault((month, subject), {}).update(values)


def sources_for(run: AccountRun, agents: list[User], months: list[Month]) -> list[Source]:
    """The sources that the settings allow, the best first."""
    made: dict[str, Source] = {
        "reporting": Reporting(run, agents),
        "legacy": Legacy(run, agents),
        "raw": Raw(run, months),
    }
    return [made[name] for name in run.settings.statistics_sources]


def load(run: AccountRun, agents: list[User], months: list[Month]) -> Loaded:
    """All figures of some months.

    A source that lacks a figure in one month is not used for that figure at all: the sources
    count differently, and a series of both would show a jump that never was.

    Raises:
        FatalSyncError: No source has one of the figures.
    """
    loaded = Loaded(months)
    ladder = sources_for(run, agents, months)
    announce(run, ladder[0], agents, months)
    before = run.client.bucket.requests
    for figure in FIGURES:
        _load_figure(run, ladder, figure, loaded)
    logger.info(
        "statistics read account=%s months=%d requests=%d sources=%s",
        run.account.client,
        len(months),
        run.client.bucket.requests - before,
        ",".join(f"{name}:{source}" for name, source in loaded.sources.items()),
    )
    return loaded


def announce(run: AccountRun, first: Source, agents: list[User], months: list[Month]) -> None:
    """Say how many requests are planned, and how many one per agent and figure would be."""
    planned = first.planned(FIGURES, months)
    channels = len(run.account.channels) or 1
    logger.info(
        "statistics planned account=%s agents=%d channels=%d months=%d figures=%d source=%s "
        "requests=%s one_by_one_requests=%d",
        run.account.client,
        len(agents),
        channels,
        len(months),
        len(FIGURES),
        first.name,
        "unknown" if planned is None else planned,
        len(agents) * channels * len(months) * len(FIGURES),
    )


def _read(
    run: AccountRun, source: Source, figure: Figure, months: list[Month]
) -> dict[Month, Answers]:
    """A figure's months, some of them asked for at a time where that is of any use."""
    workers = run.settings.statistics_concurrency if source.is_remote else 1
    found = ordered_map(lambda month: source.read(figure, month), months, workers=workers)
    return dict(zip(months, found, strict=True))


def _load_figure(run: AccountRun, ladder: list[Source], figure: Figure, loaded: Loaded) -> None:
    reasons = []
    for source in ladder:
        try:
            answers = _read(run, source, figure, loaded.months)
        except SourceError as lacking:
            reasons.append(str(lacking))
            logger.warning(
                "figure not available account=%s figure=%s source=%s reason=%s",
                run.account.client,
                figure.name,
                source.name,
                lacking,
            )
            continue
        loaded.take(figure, source.name, answers)
        return
    raise FatalSyncError(f"No source has the figure {figure.name}: {' '.join(reasons)}")
