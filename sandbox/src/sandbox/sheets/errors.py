"""Google's error envelope, and the errors by meaning."""

from __future__ import annotations

from typing import Any

BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_REASONS = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    429: "rateLimitExceeded",
    500: "backendError",
    503: "backendError",
}


class SheetsError(Exception):
    """An error answer of Sheets or Drive."""

    def __init__(
        self,
        code: int,
        status: str,
        message: str,
        details: list[dict[str, Any]] | None = None,
        *,
        reason: str | None = None,
        domain: str = "global",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = details
        self.reason = reason or _REASONS.get(code, "backendError")
        self.domain = domain

    def within(self, prefix: str) -> SheetsError:
        """Return the same error, told of one part of a batch; others than 400 stay as they are."""
        if self.code != 400:  # noqa: PLR2004
            return self
        return SheetsError(self.code, self.status, f"{prefix}: {self.message}", self.details)

    def body(self, *, with_errors: bool) -> dict[str, Any]:
        """Return the envelope; Drive, and Sheets under `alt=json`, tell `errors` too."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if with_errors:
            error["errors"] = [
                {"message": self.message, "domain": self.domain, "reason": self.reason}
            ]
        error["status"] = self.status
        if self.details:
            error["details"] = self.details
        return {"error": error}


def invalid(message: str, details: list[dict[str, Any]] | None = None) -> SheetsError:
    """Return the 400 of a request that breaks a rule."""
    return SheetsError(400, "INVALID_ARGUMENT", message, details)


def violation(field: str, description: str, message: str | None = None) -> SheetsError:
    """Return the 400 of a request that does not fit the API's contract."""
    detail = {"field": field, "description": description} if field else {"description": description}
    return invalid(message or description, [{"@type": BAD_REQUEST, "fieldViolations": [detail]}])


def precondition(message: str) -> SheetsError:
    """Return the 400 of a document that is not fit for the request."""
    return SheetsError(400, "FAILED_PRECONDITION", message)


def unauthenticated() -> SheetsError:
    """Return the 401 of a token that is wrong or too old."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential. "
        "See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    return SheetsError(401, "UNAUTHENTICATED", message)


def unregistered() -> SheetsError:
    """Return the 403 of a request without any credential."""
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API."
    )
    return SheetsError(403, "PERMISSION_DENIED", message)


def forbidden() -> SheetsError:
    """Return the 403 of a file that is not shared with the caller, or not for writing."""
    return SheetsError(403, "PERMISSION_DENIED", "The caller does not have permission")


def missing_scope(service: str) -> SheetsError:
    """Return the 403 of a token that was not made for this API."""
    detail = {
        "@type": ERROR_INFO,
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": service},
    }
    message = "Request had insufficient authentication scopes."
    return SheetsError(
        403, "PERMISSION_DENIED", message, [detail], reason="insufficientPermissions"
    )


def not_enabled(project: int) -> SheetsError:
    """Return the 403 of a project that has not switched the API on."""
    link = f"https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project={project}"
    message = (
        f"Google Sheets API has not been used in project {project} before or it is disabled. "
        f"Enable it by visiting {link} then retry. If you enabled this API recently, wait a few "
        "minutes for the action to propagate to our systems and retry."
    )
    metadata = {"service": "sheets.googleapis.com", "consumer": f"projects/{project}"}
    detail = {
        "@type": ERROR_INFO,
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    return SheetsError(
        403,
        "PERMISSION_DENIED",
        message,
        [detail],
        reason="accessNotConfigured",
        domain="usageLimits",
    )


def no_storage() -> SheetsError:
    """Return the 403 of a service account that wants to own a file."""
    message = "The user's Drive storage quota has been exceeded."
    return SheetsError(
        403, "PERMISSION_DENIED", message, reason="storageQuotaExceeded", domain="usageLimits"
    )


def not_found() -> SheetsError:
    """Return the 404 of an unknown id."""
    return SheetsError(404, "NOT_FOUND", "Requested entity was not found.")


def no_such_page() -> SheetsError:
    """Return the 404 of a path that is no endpoint."""
    return SheetsError(404, "NOT_FOUND", "Requested entity was not found.")


def unavailable() -> SheetsError:
    """Return the 503."""
    return SheetsError(503, "UNAVAILABLE", "The service is currently unavailable.")


def internal() -> SheetsError:
    """Return the 500."""
    return SheetsError(500, "INTERNAL", "Internal error encountered.")
