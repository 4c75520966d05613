"""One resource of one account: rows by id, and walks through them in any of their orders."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = dict[str, Any]
Place = tuple[Any, int]
"""A row's place in an order: its sort value and its id."""


class Rows(Protocol):
    """What the endpoints need of a resource; a bulk account makes its rows up on the way."""

    gone: dict[int, int | None]
    revision: int

    def get(self, row_id: int) -> Row | None:
        """Return a row."""

    def walk(
        self, field: str, after: Place | None, *, descending: bool
    ) -> Iterator[tuple[Place, Row]]:
        """Go through the rows in the order of a field (ties by id), from behind a place."""

    def where(self, field: str, value: Any) -> list[Row]:
        """Return the rows with a field's value, ascending by creation."""

    def all(self) -> Iterator[Row]:
        """Return every row."""


class Table:
    """Rows in memory.

    Attributes:
        gone: Ids that were there: merged into the id given, or deleted (None).
        revision: Grows with every change.
    """

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.gone: dict[int, int | None] = {}
        self.revision = 0
        self._orders: dict[str, tuple[int, list[Place]]] = {}
        self._indexes: dict[str, tuple[int, dict[Any, list[Row]]]] = {}

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with its id."""
        self.rows[row["id"]] = row
        self.revision += 1

    def change(self, row_id: int, **values: Any) -> None:
        """Change fields of a row."""
        self.rows[row_id].update(values)
        self.revision += 1

    def remove(self, row_id: int, survivor: int | None = None) -> None:
        """Take a row away: merged into a survivor, or deleted."""
        del self.rows[row_id]
        self.gone[row_id] = survivor
        self.revision += 1

    def get(self, row_id: int) -> Row | None:
        """Return a row."""
        return self.rows.get(row_id)

    def all(self) -> Iterator[Row]:
        """Return every row."""
        return iter(self.rows.values())

    def walk(
        self, field: str, after: Place | None, *, descending: bool
    ) -> Iterator[tuple[Place, Row]]:
        """Go through the rows in the order of a field (ties by id), from behind a place."""
        places = self._order(field)
        if descending:
            end = len(places) if after is None else bisect_left(places, after)
            chosen: Any = range(end - 1, -1, -1)
        else:
            chosen = range(0 if after is None else bisect_right(places, after), len(places))
        for position in chosen:
            place = places[position]
            yield place, self.rows[place[1]]

    def where(self, field: str, value: Any) -> list[Row]:
        """Return the rows with a field's value, ascending by creation."""
        revision, index = self._indexes.get(field, (-1, {}))
        if revision != self.revision:
            index = {}
            for _, key in self._order("created_datetime"):
                index.setdefault(self.rows[key].get(field), []).append(self.rows[key])
            self._indexes[field] = (self.revision, index)
        return index.get(value, [])

    def _order(self, field: str) -> list[Place]:
        revision, places = self._orders.get(field, (-1, []))
        if revision != self.revision:
            value = sort_value(field)
            places = sorted((value(row), key) for key, row in self.rows.items())
            self._orders[field] = (self.revision, places)
        return places


def sort_value(field: str) -> Callable[[Row], Any]:
    """How a row sorts by a field; several fields joined with a comma sort one after the other."""
    if "," in field:
        parts = [sort_value(part) for part in field.split(",")]
        return lambda row: tuple(part(row) for part in parts)
    if field == "role.name":
        return lambda row: row["role_name"]
    return lambda row: "" if row[field] is None else row[field]
