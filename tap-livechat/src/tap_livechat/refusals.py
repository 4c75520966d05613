"""What each error of LiveChat means and what follows from it. The type counts, not the status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Action(Enum):
    """What the client does with a refusal."""

    RETRY = "retry"
    MOVE = "move"
    FAIL = "fail"


@dataclass(frozen=True)
class Verdict:
    """An action with its reason, the instruction for a person and the least wait in seconds."""

    action: Action
    meaning: str
    instruction: str
    wait: float = 0.0


_RETRY = "The request is repeated; if this goes on, run again later"
_SUPPORT = "Report it to LiveChat's support, or open an issue"
_HOW = (
    "Create a personal access token in LiveChat's developer console as an administrator and put it "
    "into access_token, and the account id beside it into account_id"
)
VERDICTS: dict[str, Verdict] = {
    "authentication": Verdict(Action.FAIL, "the access token is wrong, expired or revoked", _HOW),
    "authorization": Verdict(
        Action.FAIL,
        "the access token may not read this",
        "Give the token the scopes that the README lists; its maker must be an administrator",
    ),
    "missing_access": Verdict(
        Action.FAIL, "the token's agent may not see this", "Use an administrator's token"
    ),
    "validation": Verdict(Action.FAIL, "LiveChat refused the request as wrong", _SUPPORT),
    "not_found": Verdict(
        Action.FAIL, "there is no such method", "Check the settings api_base_url and api_version"
    ),
    "too_many_requests": Verdict(Action.RETRY, "the rate limit was reached", _RETRY, wait=5.0),
    "limit_reached": Verdict(
        Action.FAIL,
        "the plan does not reach that far",
        "Set start_date to a later day, or ask for a larger plan",
    ),
    "misdirected_request": Verdict(
        Action.MOVE,
        "the account lives in another region",
        "Give the token exactly as LiveChat shows it, its region prefix included",
    ),
    "request_timeout": Verdict(Action.RETRY, "the request took too long", _RETRY),
    "internal": Verdict(Action.RETRY, "LiveChat failed", _RETRY),
    "service_unavailable": Verdict(Action.RETRY, "LiveChat is overloaded", _RETRY),
    "unsupported_version": Verdict(
        Action.FAIL, "LiveChat no longer speaks this version", "Set api_version to a newer one"
    ),
    "wrong_product_version": Verdict(Action.FAIL, "the account is of another product", _SUPPORT),
    "license_expired": Verdict(Action.FAIL, "the LiveChat licence has expired", "Renew it"),
    "license_not_found": Verdict(Action.FAIL, "there is no such licence", _HOW),
    "entity_too_large": Verdict(Action.FAIL, "the request was too large", _SUPPORT),
}
_UNKNOWN = Verdict(Action.FAIL, "an error this tap does not know", _SUPPORT)
_BY_STATUS = {
    401: "authentication",
    403: "authorization",
    408: "request_timeout",
    429: "too_many_requests",
    503: "service_unavailable",
}
_SERVER_ERROR = 500
_KIND = re.compile(r"[a-z][a-z_]{0,63}").fullmatch
_REGION = re.compile(r"[a-z0-9-]{1,32}").fullmatch


@dataclass(frozen=True)
class Refusal:
    """An error reply, as far as it may be looked at: its texts may quote customers.

    Attributes:
        status: HTTP status.
        kind: The error's type; by the status where there is none.
        region: Where the account lives, if it says so.
    """

    status: int
    kind: str
    region: str | None = None

    @property
    def verdict(self) -> Verdict:
        """What follows; unknown server errors are repeated, everything else unknown is fatal."""
        if self.kind in VERDICTS:
            return VERDICTS[self.kind]
        return VERDICTS["internal"] if self.status >= _SERVER_ERROR else _UNKNOWN

    def message(self, what: str) -> str:
        """Reason, then instruction."""
        verdict = self.verdict
        return (
            f"{what}: LiveChat answered {self.status} ({self.kind}): {verdict.meaning}. "
            f"{verdict.instruction}."
        )


def refusal_in(status: int, body: Any) -> Refusal | None:
    """The refusal that a reply is; None for a success. An error inside a 200 is an error.

    Args:
        status: HTTP status.
        body: The decoded body; None when it is not JSON.
    """
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        if status < 300:  # noqa: PLR2004 - the successes
            return None
        return Refusal(
            status, _BY_STATUS.get(status, "internal" if status >= _SERVER_ERROR else "unknown")
        )
    kind, data = error.get("type"), error.get("data")
    region = data.get("region") if isinstance(data, dict) else None
    return Refusal(
        status,
        kind if isinstance(kind, str) and _KIND(kind) else "unknown",
        region if isinstance(region, str) and _REGION(region) else None,
    )
