"""All spreadsheets: looked up, changed as a whole or not at all, and kept."""

from __future__ import annotations

import random
import string
import threading
import time
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.accounts import DEFAULT_EMAIL, Accounts
from sandbox.sheets.behaviour import Behaviour
from sandbox.sheets.cell_resources import Formatter
from sandbox.sheets.disk import BookFile, Change
from sandbox.sheets.draft import Draft
from sandbox.sheets.errors import not_found
from sandbox.sheets.model import Sheet, Spreadsheet
from sandbox.sheets.operations import OPERATIONS
from sandbox.sheets.people import Person

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

OWNER = "morgan.vale@example.com"
_ALPHABET = string.ascii_letters + string.digits + "-_"
_ID_LENGTH = 44
# What a change depends on beside itself.
_SWITCHES = (
    "cell_limit",
    "equals_is_formula",
    "duplicate_metadata_id",
    "metadata_matches_nothing",
    "metadata_follows_sort",
    "characters",
    "appended_rows_inherit_format",
)
_DEFAULTS = {one.name: one.default for one in fields(Behaviour)}


class Store:
    """The spreadsheets of a stand-in.

    Args:
        directory: Where they are kept; None keeps them in memory only.
        behaviour: The switches that hold.
        clock: Unix seconds; tests hand in their own.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        behaviour: Behaviour | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.clock = clock
        self.lock = threading.RLock()
        self._directory = None if directory is None else Path(directory)
        self._chance = random.SystemRandom()
        self._books: dict[str, Spreadsheet] = {}
        self._files: dict[str, BookFile] = {}
        if self._directory is not None:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._load(self._directory)
        self.accounts = Accounts(self._directory)

    def _load(self, directory: Path) -> None:
        for path in sorted(directory.glob("*.snapshot")):
            book_id = path.stem
            file = BookFile(directory, book_id)
            book, changes = file.load()
            for change, body in changes:
                book = self._replayed(book, change, body)
            file.compact(book, at_start=True)
            self._books[book_id], self._files[book_id] = book, file

    def _replayed(self, book: Spreadsheet, change: Change, body: bytes) -> Spreadsheet:
        draft = Draft(
            book.fork(), Behaviour(**change.switches), change.caller, change.now, change.seed
        )
        self._carry_out(draft, change.operation, change.arguments, msgspec.json.decode(body))
        return draft.book

    @staticmethod
    def _carry_out(
        draft: Draft, operation: str, arguments: dict[str, Any], body: dict[str, Any]
    ) -> dict[str, Any]:
        result = OPERATIONS[operation](draft, arguments, body)
        draft.book.version += 1
        draft.book.modified = draft.now
        return result

    def create(
        self,
        title: str,
        *,
        shared_with: Iterable[str | tuple[str, str]] = (),
        owner: str = OWNER,
        sheets: Iterable[str] = ("Sheet1",),
        spreadsheet_id: str | None = None,
        time_zone: str = "Etc/GMT",
    ) -> str:
        """Make a spreadsheet; returns its id.

        Args:
            title: The file's name.
            shared_with: Addresses that may write, or pairs of address and role.
            owner: Whose file it is.
            sheets: Titles of its tabs; the first one has the id 0.
            spreadsheet_id: Its id; None makes one up.
            time_zone: The zone its dates are in.
        """
        now, titles = self.clock(), list(sheets)
        book_id = spreadsheet_id or "".join(self._chance.choices(_ALPHABET, k=_ID_LENGTH))
        roles = dict((one, "writer") if isinstance(one, str) else one for one in shared_with)
        properties = {
            "title": title,
            "locale": "en_US",
            "autoRecalc": "ON_CHANGE",
            "timeZone": time_zone,
        }
        book = Spreadsheet(book_id, properties, created=now, modified=now)
        book.permissions = {**roles, owner: "owner"}
        ids = [0, *(self._chance.randrange(1, 2**31 - 1) for _ in titles[1:])]
        book.sheets = [Sheet(number, name) for number, name in zip(ids, titles, strict=True)]
        self.add(book)
        return book_id

    def add(self, book: Spreadsheet) -> None:
        """Take a new spreadsheet into the store."""
        with self.lock:
            if self._directory is not None:
                file = BookFile(self._directory, book.id)
                file.create(book)
                self._files[book.id] = file
            self._books[book.id] = book

    def delete(self, book_id: str) -> None:
        """Delete a spreadsheet."""
        with self.lock:
            del self._books[book_id]
            file = self._files.pop(book_id, None)
            if file is not None:
                file.delete()

    def books(self) -> list[Spreadsheet]:
        """Return all spreadsheets, the latest changed first."""
        with self.lock:
            return sorted(self._books.values(), key=lambda one: -one.modified)

    def book(self, book_id: str) -> Spreadsheet:
        """Return a spreadsheet; it must not be changed.

        Raises:
            SheetsError: There is none (404).
        """
        with self.lock:
            found = self._books.get(book_id)
        if found is None:
            raise not_found()
        return found

    def draft(self, book_id: str, caller: str) -> Draft:
        """Return a spreadsheet for reading, as somebody sees it."""
        return Draft(self.book(book_id), self.behaviour, caller, self.clock(), 0)

    def change(
        self,
        book_id: str,
        operation: str,
        body: bytes,
        *,
        caller: str = OWNER,
        arguments: dict[str, Any] | None = None,
        decoded: dict[str, Any] | None = None,
    ) -> tuple[dict[str, Any], Draft]:
        """Change a spreadsheet: all of it, kept before this returns, or nothing.

        Args:
            book_id: Which one.
            operation: One of `OPERATIONS`.
            body: The request's body, a JSON object.
            caller: Who does it.
            arguments: What the request says beside its body.
            decoded: The body, when somebody decoded it already.

        Returns:
            The answer, and the spreadsheet as it is now.

        Raises:
            SheetsError: It cannot be done; nothing has changed.
        """
        with self.lock:
            change = Change(
                operation,
                caller,
                self.clock(),
                self._chance.randrange(2**53),
                arguments or {},
                self._switches(),
            )
            draft = Draft(
                self.book(book_id).fork(), self.behaviour, caller, change.now, change.seed
            )
            content = msgspec.json.decode(body or b"{}") if decoded is None else decoded
            answer = self._carry_out(draft, operation, change.arguments, content)
            self._keep(draft.book, change, body or b"{}")
            return answer, draft

    def _keep(self, book: Spreadsheet, change: Change, body: bytes) -> None:
        file = self._files.get(book.id)
        if file is not None:
            file.append(change, body)
        self._books[book.id] = book
        if file is not None:
            file.compact(book)

    def _switches(self) -> dict[str, Any]:
        now = {name: getattr(self.behaviour, name) for name in _SWITCHES}
        return {name: value for name, value in now.items() if value != _DEFAULTS[name]}

    def share(self, book_id: str, email: str, role: str = "writer") -> None:
        """Give somebody a role."""
        body = msgspec.json.encode({"email": email, "role": role})
        self.change(book_id, "share", body)

    def unshare(self, book_id: str, email: str) -> None:
        """Take somebody's role away."""
        self.change(book_id, "unshare", msgspec.json.encode({"email": email}))

    def person(self, book_id: str, email: str = OWNER) -> Person:
        """Return somebody who works in a spreadsheet by hand."""
        return Person(self, book_id, email)

    def cells(self, book_id: str, worksheet: str) -> list[list[Any]]:
        """Return the values of a tab as they were entered.

        Returns:
            Rows down to the last one with data, each as wide as the grid: None, bool, float, str,
            or a `Formula` with its `text`.
        """
        sheet = self._titled(book_id, worksheet)
        last = sheet.last_row_with_data()
        return [
            [sheet.cell(row, column).value for column in range(sheet.column_count)]
            for row in range(last)
        ]

    def texts(self, book_id: str, worksheet: str) -> list[list[str]]:
        """Return the values of a tab as a person sees them; rows as for `cells`."""
        book, sheet = self.book(book_id), self._titled(book_id, worksheet)
        formatter = Formatter(book, self.clock())
        return [
            [
                formatter.text(sheet, cell, formatter.effective(sheet, row, column, cell))
                for column in range(sheet.column_count)
                for cell in (sheet.cell(row, column),)
            ]
            for row in range(sheet.last_row_with_data())
        ]

    def _titled(self, book_id: str, worksheet: str) -> Sheet:
        sheet = self.book(book_id).titled(worksheet)
        if sheet is None:
            raise LookupError(f"No worksheet {worksheet!r}.")
        return sheet

    def service_account_info(self, url: str, email: str = DEFAULT_EMAIL) -> dict[str, str]:
        """Return the key file of an account whose tokens come from this stand-in."""
        return self.accounts.info(f"{url.rstrip('/')}/token", email)

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
