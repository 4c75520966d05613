"""Files named on the command line, read forgivingly and blamed precisely."""

from __future__ import annotations

import io
import json
from typing import IO, Any

from singer_sdk.exceptions import ConfigValidationError


def unreadable(option: str, reason: str) -> ConfigValidationError:
    """The error that a file given with an option leads to; it never quotes the contents."""
    return ConfigValidationError("unreadable file", errors=[f"{option}: {reason}"])


def catalog_file(file: IO[str] | None) -> IO[str] | None:
    """The catalog, once it is known to be one.

    Raises:
        ConfigValidationError: It is not.
    """
    if file is None:
        return None
    text = file.read()
    found = _object(text)
    if found is None or not isinstance(found.get("streams"), list):
        raise unreadable("--catalog", "this is no catalog. Write one with --discover")
    return io.StringIO(text)


def state_file(file: IO[str] | None) -> IO[str] | None:
    """The last state in a file, whichever way it was kept; None for an empty file.

    Targets write a state a line, a tap's own message holds it as its value; taken as they are,
    these would hold no bookmark, and everything would be loaded again.

    Raises:
        ConfigValidationError: There is none in it.
    """
    lines = (file.read() if file else "").strip()
    if not lines:
        return None
    found = _object(lines) or _object(lines.splitlines()[-1])
    if found is not None and found.get("type") == "STATE":
        found = found.get("value")
    if not isinstance(found, dict):
        raise unreadable("--state", "this is no state. Give the last line that the target wrote")
    return io.StringIO(json.dumps(found))


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
