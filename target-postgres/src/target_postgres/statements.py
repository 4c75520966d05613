"""SQL text for one stream's table. Every name in it is quoted, every value a parameter or ours."""

# ruff: noqa: S608

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from target_postgres.csv_rows import COPY_OPTIONS
from target_postgres.identifiers import quoted
from target_postgres.layout import DELETED_AT, METADATA, ROW_METADATA, TABLE_VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_postgres.layout import Column, Layout


class Statements(NamedTuple):
    """What a batch runs for one stream, in this order.

    Attributes:
        stage: Creates the staging table, gone at the end of the transaction.
        clear: Empties it.
        copy: Fills it from standard input.
        merge: Moves its rows to the table; answers (inserted, updated).
    """

    stage: str
    clear: str
    copy: str
    merge: str


def _stage_columns(layout: Layout) -> list[tuple[str, str]]:
    own = [(f"c{index}", column.type) for index, column in enumerate(layout.columns)]
    return own + [(name, METADATA[name]) for name in ROW_METADATA]


def stage_types(layout: Layout) -> list[str]:
    """PostgreSQL type of each value in a row's JSON array."""
    return [kind for _, kind in _stage_columns(layout)]


def _pairs(layout: Layout, batched_at: str, started_at: int) -> list[tuple[str, str]]:
    constants = {
        "_sdc_batched_at": f"'{batched_at}'::timestamptz",
        "_sdc_sync_started_at": str(started_at),
    }
    own = [(column.name, f"c{index}") for index, column in enumerate(layout.columns)]
    metadata = [
        (column.name, constants.get(source, quoted(source)))
        for source, column in layout.metadata.items()
    ]
    return own + metadata


def _conflict(layout: Layout, targets: Sequence[str]) -> str:
    keys = [column.name for column in layout.keys]
    changed = [name for name in targets if name not in keys] or keys[:1]
    sets = [f"{quoted(name)} = EXCLUDED.{quoted(name)}" for name in changed]
    sets += [f"{quoted(name)} = NULL" for name in layout.stale]
    columns = ", ".join(quoted(key) for key in keys)
    return f" ON CONFLICT ({columns}) DO UPDATE SET {', '.join(sets)}"


def batch_statements(layout: Layout, stage: str, batched_at: str, started_at: int) -> Statements:
    """Write the statements that store one batch of a stream.

    Args:
        layout: The table.
        stage: A staging name that is free in this transaction.
        batched_at: ISO instant of the batch.
        started_at: Epoch milliseconds of the run's start.

    Returns:
        The four statements.
    """
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in _stage_columns(layout))
    pairs = _pairs(layout, batched_at, started_at)
    targets = ", ".join(quoted(name) for name, _ in pairs)
    values = ", ".join(value for _, value in pairs)
    temporary = quoted("pg_temp", stage)
    insert = f"INSERT INTO {layout.qualified} ({targets}) SELECT {values} FROM {temporary}"
    if layout.key_size:
        insert += _conflict(layout, [name for name, _ in pairs])
    return Statements(
        stage=f"CREATE TEMPORARY TABLE {quoted(stage)} ({columns}) ON COMMIT DROP",
        clear=f"TRUNCATE {temporary}",
        copy=f"COPY {temporary} FROM STDIN {COPY_OPTIONS}",
        # A new row version has no deleting transaction; one made by DO UPDATE has.
        merge=(
            f"WITH merged AS ({insert} RETURNING (xmax = 0) AS is_new) "
            "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) "
            "FROM merged"
        ),
    )


def _where_key(layout: Layout) -> str:
    return " AND ".join(f"{quoted(key.name)} = \0::{key.type}" for key in layout.keys)


def _parametrised(text: str) -> str:
    # A percent sign in a column name is not a placeholder.
    return text.replace("%", "%%").replace("\0", "%s")


def _given(layout: Layout, keys: Sequence[Column], changed: Sequence[Column]) -> tuple[str, str]:
    """The parameters as a table `given`, an array of texts per column, and how rows match it."""
    names = [f"g{index}" for index in range(len(keys) + len(changed))]
    arrays = ", ".join("\0::text[]" for _ in names)
    table = f"unnest({arrays}) AS given({', '.join(names)})"
    matches = " AND ".join(
        f"{layout.qualified}.{quoted(key.name)} = given.{name}::{key.type}"
        for key, name in zip(keys, names, strict=False)
    )
    return table, matches


def _stamped(layout: Layout) -> str:
    """Say when the row was written, so that who reads what is new finds the deletion too."""
    batched = layout.metadata.get("_sdc_batched_at")
    return "" if batched is None else f", {quoted(batched.name)} = clock_timestamp()"


def bury_statement(layout: Layout, keys: Sequence[Column], changed: Sequence[Column]) -> str:
    """Write the UPDATE of tombstones; parameters are arrays: each key's values, each change's.

    With some of the key alone, rows that are marked already keep the time they were marked.
    """
    given, matches = _given(layout, keys, changed)
    sets = ", ".join(
        f"{quoted(each.name)} = given.g{index}::{each.type}"
        for index, each in enumerate(changed, len(keys))
    )
    sets += _stamped(layout)
    deleted = layout.metadata.get(DELETED_AT)
    if deleted is not None and len(keys) < layout.key_size:
        matches += f" AND {layout.qualified}.{quoted(deleted.name)} IS NULL"
    return _parametrised(f"UPDATE {layout.qualified} SET {sets} FROM {given} WHERE {matches}")


def delete_statement(layout: Layout, keys: Sequence[Column]) -> str:
    """Write the DELETE of tombstones; parameters are arrays: each key's values."""
    given, matches = _given(layout, keys, ())
    return _parametrised(f"DELETE FROM {layout.qualified} USING {given} WHERE {matches}")


def keep_statement(layout: Layout) -> str:
    """Write the UPDATE that moves a row to a table version; parameters: version, then the key."""
    column = quoted(layout.metadata[TABLE_VERSION].name)
    kept = f"greatest({column}, \0::bigint)"
    return _parametrised(
        f"UPDATE {layout.qualified} SET {column} = {kept} WHERE {_where_key(layout)}"
    )


def activate_statement(layout: Layout, version: int, flags: Sequence[str], *, hard: bool) -> str:
    """Write what removes the rows of earlier table versions.

    Args:
        layout: The table, with its version column.
        version: The version that stays.
        flags: Boolean columns to set true on a soft delete.
        hard: Delete instead of marking.

    Returns:
        One statement whose row count is the number of rows removed.
    """
    column = quoted(layout.metadata[TABLE_VERSION].name)
    deleted = quoted(layout.metadata[DELETED_AT].name)
    older = f"({column} < {int(version)} OR {column} IS NULL)"
    if hard:
        return f"DELETE FROM {layout.qualified} WHERE {older}"
    sets = [f"{deleted} = clock_timestamp()", *(f"{quoted(flag)} = true" for flag in flags)]
    marks = ", ".join(sets) + _stamped(layout)
    return f"UPDATE {layout.qualified} SET {marks} WHERE {older} AND {deleted} IS NULL"
