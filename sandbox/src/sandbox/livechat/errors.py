"""The error envelope and the types it knows.

The vendor documents types and messages. Of the statuses only 401, 429 and 500 have been seen;
the others are assumptions, which `Behaviour.statuses` can replace.
"""

from __future__ import annotations

from typing import Any

ERRORS: dict[str, tuple[int, str]] = {
    "authentication": (401, "Authentication error"),
    "authorization": (403, "Authorization error"),
    "validation": (400, "Wrong format of request"),
    "not_found": (404, "Not found"),
    "too_many_requests": (429, "Too many requests"),
    "limit_reached": (403, "Limit reached"),
    "misdirected_request": (421, "Wrong region"),
    "request_timeout": (408, "Request timed out"),
    "internal": (500, "Internal server error"),
    "service_unavailable": (503, "Service unavailable"),
    "unsupported_version": (400, "Cannot call unsupported API versions."),
    "wrong_product_version": (400, "Wrong product version"),
    "license_expired": (403, "License expired"),
    "license_not_found": (404, "License not found"),
    "missing_access": (403, "Missing access"),
    "entity_too_large": (413, "Entity too large"),
    "agent_offline": (400, "Agent is offline"),
    "chat_inactive": (400, "Chat is inactive"),
    "chat_anonymized": (400, "Chat is anonymized"),
    "already_exists": (400, "Already exists"),
    "group_not_found": (404, "Group not found"),
    "ownership_transfer": (400, "Ownership transfer"),
}
"""Every documented error type: assumed status and default message."""

MISSING_HEADER = "`Authorization` header is missing"
INVALID_TOKEN = "Invalid access token"  # noqa: S105 - a message


class ApiError(Exception):
    """An error answer of one of the documented types."""

    def __init__(self, kind: str, message: str | None = None, **data: Any) -> None:
        self.status, default = ERRORS[kind]
        self.kind = kind
        self.message = message or default
        self.data = data
        self.retry_after: float | None = None
        super().__init__(self.message)

    def envelope(self) -> dict[str, Any]:
        """Return the body."""
        error: dict[str, Any] = {"type": self.kind, "message": self.message}
        if self.data:
            error["data"] = self.data
        return {"error": error}


def invalid(field: str, message: str | None = None) -> ApiError:
    """Return the error of a request that breaks a rule at `field`."""
    return ApiError("validation", message, field=field)
