"""How the stand-in behaves: rate, plan, faults, and what nobody knows for sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sandbox.faults import DisturbableBehaviour, ScriptedFault
from sandbox.livechat.errors import ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable

SPOILING = frozenset({"truncated", "cut", "empty_page", "repeat_page"})
"""These change an answer instead of replacing it, so the request is served first."""

EDGE_PAGES = {"502": "Bad Gateway", "503": "Service Unavailable", "504": "Gateway Time-out"}
KINDS = (
    SPOILING
    | ERRORS.keys()
    | EDGE_PAGES.keys()
    | {"429", "429_envelope", "500", "html", "empty", "reset", "hang"}
)
"""What a fault may be. A documented error type answers with its envelope; "429" and "500" are
short for theirs; "429_envelope" is `too_many_requests` inside a 200; the other numbers are pages
of the proxy in front, "html" is such a page with a 200, "empty" a 200 without a body. "reset"
drops the connection unanswered, "cut" in the middle of the body, "hang" says nothing until the
caller gives up, "truncated" ends the JSON early in a well-formed reply, "empty_page" takes a
page's rows away and keeps them for the next one, "repeat_page" hands out the page id that was
asked with."""


@dataclass
class Fault(ScriptedFault):
    """A scripted fault of one of `KINDS`.

    Raises:
        ValueError: There is no such kind.
    """

    kinds = KINDS


@dataclass
class Behaviour(DisturbableBehaviour[Fault]):
    """Everything about the vendor's side that a test may want different; change it any time.

    Attributes:
        requests_per_minute: Requests per credential and rolling 60 s; the vendor publishes no
            figure, 180 is what people tell each other.
        limit_per_method: Whether every method has that budget of its own.
        block_seconds: How long a credential is refused after it went too far; 0 lets the
            window roll.
        retry_after: When a 429 carries Retry-After: never (nobody has seen one), sometimes
            (every other one) or always.
        limit_as_200: Answer `too_many_requests` as an error envelope with status 200.
        statuses: Other statuses than the assumed ones, by error type.
        region: The region that answers here.
        page_seconds: How long a page id lives.
        page_ties: "kept": a page begins after the last row of the one before; "lost": after
            its instant, so that others of that very microsecond are never seen.
        trailing_page: Whether a full last page has a next page id all the same, which then
            leads to an empty page.
        found_chats: "estimate" is a little off, "exact" is not.
        range_compares: What `from` and `to` are held against: when a thread was "created", or
            its last "activity".
        range_end: Whether `to` itself is "included" or "excluded".
        slow_above: Date ranges with more threads than that time out (`request_timeout`); None
            answers all.
        archives_hold_active: Whether open threads are in the archive already.
        archive_months: The plan's archive age; None is unlimited.
        archive_limit: What happens beyond it: threads without events ("restrict"), no such
            threads ("omit"), or `limit_reached` for a range that reaches there ("refuse").
        tags_need_groups: Whether `list_tags` without group_ids is refused.
        bots_in_reports: Whether agents' performance counts bots.
        before_serving: Called with "METHOD path" right before an answer is made, so that the
            archive can change between two pages.
    """

    requests_per_minute: int = 180
    limit_per_method: bool = False
    block_seconds: float = 0.0
    retry_after: Literal["never", "sometimes", "always"] = "never"
    limit_as_200: bool = False
    statuses: dict[str, int] = field(default_factory=dict)
    region: str = "dal"
    page_seconds: int = 30 * 86_400
    page_ties: Literal["kept", "lost"] = "kept"
    trailing_page: bool = False
    found_chats: Literal["estimate", "exact"] = "estimate"
    range_compares: Literal["created", "activity"] = "created"
    range_end: Literal["included", "excluded"] = "included"
    slow_above: int | None = None
    archives_hold_active: bool = True
    archive_months: int | None = None
    archive_limit: Literal["restrict", "omit", "refuse"] = "restrict"
    tags_need_groups: bool = True
    bots_in_reports: bool = False
    before_serving: Callable[[str], object] | None = None
