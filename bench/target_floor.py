"""The least a loader can do: decode JSON, COPY the rows to a staging table, merge them.

No metadata, no log, no state, no checks. Usage: target_floor.py URL SCHEMA INPUT
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 10_000
_FORMATS = {"date-time": "timestamptz", "date": "date"}
_TYPES = {"integer": "bigint", "number": "numeric", "boolean": "boolean"}


def _type(schema: dict[str, Any]) -> str:
    names = schema["type"]
    name = names if isinstance(names, str) else names[1]
    return _TYPES.get(name) or _FORMATS.get(schema.get("format", ""), "text")


def _copy(connection: psycopg.Connection[Any], names: list[str], lines: list[bytes]) -> None:
    decode = msgspec.json.Decoder().decode
    with connection.cursor() as cursor, cursor.copy("COPY stage FROM STDIN") as copy:
        for line in lines:
            record = decode(line)["record"]
            copy.write_row([record.get(name) for name in names])


def _batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while batch := list(islice(lines, BATCH)):
        records = [line for line in batch if b'"RECORD"' in line[:20]]
        if records:
            yield records


def load(url: str, schema: str, path: Path) -> None:
    """Load one input file into a new table."""
    with path.open("rb") as file, psycopg.connect(url) as connection:
        properties = msgspec.json.decode(next(file))["schema"]["properties"]
        columns = ", ".join(f'"{name}" {_type(each)}' for name, each in properties.items())
        names = ", ".join(f'"{name}"' for name in properties)
        sets = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in properties if name != "id")
        connection.execute(f"CREATE TABLE {schema}.ticket ({columns}, PRIMARY KEY (id))".encode())
        for lines in _batches(file):
            connection.execute(f"CREATE TEMPORARY TABLE stage ({columns}) ON COMMIT DROP".encode())
            _copy(connection, list(properties), lines)
            connection.execute(
                f"INSERT INTO {schema}.ticket ({names}) SELECT {names} FROM stage "
                f"ON CONFLICT (id) DO UPDATE SET {sets}".encode()
            )
            connection.commit()


if __name__ == "__main__":
    load(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
