"""How columns moved between a copy and now, told by their headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_gsheets.cells import key_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEARCHED = 10


def texts(row: Sequence[Any], width: int) -> list[str]:
    """Return a row's texts, as many as asked for."""
    found = [key_text(each).strip() for each in row[:width]]
    return found + [""] * (width - len(found))


def heading_row(grid: Sequence[Sequence[Any]], headings: Sequence[str]) -> list[Any]:
    """Return the row that shares most headings with a copied header."""
    wanted = {text for text in headings if text}
    rows = [list(row) for row in grid[:_SEARCHED]]
    return max(
        rows, key=lambda row: len(wanted & {key_text(each).strip() for each in row}), default=[]
    )


def moves(before: Sequence[str], now: Sequence[str]) -> dict[int, int]:
    """Return where each column stands now; those that are gone are left out.

    Columns are known by their heading. What is left over on both sides, renamed or without a
    heading, is paired in order if it is as many.

    >>> moves(["id", "name", ""], ["id", "", "name", ""])
    {0: 0, 1: 2}
    >>> moves(["id", "name"], ["id", "Name"])
    {0: 0, 1: 1}
    """
    if list(before) == list(now[: len(before)]):
        return {at: at for at in range(len(before))}
    found = {
        at: list(now).index(text)
        for at, text in enumerate(before)
        if text and before.count(text) == 1 and list(now).count(text) == 1
    }
    left = [at for at in range(len(before)) if at not in found]
    free = [at for at in range(len(now)) if at not in found.values()]
    if len(left) == len(free):
        found |= dict(zip(left, free, strict=True))
    return dict(sorted(found.items()))


def translated(places: Mapping[int, str], moved: Mapping[int, int]) -> dict[int, str]:
    """Return texts by position, at the positions of now."""
    return {moved[place]: text for place, text in places.items() if place in moved}


def runs(moved: Mapping[int, int], columns: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return source, destination and length of columns that moved together."""
    found: list[tuple[int, int, int]] = []
    for at in sorted(columns):
        if at not in moved:
            continue
        if found:
            source, destination, length = found[-1]
            if at == source + length and moved[at] == destination + length:
                found[-1] = source, destination, length + 1
                continue
        found.append((at, moved[at], 1))
    return found
