"""Spreadsheets as web pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.sheets.store import Store

ERROR_502 = b"""<!DOCTYPE html>
<html lang=en><meta charset=utf-8><title>Error 502 (Server Error)!!1</title>
<p><b>502.</b> <ins>That's an error.</ins>
<p>The server encountered a temporary error and could not complete your request.
<p>Please try again in 30 seconds. <ins>That's all we know.</ins></html>
"""


def find(store: Store, method: str, path: str, query: dict[str, list[str]]) -> bytes | None:
    """Return the page of a path; None when it is no page."""
    return None
