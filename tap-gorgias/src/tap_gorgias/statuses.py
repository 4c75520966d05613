"""What each HTTP status of Gorgias means and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Action(Enum):
    """What the client does with a reply."""

    ACCEPT = "accept"
    RETRY = "retry"
    FAIL = "fail"
    DENY = "deny"


@dataclass(frozen=True)
class Verdict:
    """An action with its reason and the instruction for a person."""

    action: Action
    meaning: str
    instruction: str


_RETRY = "The request is repeated; if this goes on, run again later"
_SUPPORT = "Report it with the request id to Gorgias' support, or open an issue"
VERDICTS: dict[int, Verdict] = {
    200: Verdict(Action.ACCEPT, "success", ""),
    201: Verdict(Action.ACCEPT, "success", ""),
    301: Verdict(Action.FAIL, "the object was merged into another", _SUPPORT),
    400: Verdict(Action.FAIL, "Gorgias refused the request as wrong", _SUPPORT),
    401: Verdict(
        Action.DENY,
        "the authorization is wrong or revoked",
        "Create an API key under Settings, Account, REST API, and put base64 of email:key "
        "into this client's authorization",
    ),
    403: Verdict(
        Action.FAIL,
        "the key's user, or the account's plan, may not read this",
        "Give the user the rights, or deselect the stream",
    ),
    404: Verdict(
        Action.FAIL,
        "there is no such account or resource",
        "Check the client's name, which is the first part of its Gorgias address, and api_base_url",
    ),
    405: Verdict(Action.FAIL, "the method is not allowed", _SUPPORT),
    408: Verdict(Action.RETRY, "the request took too long", _RETRY),
    409: Verdict(Action.FAIL, "there is a conflict", _SUPPORT),
    429: Verdict(Action.RETRY, "the rate limit was reached", _RETRY),
    500: Verdict(Action.RETRY, "Gorgias failed", _RETRY),
    502: Verdict(Action.RETRY, "Gorgias' gateway failed", _RETRY),
    503: Verdict(Action.RETRY, "Gorgias is overloaded", _RETRY),
    504: Verdict(Action.RETRY, "Gorgias did not answer its gateway", _RETRY),
}
_UNKNOWN = Verdict(Action.FAIL, "a status this tap does not know", _SUPPORT)
_SERVER_ERROR = 500
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}").fullmatch


def judge(status: int) -> Verdict:
    """Decide about a reply; unknown 5xx are repeated, everything else unknown is fatal."""
    if status in VERDICTS:
        return VERDICTS[status]
    return VERDICTS[500] if status >= _SERVER_ERROR else _UNKNOWN


def explain(what: str, status: int, request_id: str | None, verdict: Verdict) -> str:
    """A message: reason, then instruction. Bodies may quote customers, so none is used."""
    known = f" (request {request_id})" if request_id and _REQUEST_ID(request_id) else ""
    return f"{what}: Gorgias answered {status}{known}: {verdict.meaning}. {verdict.instruction}."
