"""The list of accounts in a Google spreadsheet: one row per client and channel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import requests
from singer_sdk.exceptions import ConfigValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Values = Sequence[Sequence[Any]]
    Open = Callable[[str, str], Values]

COLUMNS = ("Client", "Authentication", "Channel")
_SEPARATORS = re.compile(r"[,;\n]")
_INSTALL = (
    "Reading the accounts from a sheet needs the extra: "
    "install tap-gorgias[sheet], or use the setting accounts."
)


def first_worksheet(credentials_path: str, sheet_id: str) -> Values:
    """All cells of a spreadsheet's first worksheet, as text.

    Raises:
        ConfigValidationError: The extra, the key file, the spreadsheet or the right to read it
            is missing.
    """
    try:
        import gspread  # noqa: PLC0415 - an extra that most runs do without
        from google.auth.exceptions import GoogleAuthError, TransportError  # noqa: PLC0415
    except ModuleNotFoundError:
        raise _wrong(_INSTALL) from None
    try:
        client = gspread.service_account(
            filename=credentials_path, scopes=gspread.auth.READONLY_SCOPES
        )
        return client.open_by_key(sheet_id).get_worksheet(0).get_all_values()
    except (requests.RequestException, TransportError):
        raise _wrong(
            "Google could not be reached to read the spreadsheet of accounts. Check the network, "
            "then run again."
        ) from None
    except FileNotFoundError:
        raise _wrong(
            f"There is no service account key at {credentials_path}. Put it there, or name its "
            "place in google_credentials_path."
        ) from None
    except (ValueError, GoogleAuthError):
        raise _wrong(
            f"The file {credentials_path} is no valid service account key. "
            "Create a new key and put it there."
        ) from None
    except (gspread.exceptions.GSpreadException, PermissionError):
        raise _wrong(
            "The spreadsheet of accounts could not be read. Check accounts_sheet_id and share the "
            "spreadsheet with the service account's address."
        ) from None


def entries_of(values: Values) -> list[dict[str, Any]]:
    """The rows of the sheet as entries of the setting `accounts`.

    Several channels of a client may stand in rows of their own or in one cell, with commas.

    Raises:
        ConfigValidationError: A column is missing, or nothing is listed.
    """
    headings = [" ".join(str(cell).split()) for cell in values[0]] if values else []
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        raise _wrong(
            f"The sheet of accounts has no column {' and no column '.join(missing)}. Its first "
            f"row has to hold the headings {', '.join(COLUMNS)}."
        )
    places = [headings.index(name) for name in COLUMNS]
    rows = [[_cell(row, place) for place in places] for row in values[1:]]
    entries = [_entry(*cells) for cells in rows if any(cells)]
    if not entries:
        raise _wrong("The sheet of accounts lists no client. Add a row for each.")
    return entries


def read_entries(
    credentials_path: str, sheet_id: str, open_sheet: Open = first_worksheet
) -> list[dict[str, Any]]:
    """The accounts that a spreadsheet lists.

    Raises:
        ConfigValidationError: It cannot be read, or is not of the agreed form.
    """
    return entries_of(open_sheet(credentials_path, sheet_id))


def _entry(client: str, authentication: str, channel: str) -> dict[str, Any]:
    channels = [name.strip() for name in _SEPARATORS.split(channel)]
    return {"client": client, "authorization": authentication, "channels": channels}


def _cell(row: Sequence[Any], place: int) -> str:
    return str(row[place]).strip() if place < len(row) else ""


def _wrong(reason: str) -> ConfigValidationError:
    return ConfigValidationError("the sheet of accounts", errors=[reason])
