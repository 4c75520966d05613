"""Hold a warehouse against the truth of the world it was loaded from.

Every column of every row is compared in one canonical form (integers as int, decimals as
plain text, instants as UTC text with milliseconds, dates as text, JSON decoded), so a value
that arrived with the wrong type differs as surely as one that arrived with the wrong value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from psycopg import sql

from sandbox.verification_rules import LEDGER, Standing, is_object, key_columns, vanishes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from psycopg import Connection
    from typing_extensions import LiteralString

Row = dict[str, Any]

CORE = (
    "ticket",
    "owner",
    "ticket_pipeline",
    "ticket_pipeline_stage",
    "ticket_property_history",
    "rejected_value",
)
"""The tables every warehouse has that holds tickets."""

RUN_COLUMNS = frozenset({"_fivetran_synced", "rejected_at"})
"""Columns that say when a run happened, of which a world knows nothing."""

FLAGS = ("is_deleted", "_fivetran_deleted")
MARKS = (*FLAGS, "_sdc_deleted_at")

UNKNOWN_OF_DELETED = frozenset({"property_deal_id"})
"""What HubSpot does not tell of records in the bin: their associations."""

_CANONICAL: Mapping[str, LiteralString] = {
    "numeric": "trim_scale({0})::text",
    "double precision": "{0}::text",
    "timestamp with time zone": (
        """to_char({0} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    ),
    "date": "{0}::text",
    "bigint": "{0}",
    "boolean": "{0}",
    "text": "{0}",
    "jsonb": "{0}",
}


@dataclass(frozen=True)
class Difference:
    """One disagreement: where it stands, what the world says, what the warehouse holds."""

    table: str
    key: tuple[Any, ...]
    column: str
    truth: Any
    warehouse: Any


def differences(
    truth: Mapping[str, Any],
    connection: Connection[Any],
    schema: str = "hubspot",
    *,
    tables: Collection[str] | None = None,
) -> list[Difference]:
    """Compare tables of `truth` with the same tables in `schema`.

    Args:
        truth: What `World.truth()` returns.
        connection: A connection to the warehouse; only read from.
        schema: The schema the tap's tables were loaded into.
        tables: Which ones; by default those of the tickets and every other one that the
            warehouse has.

    Returns:
        Every disagreement; an empty list when warehouse and truth are the same.
    """
    there = _tables(connection, schema)
    chosen = tables or [*CORE, *(name for name in truth if name in there and name not in CORE)]
    standing = Standing(truth)
    found: list[Difference] = []
    for table in chosen:
        stated = [row for row in _rows(truth.get(table, [])) if row.get("stream", table) in there]
        rows = stated if table == LEDGER else list(_rows(truth.get(table, [])))
        expected = _keyed(table, rows)
        actual = _keyed(table, _read(connection, schema, table))
        found.extend(_compare(table, expected, actual, standing))
    return found


def _tables(connection: Connection[Any], schema: str) -> set[str]:
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = %s", (schema,)
    )
    return {name for (name,) in found}


def _rows(stated: Mapping[str, Row] | Sequence[Row]) -> Iterator[Row]:
    yield from stated if isinstance(stated, list) else cast("Mapping[str, Row]", stated).values()


def _keyed(table: str, rows: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
    columns = ("portal_id", *key_columns(table))
    return {tuple(row.get(column) for column in columns): row for row in rows}


def _read(connection: Connection[Any], schema: str, table: str) -> Iterator[Row]:
    columns = _columns(connection, schema, table)
    if not columns:
        return
    marks = [name for name, _ in columns if name in MARKS] if vanishes(table) else []
    columns = [(n, k) for n, k in columns if not n.startswith("_sdc_")]
    query = sql.SQL("select {} from {} where {}").format(
        sql.SQL(", ").join(_expression(name, kind) for name, kind in columns),
        sql.Identifier(schema, table),
        sql.SQL(" and ").join([sql.SQL("true"), *map(_unmarked, marks)]),
    )
    names = [name for name, _ in columns]
    for values in connection.execute(query):
        yield dict(zip(names, map(_trimmed, values), strict=True))


def _columns(connection: Connection[Any], schema: str, table: str) -> list[tuple[str, str]]:
    found = connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        (schema, table),
    )
    return [(n, k) for n, k in found if n not in RUN_COLUMNS]


def _unmarked(name: str) -> sql.Composed:
    """The condition that a row does not count as deleted by one of the marks."""
    template: LiteralString = "{} is null" if name == "_sdc_deleted_at" else "{} is not true"
    return sql.SQL(template).format(sql.Identifier(name))


def _expression(name: str, kind: str) -> sql.Composed:
    template = _CANONICAL.get(kind, "'wrong type: ' || pg_typeof({0})")
    return sql.SQL(template).format(sql.Identifier(name))


def _trimmed(value: Any) -> Any:
    """An instant's text keeps its microseconds only where there are any to be ashamed of."""
    if isinstance(value, str) and len(value) == 27 and value.endswith("000Z"):  # noqa: PLR2004
        return value[:-4] + "Z"
    return value


def _compare(
    table: str,
    expected: dict[tuple[Any, ...], Row],
    actual: dict[tuple[Any, ...], Row],
    standing: Standing,
) -> Iterator[Difference]:
    for key in expected.keys() | actual.keys():
        stated, held = expected.get(key), actual.get(key)
        if standing.is_gone(table, stated or held or {}):
            yield from _compare_gone(table, key, held)
        elif not (held is None and _may_miss(table, stated)) and not (
            stated is None and standing.may_have(table, held or {})
        ):
            yield from _compare_row(table, key, stated, held)


def _may_miss(table: str, stated: Row | None) -> bool:
    """Reference data that had vanished before the first run were never seen."""
    return not is_object(table) and stated is not None and stated.get("is_deleted") is True


def _compare_gone(table: str, key: tuple[Any, ...], actual: Row | None) -> Iterator[Difference]:
    """A purged or merged record answers nothing any more: only its flags can be known."""
    if not is_object(table) or actual is None:
        return
    for flag in FLAGS:
        if actual.get(flag) is not True:
            yield Difference(table, key, flag, truth=True, warehouse=actual.get(flag))


def _compare_row(
    table: str, key: tuple[Any, ...], expected: Row | None, actual: Row | None
) -> Iterator[Difference]:
    if expected is None or actual is None:
        yield Difference(table, key, "*", expected and "a row", actual and "a row")
        return
    for column in expected.keys() | _unforeseen(table, actual):
        stated, held = expected.get(column), actual.get(column, "no such column")
        if expected.get("is_deleted") and column in UNKNOWN_OF_DELETED:
            continue
        if column not in RUN_COLUMNS and (type(stated) is not type(held) or stated != held):
            yield Difference(table, key, column, stated, held)


def _unforeseen(table: str, actual: Row) -> set[str]:
    """The columns that say something of a record; others a loader may add as it likes."""
    return {name for name in actual if name.startswith("property_")} if is_object(table) else set()
