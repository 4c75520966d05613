"""Bring a table up to a layout by adding only: no column is dropped, retyped or renamed.

Views hang on these tables. PostgreSQL refuses to change what a view reads, and a table
swapped under its name would leave the views reading the old one.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from singer_sdk.exceptions import FatalSyncError

from target_postgres.column_types import SUFFIXES, accepts
from target_postgres.connection import run
from target_postgres.identifiers import capped, hashed, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_postgres.connection import Connection
    from target_postgres.layout import Column, Layout

_logger = logging.getLogger(__name__)

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
"""
_UNIQUE = """
SELECT array_agg(a.attname::text)
FROM pg_catalog.pg_index i
CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = to_regclass(%s) AND i.indisunique AND i.indisvalid
  AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
GROUP BY i.indexrelid
"""
_SCHEMA = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s"
_INDEX = (
    "SELECT indrelid = to_regclass(%s) FROM pg_catalog.pg_index WHERE indexrelid = to_regclass(%s)"
)


class Existing(NamedTuple):
    """A column as the database has it."""

    type: str
    required: bool


def read_columns(connection: Connection, layout: Layout) -> dict[str, Existing]:
    """Return the table's columns, empty when there is no table."""
    rows = run(connection, _COLUMNS, (layout.qualified,)).fetchall()
    return {name: Existing(kind, required) for name, kind, required in rows}


def _beside(column: Column) -> str:
    return capped(column.source, f"__{SUFFIXES[column.type]}")


def _placed(column: Column, existing: Mapping[str, Existing]) -> Column:
    found = existing.get(column.name)
    if found is None or accepts(found.type, column.type):
        return column
    moved = replace(column, name=_beside(column))
    other = existing.get(moved.name)
    if other is not None and not accepts(other.type, column.type):
        raise FatalSyncError(
            f"Columns {column.name} and {moved.name} both have other types than "
            f"{column.type}. Rename or convert one of them, then run again.",
        )
    return moved


def _check_key(layout: Layout, wanted: Layout) -> None:
    for key, before in zip(layout.keys, wanted.keys, strict=True):
        if key.name != before.name:
            raise FatalSyncError(
                f"Key column {before.name} of {layout.qualified} should now be "
                f"{before.type}, but exists with another type. A key cannot move to a new "
                "column without doubling every row: convert the column (dropping and "
                "recreating the views on it), then run again.",
            )


def _left_behind(layout: Layout, existing: Mapping[str, Existing]) -> tuple[str, ...]:
    used = {column.name for column in layout.every}
    stale = []
    # Metadata too: in a table that another target made, a row that comes back must not
    # stay marked as deleted in the old column.
    for column in layout.every[layout.key_size :]:
        siblings = [capped(column.source)]
        siblings += [capped(column.source, f"__{suffix}") for suffix in SUFFIXES.values()]
        stale += [
            name
            for name in siblings
            if name in existing and name not in used and not existing[name].required
        ]
    return tuple(dict.fromkeys(stale))


def settled(wanted: Layout, existing: Mapping[str, Existing]) -> Layout:
    """Decide which column each property is written to.

    A property whose column exists with another type goes to ``<name>__<type>``.

    Args:
        wanted: What the SCHEMA message asks for.
        existing: What the database has.

    Returns:
        The layout to write to.

    Raises:
        FatalSyncError: If a key column would have to change.
    """
    layout = replace(
        wanted,
        columns=tuple(_placed(column, existing) for column in wanted.columns),
        metadata={name: _placed(column, existing) for name, column in wanted.metadata.items()},
    )
    _check_key(layout, wanted)
    return replace(layout, stale=_left_behind(layout, existing))


def changes(layout: Layout, existing: Mapping[str, Existing]) -> list[str]:
    """Return the statements that create the table or add its missing columns."""
    added = [f"{quoted(c.name)} {c.type}" for c in layout.every if c.name not in existing]
    if existing:
        return [f"ALTER TABLE {layout.qualified} ADD COLUMN {each}" for each in added]
    if layout.key_size:
        added.append(f"PRIMARY KEY ({', '.join(quoted(key.name) for key in layout.keys)})")
    return [f"CREATE TABLE {layout.qualified} ({', '.join(added)})"]


def _ensure_unique(connection: Connection, layout: Layout) -> None:
    names = {key.name for key in layout.keys}
    found = run(connection, _UNIQUE, (layout.qualified,)).fetchall()
    if not names or any(set(columns) == names for (columns,) in found):
        return
    index = capped(f"{layout.table}_{'_'.join(sorted(names))}_key")
    columns = ", ".join(quoted(key.name) for key in layout.keys)
    try:
        run(connection, f"CREATE UNIQUE INDEX {quoted(index)} ON {layout.qualified} ({columns})")
    except psycopg.errors.UniqueViolation:
        raise FatalSyncError(
            f"{layout.qualified} already holds several rows with one key ({columns}), so it "
            "cannot be updated by that key. Remove the doubled rows or load into another "
            "schema, then run again.",
        ) from None


def _ensure_indexes(connection: Connection, layout: Layout) -> None:
    for sources in layout.indexes:
        columns = [layout.column(source) for source in sources]
        names = [column.name for column in columns if column is not None]
        if len(names) != len(sources):
            _logger.warning("stream=%s has no columns %s to index", layout.stream, sources)
            continue
        _ensure_index(connection, layout, names)


def _ensure_index(connection: Connection, layout: Layout, names: list[str]) -> None:
    plain = f"{layout.table}_{'_'.join(names)}_idx"
    # Table a_b with column c and table a with column b_c ask for the same plain name.
    for index in (capped(plain), hashed(f"{layout.table}.{'.'.join(names)}", "_idx")):
        places = (layout.qualified, quoted(layout.schema, index))
        found = run(connection, _INDEX, places).fetchone()
        if found == (True,):
            return
        if found is None:
            listed = ", ".join(quoted(name) for name in names)
            run(connection, f"CREATE INDEX {quoted(index)} ON {layout.qualified} ({listed})")
            return


def ensure_schema(connection: Connection, schema: str) -> None:
    """Create the schema unless it exists (which needs no right to create)."""
    # Two first runs at once would collide inside CREATE ... IF NOT EXISTS.
    run(connection, "SELECT pg_advisory_xact_lock(hashtext(%s))", (f"target-postgres {schema}",))
    if run(connection, _SCHEMA, (schema,)).fetchone() is None:
        run(connection, f"CREATE SCHEMA {quoted(schema)}")


def evolve(connection: Connection, wanted: Layout) -> Layout:
    """Create or extend the table of one stream, inside the caller's transaction.

    Args:
        connection: An open connection.
        wanted: What the SCHEMA message asks for.

    Returns:
        The layout to write to.
    """
    ensure_schema(connection, wanted.schema)
    existing = read_columns(connection, wanted)
    layout = settled(wanted, existing)
    statements = changes(layout, existing)
    for statement in statements:
        run(connection, statement)
    _ensure_unique(connection, layout)
    _ensure_indexes(connection, layout)
    if statements:
        _logger.info("stream=%s table=%s ddl=%d", layout.stream, layout.table, len(statements))
    return layout
