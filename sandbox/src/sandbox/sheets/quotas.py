"""The quotas: so many reads and so many writes a minute, per user and per project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sandbox.sheets.accounts import PROJECT
from sandbox.sheets.errors import ERROR_INFO, SheetsError

if TYPE_CHECKING:
    from sandbox.sheets.behaviour import Behaviour

Kind = Literal["read", "write"]
_MINUTE = 60
_SERVICE = "sheets.googleapis.com"
_HELP = "type.googleapis.com/google.rpc.Help"


class Quotas:
    """Counts requests by minutes of the clock: a bucket is full again when the minute is over."""

    def __init__(self) -> None:
        self._minute = -1
        self._used: dict[tuple[Kind, str], int] = {}

    def take(self, kind: Kind, user: str, now: float, behaviour: Behaviour) -> None:
        """Take one request out of the user's and the project's bucket.

        Raises:
            SheetsError: One of them is empty (429).
        """
        minute = int(now // _MINUTE)
        if minute != self._minute:
            self._minute = minute
            self._used.clear()
        if behaviour.limits:
            self._refuse(kind, user, behaviour.user_limit, per_user=True)
            self._refuse(kind, "", behaviour.project_limit, per_user=False)
        for name in (user, ""):
            self._used[kind, name] = self._used.get((kind, name), 0) + 1

    def _refuse(self, kind: Kind, name: str, limit: int, *, per_user: bool) -> None:
        if self._used.get((kind, name), 0) >= limit:
            raise exhausted(kind, limit, per_user=per_user)


def exhausted(kind: Kind, limit: int, *, per_user: bool = True) -> SheetsError:
    """Return the 429 of an empty bucket."""
    name = f"{kind.capitalize()}RequestsPerMinutePer{'User' if per_user else 'Project'}"
    text = f"{kind.capitalize()} requests per minute{' per user' if per_user else ''}"
    message = (
        f"Quota exceeded for quota metric '{kind.capitalize()} requests' and limit '{text}' of "
        f"service '{_SERVICE}' for consumer 'project_number:{PROJECT}'."
    )
    metadata = {
        "quota_limit": name,
        "quota_limit_value": str(limit),
        "quota_metric": f"{_SERVICE}/{kind}_requests",
        "quota_location": "global",
        "consumer": f"projects/{PROJECT}",
        "service": _SERVICE,
    }
    info: dict[str, Any] = {
        "@type": ERROR_INFO,
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    link = {
        "description": "Request a higher quota limit.",
        "url": "https://cloud.google.com/docs/quotas/help/request_increase",
    }
    details = [info, {"@type": _HELP, "links": [link]}]
    return SheetsError(429, "RESOURCE_EXHAUSTED", message, details)
