"""The Sheets stand-in as a part of the sandbox."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sandbox.sheets.behaviour import Behaviour, Fault
from sandbox.sheets.server import DEFAULT_EMAIL, RunningSheets, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.service import Setting

TITLE = "Support data"
SPREADSHEET_ID = "1SandboxSupportData_tickets_chats_andSyncLog"
"""Always the same, so that whoever was told it still has it after a reset."""
_SCRIPTED = {"faults", "interventions"}


@dataclass(frozen=True)
class SheetsService:
    """The Sheets stand-in, running, with one spreadsheet that the target may write to.

    Attributes:
        server: The running server.
        spreadsheet_id: The spreadsheet that is shared with the service account.
    """

    server: RunningSheets
    spreadsheet_id: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.url

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

    def journal(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every request so far."""
        return [(one.method, one.path, one.status) for one in self.server.journal]

    def behave(self, settings: Mapping[str, Any]) -> None:
        """Change attributes of `Behaviour`."""
        known = {one.name for one in fields(Behaviour)} - _SCRIPTED
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"No behaviour {name!r}. Use one of {', '.join(sorted(known))}.")
            setattr(self.server.behaviour, name, value)

    def disturb(self, fault: Mapping[str, Any]) -> None:
        """Add a `Fault`."""
        try:
            self.server.behaviour.faults.append(Fault(**fault))
        except TypeError as error:
            raise ValueError(f"Not a fault: {error}.") from error

    def calm(self) -> None:
        """Drop all faults."""
        self.server.behaviour.faults.clear()


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
