"""The scopes of the new statistics: measures, dimensions, and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.gorgias.statistics import contributions as made
from sandbox.gorgias.statistics import measures as m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sandbox.gorgias.behaviour import Behaviour
    from sandbox.gorgias.statistics.contributions import Contribution
    from sandbox.gorgias.statistics.dossiers import Dossier

    Measure = Callable[[Sequence[Contribution]], m.Number | None]
    Kind = Callable[[Dossier, Behaviour], Iterator[Contribution]]

PERIOD = frozenset({"periodStart", "periodEnd"})
MEMBERS = PERIOD | {
    "agentId", "teamId", "channel", "integrationId", "storeId", "tags", "customFields", "status",
    "eventType", "slaPolicyUuid", "customFieldId", "score",
}  # fmt: skip
OPERATORS = frozenset(
    {"one-of", "not-one-of", "all-of", "afterDate", "beforeDate", "set", "inDateRange", "contains"}
)
GRANULARITIES = frozenset({"hour", "day", "week", "month"})
_USUAL = ("agentId", "channel", "integrationId", "storeId")
_IMPERSONAL = ("channel", "integrationId", "storeId")


@dataclass(frozen=True)
class Scope:
    """One kind of statistic.

    Attributes:
        measures: By name.
        kind: Makes the contributions; None where this stand-in has no such objects.
        time_dimension: The name of the instant that contributions are put into periods by.
        dimensions: What rows may be grouped by.
    """

    measures: Mapping[str, Measure]
    kind: Kind | None
    time_dimension: str = "createdDatetime"
    dimensions: tuple[str, ...] = _USUAL


_TICKETS: Mapping[str, Measure] = {"ticketCount": m.count}
_FIRST = {"medianFirstResponseTime": m.median_seconds}
_VOICE = ("agentId", "integrationId", "phoneNumberId", "queueId")

SCOPES: dict[str, Scope] = {
    "first-response-time": Scope(_FIRST, made.first_responses, "firstAgentMessageDatetime"),
    "human-first-response-time": Scope(
        _FIRST, made.human_first_responses, "firstAgentMessageDatetime"
    ),
    "one-touch-tickets": Scope(_TICKETS, made.one_touches, "closedDatetime"),
    "tickets-closed": Scope(_TICKETS, made.closings, "closedDatetime"),
    "messages-sent": Scope({"messagesCount": m.count}, made.sent_messages, "sentDatetime"),
    "satisfaction-surveys": Scope(
        {
            "averageSurveyScore": m.mean,
            "scoredSurveysCount": m.scored,
            "responseRate": m.response_rate,
            "sentSurveysCount": m.sent_surveys,
        },
        made.surveys,
    ),
    "resolution-time": Scope({"medianResolutionTime": m.median_seconds}, made.resolutions),
    "response-time": Scope(
        {"medianResponseTime": m.median_seconds}, made.responses, "sentDatetime"
    ),
    "tickets-created": Scope(_TICKETS, made.creations),
    "tickets-open": Scope(_TICKETS, made.open_tickets),
    "tickets-replied": Scope(_TICKETS, made.replied_tickets),
    "messages-per-ticket": Scope({"averageMessagesCount": m.mean}, made.creations),
    "ticket-handle-time": Scope({"averageHandleTime": m.nothing}, made.creations),
    "zero-touch-tickets": Scope(_TICKETS, made.zero_touches, "closedDatetime", _IMPERSONAL),
    "messages-received": Scope(
        {"messagesCount": m.count}, made.received_messages, "sentDatetime", _IMPERSONAL
    ),
    "workload-tickets": Scope(_TICKETS, made.open_tickets, dimensions=("agentId",)),
    "tags": Scope(_TICKETS, made.tag_uses, "timestamp", ("tagId",)),
    "ticket-fields": Scope(_TICKETS, made.field_values, dimensions=("customFieldValue",)),
    "ticket-sla": Scope(_TICKETS, None, "anchorDatetime", ("status",)),
    "auto-qa": Scope(
        {"averageRatingScore": m.mean}, None, "closedDatetime", (*_USUAL, "categoryName")
    ),
    "automated-interactions": Scope(
        {"automatedInteractions": m.count},
        made.rule_answers,
        dimensions=("eventType", *_IMPERSONAL),
    ),
    "automation-rate": Scope(
        {
            "automationRate": m.nothing,
            "automatedTicketCount": m.nothing,
            "ticketCount": m.count,
        },
        made.creations,
        dimensions=_IMPERSONAL,
    ),
    "online-time": Scope({"onlineTime": m.nothing}, None, "timestamp", ("agentId",)),
    "knowledge-insights": Scope(
        {"viewsCount": m.nothing, "clicksCount": m.nothing}, None, dimensions=()
    ),
    "voice-calls": Scope({"voiceCallsCount": m.count}, None, dimensions=_VOICE),
    "voice-calls-summary": Scope(
        {"voiceCallsCount": m.count, "totalDuration": m.nothing}, None, dimensions=_VOICE
    ),
    "voice-agent-events": Scope(
        {"voiceAgentEventsCount": m.count}, None, "timestamp", ("agentId", "integrationId")
    ),
}
