"""What a stream's table is: where it is read, what makes a row, its columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_gorgias.columns import TOMBSTONE_MARK, Columns, row_builder, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_gorgias.wire import Row

KEYS = ("account", "id")


@dataclass(frozen=True)
class Table:
    """One stream's table.

    Attributes:
        name: The stream's name.
        path: Where its list is read.
        columns: Columns beside `account`.
        keys: What makes a row the same row.
        replication_key: The column that grows when a row changes (or, for events, is made).
        query: Fixed parts of the list's query.
    """

    name: str
    path: str
    columns: Columns
    keys: tuple[str, ...] = KEYS
    replication_key: str | None = None
    query: tuple[tuple[str, str], ...] = ()

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of its rows."""
        return schema_of(self.columns, self.keys)

    @cached_property
    def build(self) -> Callable[[str, Row], Row]:
        """Makes a row from an account's name and an object of the API."""
        return row_builder(self.columns)

    def row(self, account: str, found: Row) -> Row:
        """A live row."""
        row = self.build(account, found)
        if "is_deleted" in row:
            row["is_deleted"] = row.get("trashed_datetime") is not None
            row[TOMBSTONE_MARK] = None
        return row
