"""Limits that are known before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from target_gsheets.errors import SheetsError
from target_gsheets.workbook import MOST_CELLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_gsheets.edits import Edit
    from target_gsheets.workbook import Workbook, Worksheet

#: Google refuses 10,485,760 bytes; some room is left for the checkpoint.
MOST_BYTES = 10_000_000


def request_size(changes: Sequence[Edit]) -> int:
    """Return the bytes of a request."""
    return len(msgspec.json.encode(changes))


def check_capacity(workbook: Workbook, growth: dict[str, int]) -> None:
    """Refuse what would exceed Google's limit of cells.

    Args:
        workbook: The spreadsheet as it is.
        growth: Cells that are going to be added, by worksheet title.

    Raises:
        SheetsError: With the numbers.
    """
    added = sum(growth.values())
    if workbook.cells + added <= MOST_CELLS:
        return
    largest = sorted(workbook.worksheets, key=lambda each: -each.cells)[:3]
    sizes = ", ".join(f"'{each.title}' {each.cells:,}" for each in largest)
    wanted = ", ".join(f"'{title}' {cells:,}" for title, cells in growth.items() if cells)
    raise SheetsError(
        f"The spreadsheet has {workbook.cells:,} cells (empty ones count: {sizes}) and would get "
        f"{added:,} more ({wanted}); Google allows {MOST_CELLS:,}. Nothing was written. Delete "
        "worksheets or empty rows and columns, shorten retention_days, or use another "
        "spreadsheet.",
    )


def check_protection(worksheet: Worksheet, positions: Sequence[int], account: str) -> None:
    """Refuse to write where a person has forbidden it.

    Raises:
        SheetsError: Naming the worksheet and the account.
    """
    for blocked in worksheet.blocked:
        start = blocked.get("startColumnIndex", 0)
        end = blocked.get("endColumnIndex", worksheet.columns)
        if any(start <= position < end for position in positions):
            raise SheetsError(
                f"Cells of worksheet '{worksheet.title}' that this target writes are protected. "
                f"Open Data > Protect sheets and ranges and let {account} edit them. Nothing "
                "was written.",
            )
