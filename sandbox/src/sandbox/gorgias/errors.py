"""The error envelope, and the web pages that come instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sandbox.exchange import HTML, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable


class ApiError(Exception):
    """An error answer; `data` names fields, and only validation has it."""

    def __init__(self, status: int, message: str, data: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.data = data

    def reply(self) -> Reply:
        """Return the envelope."""
        error: dict[str, object] = {"msg": self.message}
        if self.data is not None:
            error["data"] = self.data
        return Reply(self.status, msgspec.json.encode({"error": error}))


class Moved(Exception):  # noqa: N818 - an answer, not an error
    """The object was merged: a 301 to the survivor."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location

    def reply(self) -> Reply:
        """Return the redirection."""
        return Reply(301, b"{}", headers=[(b"location", self.location.encode())])


def invalid(field: str, problem: str) -> ApiError:
    """Return the 400 of a field that breaks a rule."""
    return ApiError(400, "Invalid input.", {field: [problem]})


def unknown_choice(field: str, given: str, valid: Iterable[str]) -> ApiError:
    """Return the 400 that lists what would have been valid."""
    listed = ", ".join(sorted(valid))
    return invalid(field, f"{given!r} is not valid. Valid values are: {listed}.")


def unauthorized() -> ApiError:
    """Return the 401 of wrong or missing credentials."""
    return ApiError(401, "Unauthorized.")


def forbidden(reason: str = "") -> ApiError:
    """Return the 403 of a missing permission."""
    text = "You do not have enough permissions to perform this action."
    return ApiError(403, f"{text} {reason}".strip())


def not_found() -> ApiError:
    """Return the 404 of an object that is not there."""
    return ApiError(404, "Resource not found.")


def too_many() -> ApiError:
    """Return the 429; its body has not been seen, the usual form is assumed."""
    return ApiError(429, "Too many requests.")


def html_page(status: int, title: str) -> Reply:
    """Return what the edge in front of the API answers: a small web page."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return Reply(status, page.encode(), HTML)
