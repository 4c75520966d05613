"""What Google's refusals mean and what to do about them; never what a cell held."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

if TYPE_CHECKING:
    from gspread.exceptions import APIError

_PLACE = re.compile(r"Invalid requests\[\d+\]\.(\w+)")
_MOVED = re.compile(
    r"exceeds grid limits|doesn't exist|is out of bounds|No grid with id|must be less than"
    r"|beyond the last|already exists|outside of the grid|Unable to parse range",
    re.IGNORECASE,
)
_LOST_TOKEN = re.compile(r"deleteProtectedRange: .*(No protected range|not found)", re.IGNORECASE)


class SheetsError(FatalSyncError):
    """Google refused something for good; the text says what to do."""


class BusyError(FatalSyncError):
    """Another run writes to the spreadsheet."""


class MovedError(Exception):
    """The spreadsheet is not as it was read; nothing was applied, read again."""


class UnclearError(Exception):
    """Nobody can say yet whether a request was carried out."""


@dataclass(frozen=True)
class Refusal:
    """A refusal's parts that are safe to tell.

    Attributes:
        code: The HTTP status.
        status: Google's word for it.
        message: Google's sentence; it may hold a cell's content and is never shown.
        reason: ErrorInfo's reason, if any.
        project: The project's number, if told.
    """

    code: int
    status: str
    message: str
    reason: str = ""
    project: str = ""

    @property
    def moved(self) -> bool:
        """The sheet is not as it was when it was read; nothing was applied."""
        return self.code == 400 and bool(_MOVED.search(self.message)) and not self.lost_token  # noqa: PLR2004

    @property
    def lost_token(self) -> bool:
        """The checkpoint that the request replaces is not there."""
        return self.code == 400 and bool(_LOST_TOKEN.search(self.message))  # noqa: PLR2004


def refusal_of(error: APIError) -> Refusal:
    """Take a gspread error apart; a body that is not JSON leaves the HTTP status."""
    body: Any = error.error if isinstance(error.error, dict) else {}
    details = body.get("details") or []
    info = next((each for each in details if isinstance(each, dict) and "reason" in each), {})
    consumer = str((info.get("metadata") or {}).get("consumer", ""))
    return Refusal(
        code=error.response.status_code,
        status=str(body.get("status", "")),
        message=str(body.get("message", "")),
        reason=str(info.get("reason", "")),
        project=consumer.rpartition("/")[2],
    )


def explain(refusal: Refusal, account: str, *, writing: bool) -> str:
    """Return reason and instruction for a refusal that waiting does not mend.

    Args:
        refusal: What Google answered.
        account: The service account's address.
        writing: The request was to change something.
    """
    if refusal.code == 403:  # noqa: PLR2004
        return _forbidden(refusal, account, writing=writing)
    if refusal.code == 404:  # noqa: PLR2004
        return (
            "Google knows no spreadsheet with this id. Check spreadsheet_id: it is the part of "
            "the address between /d/ and /edit."
        )
    if refusal.code == 401:  # noqa: PLR2004
        return (
            "Authentication failed: Google does not take the service account's key. Make a new "
            f"JSON key for {account} and set it as credentials."
        )
    return _bad_request(refusal)


def _forbidden(refusal: Refusal, account: str, *, writing: bool) -> str:
    if refusal.reason == "SERVICE_DISABLED" or "has not been used in project" in refusal.message:
        return (
            f"The Google Sheets API is off in project {refusal.project or 'of the account'}. "
            "Enable it under APIs & Services in the Google Cloud console, wait a few minutes, "
            "and run again."
        )
    if writing:
        return (
            f"The service account {account} may read the spreadsheet but not change it. Share "
            "it with that address as Editor."
        )
    return (
        f"The spreadsheet is not shared with the service account. Open it, press Share and add "
        f"{account} as Editor."
    )


_KNOWN = (
    (
        "protected cell or object",
        (
            "A person has protected cells that this target writes. Open Data > Protect sheets and "
            "ranges and let the service account edit them, or remove the protection."
        ),
    ),
    (
        "number of cells in the workbook",
        (
            "The write would exceed Google's limit of 10,000,000 cells. Delete worksheets or empty "
            "rows, shorten retention_days, or use another spreadsheet."
        ),
    ),
    (
        "characters in a single cell",
        "A cell would exceed Google's limit of 50,000 characters.",
    ),
    (
        "payload size exceeds",
        "The request is larger than Google takes. Lower batch_size_bytes.",
    ),
    (
        "not supported for this document",
        (
            "The file is not a Google spreadsheet but an Office file. Open it and choose File > "
            "Save as Google Sheets, then use the new file's id."
        ),
    ),
    (
        "merged",
        "Cells that this target writes are merged. Unmerge them and run again.",
    ),
    (
        "non-frozen rows",
        "All rows below the frozen header would be deleted. Add an empty row at the end.",
    ),
)


def _bad_request(refusal: Refusal) -> str:
    for words, meaning in _KNOWN:
        if words in refusal.message:
            return meaning
    place = _PLACE.search(refusal.message)
    where = f" at {place[1]}" if place else ""
    return (
        f"Google refused the request{where} with {refusal.code} {refusal.status}. If nobody has "
        "just restructured the spreadsheet, report this as a fault of target-gsheets."
    )
