"""Single values of a record: as their column takes them, as keys compare, as parameters read."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import msgspec

from target_postgres.csv_rows import UnfitError, lenient

if TYPE_CHECKING:
    from target_postgres.csv_rows import Value
    from target_postgres.layout import Column


def comparable(value: Value) -> Value | Decimal | bytes:
    """Return what is equal for equal keys: 5 and 5.0 are one key to PostgreSQL."""
    if not isinstance(value, msgspec.Raw):
        return value
    try:
        number = Decimal(bytes(value).strip(b'"').decode())
    except (InvalidOperation, UnicodeError):
        return bytes(value)
    return number if number.is_finite() else bytes(value)


def value_of(column: Column, raw: msgspec.Raw | None) -> Value:
    """Return a JSON value as its column takes it.

    Raises:
        UnfitError: The column cannot hold it; names the column.
    """
    try:
        return lenient(raw, column.type)
    except UnfitError as error:
        raise UnfitError(f"Column {column.name}: {error}.") from None


def as_text(value: Value) -> str | None:
    """Return a value as the text of a parameter, None for NULL."""
    if value is None:
        return None
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode().strip('"')
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("\0", "")
