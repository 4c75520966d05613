"""How the stand-in behaves: tier, latency, scripted faults, and what nobody knows for sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sandbox.faults import DisturbableBehaviour, ScriptedFault

FaultKind = Literal[
    "429_burst",
    "429_search",
    "429_daily",
    "search_limit_500",
    "500",
    "502",
    "503",
    "504",
    "521",
    "523",
    "524",
    "530",
    "423",
    "477",
    "reset",
    "cut",
    "truncated",
    "html",
    "empty_page",
    "repeat_token",
]
# These change the answer instead of replacing it, so the request is served first.
SPOILING = frozenset({"truncated", "cut", "empty_page", "repeat_token"})


@dataclass
class Fault(ScriptedFault):
    """A scripted fault of HubSpot's.

    "reset" drops the connection without a reply, "cut" drops it in the middle of the body,
    "truncated" ends the JSON early in a well-formed reply, "html" is a 200 with a web page,
    "empty_page" is a page without results that still has a next cursor, "repeat_token" hands
    out the cursor that was asked with.
    """

    kinds = frozenset(get_args(FaultKind))
    kind: FaultKind


@dataclass
class Behaviour(DisturbableBehaviour[Fault]):
    """Everything about the vendor's side that a test may want different; change it any time.

    Attributes:
        tier: Decides the budgets: free, professional, enterprise, addon or oauth.
        limits: False serves without any rate limit; headers then tell of a million requests.
        burst_limit: Overrides the tier's requests per rolling 10 s.
        daily_limit: Overrides the tier's requests per account and day.
        association_limit: Overrides the tier's association requests per rolling 10 s.
        search_limit: Search requests per rolling second and account.
        search_counts_daily: Whether searches use up the daily budget; nobody knows.
        retry_after: When a burst 429 carries Retry-After: never, sometimes (every other one)
            or always. Search 429s never do.
        search_limit_as_500: Answer an exceeded search limit as 500 RATE_LIMITS.
        cursor: "id": `after` is the lowest id of the next page, any number may be sought;
            "opaque": only cursors the server gave out, others are a 400; "from_start": an
            unknown cursor silently begins at the first record.
        over_limit: What a list `limit` above the maximum does: "reject" (400) or "clamp".
        association_page: Associations per input and page of a batch read.
        datetime_as_ms: Datetime properties that are answered as epoch milliseconds.
        history_limit: Versions kept per property (contacts keep 45); None keeps all.
        history_newest_first: Order of propertiesWithHistory.
        batch_follows_merges: Whether batch read answers merged-away ids with the survivor.
        epoch_zero_500: Whether a search with a time bound of 0 fails with 500.
        missing_scope_key: Context key naming the scopes in a 403.
    """

    tier: str = "professional"
    burst_limit: int | None = None
    daily_limit: int | None = None
    association_limit: int | None = None
    search_limit: int = 5
    search_counts_daily: bool = True
    retry_after: Literal["never", "sometimes", "always"] = "sometimes"
    search_limit_as_500: bool = False
    cursor: Literal["id", "opaque", "from_start"] = "id"
    over_limit: Literal["reject", "clamp"] = "reject"
    association_page: int = 500
    datetime_as_ms: frozenset[str] = frozenset()
    history_limit: int | None = None
    history_newest_first: bool = True
    batch_follows_merges: bool = False
    epoch_zero_500: bool = True
    missing_scope_key: str = "requiredGranularScopes"
