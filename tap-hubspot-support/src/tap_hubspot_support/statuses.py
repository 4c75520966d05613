"""What each HTTP status of HubSpot means and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import msgspec


class Action(Enum):
    """What the client does with a reply."""

    ACCEPT = "accept"
    RETRY = "retry"
    STOP = "stop"
    FAIL = "fail"


@dataclass(frozen=True)
class Verdict:
    """An action with its reason, the instruction for a person and the least wait in seconds."""

    action: Action
    meaning: str
    instruction: str
    wait: float = 0.0
    heavy: bool = False


_RETRY = "The request is repeated; if this goes on, run again later"
_SUPPORT = "Report it with the request id to HubSpot's support, or open an issue"
VERDICTS: dict[int, Verdict] = {
    200: Verdict(Action.ACCEPT, "success", ""),
    207: Verdict(Action.ACCEPT, "some of the inputs could not be read", ""),
    400: Verdict(Action.FAIL, "HubSpot refused the request as wrong", _SUPPORT),
    401: Verdict(
        Action.FAIL,
        "the access token is wrong, expired or revoked",
        "Create a service key in HubSpot and put it into the setting access_token",
    ),
    403: Verdict(
        Action.FAIL,
        "the access token may not read this",
        "Add the missing scope to the key in HubSpot, then run again",
    ),
    404: Verdict(
        Action.FAIL,
        "there is no such resource",
        "Check the settings api_base_url and api_version",
    ),
    414: Verdict(
        Action.FAIL,
        "the address of the request was too long",
        "Deselect some properties or lower max_url_length",
    ),
    423: Verdict(Action.RETRY, "the account is locked by heavy writes", _RETRY, wait=2.0),
    429: Verdict(Action.RETRY, "a rate limit was reached", _RETRY, wait=10.0),
    477: Verdict(
        Action.STOP,
        "the account is being moved between data centres",
        "The state is kept: run again in a few hours",
    ),
    500: Verdict(Action.RETRY, "HubSpot failed", _RETRY),
    502: Verdict(Action.RETRY, "HubSpot's gateway failed", _RETRY, heavy=True),
    503: Verdict(Action.RETRY, "HubSpot is overloaded", _RETRY),
    504: Verdict(Action.RETRY, "HubSpot did not answer its gateway", _RETRY, heavy=True),
    521: Verdict(Action.RETRY, "HubSpot is down", _RETRY),
    523: Verdict(Action.RETRY, "HubSpot cannot be reached", _RETRY),
    524: Verdict(Action.RETRY, "HubSpot took over 100 seconds", _RETRY, heavy=True),
}
_DAILY = Verdict(
    Action.STOP,
    "the account's daily limit is used up",
    "The state is kept: run again after midnight in the account's time zone",
)
_UNKNOWN = Verdict(Action.FAIL, "a status this tap does not know", _SUPPORT)
_SERVER_ERROR = 500
_SEARCH_WAIT = 1.0
_CATEGORY = re.compile(r"[A-Z][A-Z_]{0,63}").fullmatch
_CORRELATION = re.compile(r"[0-9A-Fa-f-]{8,64}").fullmatch
_SCOPE = re.compile(r"[a-z0-9_.-]{1,80}").fullmatch


class ErrorBody(msgspec.Struct, rename="camel"):
    """The fields of an error body that may be looked at; all optional, types unsure."""

    category: Any = None
    policy_name: Any = None
    error_type: Any = None
    correlation_id: Any = None
    errors: Any = None
    context: Any = None


_decoder = msgspec.json.Decoder(ErrorBody)


def read_error(body: bytes) -> ErrorBody:
    """The error body, or an empty one when it is HTML, cut off or missing."""
    try:
        return _decoder.decode(body)
    except msgspec.MsgspecError:
        return ErrorBody()


def judge(status: int, error: ErrorBody, *, search: bool) -> Verdict:
    """Decide about a reply from its status and error body."""
    if status == 429 or _is_rate_limit(error):  # noqa: PLR2004
        return _judge_limit(error, search=search)
    verdict = VERDICTS.get(status)
    if verdict is not None:
        return verdict
    if status >= _SERVER_ERROR:
        return VERDICTS[_SERVER_ERROR]
    return _UNKNOWN


def explain(what: str, status: int, error: ErrorBody, verdict: Verdict) -> str:
    """A message from allow-listed fields: reason, then instruction.

    Bodies may quote what was sent or stored, so nothing else of them is used.
    """
    details = [text for text in (_matching(_CATEGORY, error.category),) if text]
    if request := _matching(_CORRELATION, error.correlation_id):
        details.append(f"request {request}")
    meaning = verdict.meaning
    if scopes := missing_scopes(error):
        meaning = f"the access token lacks the scope {' or '.join(scopes)}"
    bracket = f" ({', '.join(details)})" if details else ""
    return f"{what}: HubSpot answered {status}{bracket}: {meaning}. {verdict.instruction}."


def missing_scopes(error: ErrorBody) -> list[str]:
    """The scopes named by a 403 body, under either of the two keys in use."""
    found: list[str] = []
    for context in (error.context, *_contexts(error.errors)):
        if isinstance(context, dict):
            for key in ("requiredGranularScopes", "requiredScopes"):
                found += [str(s) for s in _items(context.get(key)) if _SCOPE(str(s))]
    return list(dict.fromkeys(found))


def _judge_limit(error: ErrorBody, *, search: bool) -> Verdict:
    policy = str(error.policy_name)
    if policy == "DAILY":
        return _DAILY
    if search or policy == "SECONDLY":
        return replace(VERDICTS[429], wait=_SEARCH_WAIT)
    return VERDICTS[429]


def _is_rate_limit(error: ErrorBody) -> bool:
    # The search limit has been seen as a 500 whose body tells the truth.
    return bool(error.category == "RATE_LIMITS" or error.error_type == "RATE_LIMIT")


def _contexts(errors: Any) -> list[Any]:
    return [e.get("context") for e in _items(errors) if isinstance(e, dict)]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _matching(pattern: Any, value: Any) -> str | None:
    return value if isinstance(value, str) and pattern(value) else None
