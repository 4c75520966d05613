"""The warehouse's name of a property's column."""

from __future__ import annotations

import hashlib

LONGEST_COLUMN = 63  # PostgreSQL cuts longer names


def column_name(property_name: str) -> str:
    """`property_` and the API name; a name too long ends in a hash instead of its last part."""
    column = f"property_{property_name}"
    if len(column) <= LONGEST_COLUMN:
        return column
    return f"{column[:54]}_{hashlib.sha256(property_name.encode()).hexdigest()[:8]}"
