"""What the streams of one account share during a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from tap_gorgias.client import Call, RefusedError
from tap_gorgias.columns import moment, whole
from tap_gorgias.months import zone_of
from tap_gorgias.paging import Listing, rows
from tap_gorgias.wire import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from tap_gorgias.accounts import Account
    from tap_gorgias.client import Client
    from tap_gorgias.settings import Settings
    from tap_gorgias.table import Table
    from tap_gorgias.wire import Row

State = dict[str, Any]
_FORBIDDEN = 403


@dataclass(frozen=True)
class Batch:
    """Rows of one stream to write together, and what to remember of it once they are written."""

    stream: str
    rows: list[Row]
    remember: State = field(default_factory=dict)


@dataclass(frozen=True)
class User:
    """A user of the account; figures are about these."""

    id: int
    name: str
    email: str
    role: str


@dataclass
class ChangedTickets:
    """Tickets changed since an instant: their creation and number of messages, by id."""

    since: datetime
    tickets: dict[int, tuple[str, int]] = field(default_factory=dict)


@dataclass
class Subjects:
    """What the events since an instant were about: the ids by type of object."""

    since: datetime
    ids: dict[str, set[int]] = field(default_factory=dict)

    def add(self, kind: str, id_: int) -> None:
        """Note one object."""
        self.ids.setdefault(kind, set()).add(id_)


class AccountRun:
    """One account being read: settings, connection, and facts read once when first needed.

    Args:
        settings: The settings of the run.
        account: The account.
        client: Reads from it.
        states: What each selected stream remembers of this account; never changed here.
    """

    def __init__(
        self, settings: Settings, account: Account, client: Client, states: Mapping[str, State]
    ) -> None:
        self.settings, self.account, self.client, self.states = settings, account, client, states
        self.changed: ChangedTickets | None = None
        self.subjects: Subjects | None = None

    @cached_property
    def details(self) -> Row:
        """The account's own description; the first request, which sets the clock.

        A key that may not read it may still read everything else.
        """
        try:
            return self.client.read(Call("reading the account", "/api/account", read_object))
        except RefusedError as refusal:
            if refusal.status != _FORBIDDEN:
                raise
            return {}

    @cached_property
    def started(self) -> datetime:
        """When this run began, by the server's clock: what is changed later is left to the next."""
        _ = self.details
        return self.client.clock.now()

    @cached_property
    def zone_name(self) -> str:
        """Name of the zone in which the account counts: the setting, or its business hours'."""
        if self.account.timezone:
            return self.account.timezone
        zone = _zone_in(self.details.get("settings")) or self._zone_in_settings()
        if zone is None:
            raise FatalSyncError(
                "The account does not tell its time zone, in which months are counted. Give it as "
                "the client's `timezone`, such as Europe/Vienna."
            )
        return zone

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone itself."""
        return zone_of(self.zone_name)

    @cached_property
    def users(self) -> list[User]:
        """All users, deactivated ones and bots too, on however many pages."""
        found = rows(self.client, Listing("listing users", "/api/users"))
        return [user for row in found if (user := _user(row)) is not None]

    @property
    def agents(self) -> list[User]:
        """The users whose figures are wanted."""
        pattern = self.settings.agent_email_pattern
        return [u for u in self.users if pattern is None or pattern.search(u.email)]

    def state(self, stream: str) -> State:
        """What a stream remembers of this account."""
        return dict(self.states.get(stream) or {})

    def batch(self, table: Table, found: list[Row], remember: State | None = None) -> Batch:
        """Live rows of a table."""
        made = [table.row(self.account.client, row) for row in found]
        return Batch(table.name, made, remember or {})

    def _zone_in_settings(self) -> str | None:
        query = (("type", "business-hours"),)
        listing = Listing("reading the account's settings", "/api/account/settings", query)
        try:
            return _zone_in(list(rows(self.client, listing)))
        except RefusedError:
            return None


def created_of(row: Row) -> str:
    """When an object was made, as bookmarks have it; empty when unknown."""
    return moment(row.get("created_datetime")) or ""


def _zone_in(settings: Any) -> str | None:
    for setting in settings if isinstance(settings, list) else []:
        if isinstance(setting, dict) and setting.get("type") == "business-hours":
            data = setting.get("data")
            zone = data.get("timezone") if isinstance(data, dict) else None
            return zone if isinstance(zone, str) and zone else None
    return None


def _user(row: Row) -> User | None:
    number, role = whole(row.get("id")), row.get("role")
    if number is None:
        return None
    name = row.get("name") or f"{row.get('firstname') or ''} {row.get('lastname') or ''}"
    role_name = role.get("name") if isinstance(role, dict) else None
    return User(number, str(name).strip(), str(row.get("email") or ""), str(role_name or ""))


def ids_of(found: Iterator[Row]) -> set[int]:
    """The ids of objects."""
    return {number for row in found if (number := whole(row.get("id"))) is not None}
