"""Single values of the vendor's JSON: what has another form than expected is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from tap_livechat.wire import Shape


def text_of(value: Any) -> str | None:
    """A text; numbers become their digits, because some ids are sent in either form."""
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return None
    return str(value)


def flag_of(value: Any) -> bool | None:
    """A yes or no."""
    return value if isinstance(value, bool) else None


def whole_of(value: Any) -> int | None:
    """A whole number.

    >>> whole_of(12), whole_of(True), whole_of("12")
    (12, None, None)
    """
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def json_of(value: Any) -> Shape | None:
    """An object."""
    return value if isinstance(value, dict) else None


def list_of(value: Any) -> list[Any] | None:
    """A list."""
    return value if isinstance(value, list) else None


def object_of(value: Any) -> Shape:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Shape]:
    """The objects of a list; none for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def rest_of(shape: Shape, known: Collection[str]) -> Shape | None:
    """What has no column of its own; None when everything has."""
    return {name: value for name, value in shape.items() if name not in known} or None
