"""Replies and the error envelope."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.exchange import HTML, Reply

__all__ = [
    "HTML",
    "JSON",
    "ApiError",
    "Reply",
    "html_page",
    "invalid",
    "json_reply",
    "missing_scopes",
    "unauthenticated",
]

JSON = b"application/json;charset=utf-8"
_DOCS = "https://developers.hubspot.com"


def json_reply(value: Any, status: int = 200, records: int = 0) -> Reply:
    """Return a JSON reply."""
    return Reply(status, msgspec.json.encode(value), JSON, records=records)


class ApiError(Exception):
    """An error answer; fields that are None are left out of the envelope."""

    def __init__(
        self,
        status: int,
        message: str | None,
        category: str | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.fields = fields
        self.retry_after: float | None = None

    def reply(self, correlation_id: str) -> Reply:
        """Return the envelope; a message of None is HubSpot's empty body."""
        if self.message is None:
            return Reply(self.status, b"", JSON, self._headers())
        body = {
            "status": "error",
            "message": self.message,
            "correlationId": correlation_id,
            **self.fields,
        }
        if "policyName" in self.fields:
            body["requestId"] = correlation_id.replace("-", "")
        if self.category:
            body["category"] = self.category
        reply = json_reply(body, self.status)
        reply.headers = self._headers()
        return reply

    def _headers(self) -> list[tuple[bytes, bytes]]:
        if self.retry_after is None:
            return []
        return [(b"retry-after", f"{self.retry_after:g}".encode())]


def invalid(message: str) -> ApiError:
    """Return the 400 of a request that breaks a rule."""
    return ApiError(400, message, "VALIDATION_ERROR")


def unauthenticated() -> ApiError:
    """Return the 401 of a missing or unknown token."""
    message = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and "
        f"you can find more details at {_DOCS}/docs/methods/auth/oauth-overview"
    )
    return ApiError(401, message, "INVALID_AUTHENTICATION")


def missing_scopes(scopes: list[str], key: str) -> ApiError:
    """Return the 403 that names the scopes of which one would do."""
    message = (
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {_DOCS}/scopes."
    )
    detail = {
        "message": "One or more of the following scopes are required.",
        "context": {key: scopes},
    }
    links = {"scopes": f"{_DOCS}/scopes"}
    return ApiError(403, message, "MISSING_SCOPES", errors=[detail], links=links)


def html_page(status: int, title: str) -> Reply:
    """Return what the edge in front of the API answers: a small web page."""
    page = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n"
        "</body>\r\n</html>\r\n"
    )
    return Reply(status, page.encode(), HTML)
