"""How the stand-in behaves: limits, plans, faults, and what nobody outside knows for sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sandbox.faults import DisturbableBehaviour, ScriptedFault

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KINDS = frozenset(
    {"429", "403", "500", "502", "503", "504", "reset", "truncated", "cut", "html", "hang"}
)
SPOILING = frozenset({"truncated", "cut"})
EVERYWHERE = "*"
BROKEN_SCOPES = frozenset(
    {"automation-rate", "online-time", "voice-calls", "voice-calls-summary", "voice-agent-events"}
)


@dataclass
class Fault(ScriptedFault):
    """A scripted fault of Gorgias.

    The path it is matched against begins with the account. "reset" drops the connection without
    a reply, "cut" in the middle of the body, "truncated" ends the JSON early in a well-formed
    reply, "html" is a 200 with a web page, "hang" says nothing until the client gives up.

    Raises:
        ValueError: There is no such kind.
    """

    kinds = KINDS


@dataclass
class Behaviour(DisturbableBehaviour[Fault]):
    """Everything about the vendor's side that a test may want different; change it any time.

    Attributes:
        limits: False serves without any rate limit; the headers then tell of one request.
        key_bucket: Requests an API key may make at once; they leak away within 20 s.
        oauth_bucket: The same for an OAuth token.
        retry_after: What a 429 carries: "seconds", "missing" or "zero".
        call_limit_header: Whether answers carry X-Gorgias-Account-Api-Call-Limit.
        refused_statistics: By account (or "*" for all), which of "reporting" and "legacy" its
            plan has not.
        refusal_status: What a refused statistics call answers: 403, 404 or 500.
        broken_scopes: By account (or "*"), the scopes that always answer 500.
        count_lag_ms: How late a ticket's messages_count and excerpt are.
        null_rows: Whether agents asked for by id come with null measures when they did nothing.
        bucket_key: How a time bucket is called in a row: by its dimension, or with the
            granularity behind a dot. Nobody has shown it.
        integer_values: Whether filter values may be numbers instead of text. Not known.
        survey_measures: The measures of scope satisfaction-surveys; `sentSurveysCount` exists in
            the vendor's own web client, but not for this scope as far as known.
        rate_as_fraction: Whether responseRate is 0 to 1 instead of 0 to 100. Not known.
        resolution_period: Which instant puts a resolution into a period: "closed" or "created".
            The new API names createdDatetime as its time dimension; not known.
        survey_period: The same for surveys in the new API: "created", "sent" or "scored".
        legacy_survey_period: The same in the legacy API.
        attribution: Whom closed tickets and surveys belong to: the assignee "now", or the one
            who "closed" the ticket. Not known.
        bot_replies: Whether replies of users with role bot count as first responses.
        failed_messages: Whether messages that could not be delivered count as sent.
        stale_merges: Whether statistics still count tickets that were merged away since, so that
            they disagree a little with the raw objects.
        legacy_maximum_days: Longest period of the legacy API; None for any.
        events_days: How far back events go; None for all. Not known.
    """

    key_bucket: int = 40
    oauth_bucket: int = 80
    retry_after: Literal["seconds", "missing", "zero"] = "seconds"
    call_limit_header: bool = True
    refused_statistics: Mapping[str, Collection[str]] = field(default_factory=dict)
    refusal_status: int = 403
    broken_scopes: Mapping[str, Collection[str]] = field(
        default_factory=lambda: {EVERYWHERE: BROKEN_SCOPES}
    )
    count_lag_ms: int = 0
    null_rows: bool = True
    bucket_key: Literal["dimension", "dimension.granularity"] = "dimension"
    integer_values: bool = True
    survey_measures: Collection[str] = ("averageSurveyScore", "scoredSurveysCount", "responseRate")
    rate_as_fraction: bool = False
    resolution_period: Literal["closed", "created"] = "closed"
    survey_period: Literal["created", "sent", "scored"] = "created"
    legacy_survey_period: Literal["created", "sent", "scored"] = "created"
    attribution: Literal["now", "closed"] = "now"
    bot_replies: bool = True
    failed_messages: bool = False
    stale_merges: bool = False
    legacy_maximum_days: int | None = None
    events_days: int | None = None

    def refuses(self, account: str, interface: str) -> bool:
        """Whether an account's plan lacks "reporting" or "legacy" statistics."""
        lists = (self.refused_statistics.get(name, ()) for name in (account, EVERYWHERE))
        return any(interface in one for one in lists)

    def breaks(self, account: str, scope: str) -> bool:
        """Whether a scope always answers 500 for an account."""
        return any(scope in self.broken_scopes.get(name, ()) for name in (account, EVERYWHERE))
