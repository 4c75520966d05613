"""Names that PostgreSQL keeps apart: quoted, and never longer than it can store."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: PostgreSQL silently cuts longer identifiers (NAMEDATALEN - 1), in bytes of UTF-8.
MAX_BYTES = 63
_HASH_LENGTH = 8


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]


def _cut(text: str, size: int) -> str:
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


def hashed(name: str, suffix: str = "") -> str:
    """Return a form of ``name`` that ends with its hash and then ``suffix``.

    Args:
        name: Any text.
        suffix: Text to keep whole at the end.

    Returns:
        At most 63 bytes, cut between characters.
    """
    tail = f"_{_digest(name)}{suffix}"
    return _cut(name.replace("\0", ""), MAX_BYTES - len(tail.encode())) + tail


def capped(name: str, suffix: str = "") -> str:
    """Return the identifier for ``name``: itself if it fits, else cut and hashed.

    Two names that differ only behind the cut stay two identifiers, and the same name
    always gives the same one.

    Args:
        name: A stream, property or index name.
        suffix: Text to keep whole at the end.

    Returns:
        At most 63 bytes of UTF-8 without NUL, never empty.

    >>> capped("id")
    'id'
    >>> len(capped("x" * 64))
    63
    """
    whole = name + suffix
    encodable = whole == _cut(whole, len(whole) * 4)
    if whole and encodable and "\0" not in whole and len(whole.encode()) <= MAX_BYTES:
        return whole
    return hashed(name, suffix)


def distinct(names: Iterable[str]) -> dict[str, str]:
    """Map each name to an identifier of its own, in the order given.

    Args:
        names: Property names of one stream.

    Returns:
        Name to identifier; no identifier occurs twice.
    """
    chosen: dict[str, str] = {}
    for name in names:
        identifier = capped(name)
        taken = set(chosen.values())
        chosen[name] = hashed(name) if identifier in taken else identifier
    return chosen


def quoted(*parts: str) -> str:
    """Return a dotted SQL identifier with every part quoted.

    >>> quoted("raw", 'od"d')
    '"raw"."od""d"'
    """
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
