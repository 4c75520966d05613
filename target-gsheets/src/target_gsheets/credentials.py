"""The service account and the spreadsheet's id, from settings or the environment."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.oauth2 import service_account
from singer_sdk.exceptions import ConfigValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
DEFAULT_PATH = "service_account_credentials.json"
ID_VARIABLE = "GOOGLE_SHEETS_SPREADSHEET_ID"
PATH_VARIABLE = "GOOGLE_SHEETS_CREDENTIALS_PATH"
_ADDRESS = re.compile(r"/spreadsheets/d/([A-Za-z0-9_-]+)")
_NEEDED = ("client_email", "private_key", "token_uri")


def spreadsheet_id(config: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Return the spreadsheet's id; a whole address is understood too.

    Raises:
        ConfigValidationError: None is given.
    """
    given = str(config.get("spreadsheet_id") or environment.get(ID_VARIABLE) or "").strip()
    if not given:
        raise ConfigValidationError(
            "No spreadsheet is named. Set spreadsheet_id (or GOOGLE_SHEETS_SPREADSHEET_ID) to "
            "the part of its address between /d/ and /edit.",
        )
    match = _ADDRESS.search(given)
    return match[1] if match else given


def account_info(config: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the service account's key file as JSON.

    Raises:
        ConfigValidationError: There is none, or it is no service account's key.
    """
    text, origin = _text(config, environment)
    try:
        info = json.loads(text)
    except ValueError:
        raise ConfigValidationError(
            f"The service account in {origin} is not JSON. Use the key file as Google gave it "
            "out, whole and unchanged.",
        ) from None
    missing = [name for name in _NEEDED if not (isinstance(info, dict) and info.get(name))]
    if missing:
        raise ConfigValidationError(
            f"The service account in {origin} lacks {', '.join(missing)}. Make a JSON key of a "
            "service account in the Google Cloud console; a login of a person is not used.",
        )
    # An environment variable or a secret store often turns line ends into backslash and n.
    return {**info, "private_key": info["private_key"].replace("\\n", "\n")}


def _text(config: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[str, str]:
    given = config.get("credentials_json")
    if given:
        return str(given), "credentials_json"
    path = Path(config.get("credentials_path") or environment.get(PATH_VARIABLE) or DEFAULT_PATH)
    try:
        return path.read_text(encoding="utf-8"), f"the file {path.name}"
    except (OSError, UnicodeDecodeError):
        raise ConfigValidationError(
            f"The service account's key file '{path}' cannot be read. Set credentials_path (or "
            "GOOGLE_SHEETS_CREDENTIALS_PATH) to it, or credentials_json to its content.",
        ) from None


class _OfflineCredentials(service_account.Credentials):
    """Asks nobody but the token endpoint named in the key file."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def credentials(info: Mapping[str, Any], *, local: bool) -> service_account.Credentials:
    """Return credentials for the spreadsheets scope alone.

    Args:
        info: The key file.
        local: The service stands at another address than Google's: nothing else is asked.

    Raises:
        ConfigValidationError: The private key cannot be used.
    """
    kind = _OfflineCredentials if local else service_account.Credentials
    try:
        made: service_account.Credentials = kind.from_service_account_info(  # type: ignore[no-untyped-call]
            dict(info), scopes=SCOPES
        )
    except ValueError:
        raise ConfigValidationError(
            "The private_key of the service account cannot be read. Its line ends are probably "
            "lost: between BEGIN and END each line must end in a line feed, or in the two "
            "characters \\n if the key stands in one line. Use the file as Google gave it out.",
        ) from None
    return made
