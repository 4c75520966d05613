"""The Sheets stand-in as a part of the sandbox."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.service import Service, Setting
from sandbox.sheets.behaviour import Fault
from sandbox.sheets.server import DEFAULT_EMAIL, RunningSheets, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE = "Support data"
SPREADSHEET_ID = "1SandboxSupportData_tickets_chats_andSyncLog"
"""Always the same, so that whoever was told it still has it after a reset."""


@dataclass(frozen=True)
class SheetsService(Service[RunningSheets]):
    """The Sheets stand-in, running, with one spreadsheet that the target may write to.

    Attributes:
        server: The running server.
        spreadsheet_id: The spreadsheet that is shared with the service account.
    """

    spreadsheet_id: str
    fault = Fault
    scripted = frozenset({"faults", "interventions"})

    @property
    def page(self) -> str:
        """Where a person sees the spreadsheet."""
        return f"{self.url}/spreadsheets/d/{self.spreadsheet_id}/edit"

    @property
    def environment(self) -> dict[str, str]:
        """The target's settings."""
        return {
            "TARGET_GSHEETS_SPREADSHEET_ID": self.spreadsheet_id,
            "TARGET_GSHEETS_API_BASE_URL": self.url,
            "TARGET_GSHEETS_CREDENTIALS_JSON": json.dumps(self.server.service_account_info()),
        }


@contextlib.contextmanager
def gsheets(setting: Setting) -> Iterator[SheetsService]:
    """Serve the spreadsheets kept in the setting's directory; there is always one."""
    directory = None if setting.directory is None else setting.directory / "gsheets"
    with serve(directory, port=setting.ports.get("gsheets", 0)) as server:
        service = SheetsService(server, _spreadsheet(server))
        service.behave(setting.behaviours.get("gsheets", {}))
        yield service


def _spreadsheet(server: RunningSheets) -> str:
    """Return the spreadsheet of last time, or a new one."""
    if all(book.id != SPREADSHEET_ID for book in server.store.books()):
        server.store.create(TITLE, spreadsheet_id=SPREADSHEET_ID, shared_with=[DEFAULT_EMAIL])
    return SPREADSHEET_ID
