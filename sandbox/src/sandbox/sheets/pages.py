"""Spreadsheets as web pages, without scripts or anything from elsewhere."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from html import escape
from typing import TYPE_CHECKING

from sandbox.exchange import parse_query
from sandbox.sheets.page_grid import ROWS_PER_PAGE, grid, page_count
from sandbox.sheets.page_style import CSS, ICON, css_colour

if TYPE_CHECKING:
    from sandbox.sheets.journal import Arrival
    from sandbox.sheets.model import Sheet, Spreadsheet
    from sandbox.sheets.store import Store

_PATH = re.compile(r"^/spreadsheets/d/(?P<id>[\w-]+)(?:/edit|/view)?/?$")


def find(store: Store, arrival: Arrival) -> bytes | None:
    """Return the page of a request; None when it is for none."""
    if arrival.method != "GET":
        return None
    if arrival.path in ("/", "/spreadsheets", "/spreadsheets/"):
        return _list(store).encode()
    match = _PATH.match(arrival.path)
    if match is None:
        return None
    query = parse_query(arrival.raw_query)
    return _spreadsheet(
        store,
        store.book(match["id"]),
        _number(query.get("gid"), -1),
        _number(query.get("page"), 1),
    ).encode()


def _number(values: list[str] | None, default: int) -> int:
    text = values[-1] if values else ""
    return int(text) if text.isdecimal() else default


def _document(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{CSS}</style></head><body>{body}</body></html>"
    )


def _list(store: Store) -> str:
    rows = "".join(
        f'<tr><td><a href="/spreadsheets/d/{book.id}/edit">{ICON} {escape(book.title)}</a></td>'
        f"<td>{escape(_owner(book))}</td><td>{_instant(book.modified)}</td>"
        f"<td>{len(book.sheets)}</td></tr>"
        for book in store.books()
    )
    head = "<tr><th>Name</th><th>Owner</th><th>Last modified (UTC)</th><th>Tabs</th></tr>"
    body = f'<main class="list"><h1>Spreadsheets</h1><table>{head}{rows}</table></main>'
    return _document("Spreadsheets", body)


def _owner(book: Spreadsheet) -> str:
    return next((email for email, role in book.permissions.items() if role == "owner"), "")


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%d %H:%M")


def _spreadsheet(store: Store, book: Spreadsheet, gid: int, page: int) -> str:
    shown = [one for one in book.sheets if not one.properties.get("hidden")]
    sheet = book.find(gid) or shown[0]
    page = max(1, min(page, page_count(sheet)))
    body = (
        f"<header>{ICON}<div><h1>{escape(book.title)}</h1>"
        f"<p>Last edit {_instant(book.modified)} UTC &middot; {escape(_owner(book))} &middot; "
        f"shared with {len(book.permissions) - 1}</p></div></header>"
        f'<div class="scroll">{grid(book, sheet, page, store.clock())}</div>'
        f"<footer>{_tabs(shown, sheet)}{_paging(sheet, page)}</footer>"
    )
    return _document(f"{book.title} - {sheet.title}", body)


def _tabs(shown: list[Sheet], current: Sheet) -> str:
    links = []
    for one in shown:
        colour = css_colour(one.properties.get("tabColorStyle", {}).get("rgbColor"))
        colour = colour or css_colour(one.properties.get("tabColor"))
        mark = f' style="box-shadow:inset 0 -3px {colour}"' if colour else ""
        here = ' class="here"' if one is current else ""
        links.append(f'<a href="?gid={one.id}"{here}{mark}>{escape(one.title)}</a>')
    return f"<nav>{''.join(links)}</nav>"


def _paging(sheet: Sheet, page: int) -> str:
    pages = page_count(sheet)
    if pages == 1:
        return ""
    first = (page - 1) * ROWS_PER_PAGE + 1
    last = min(page * ROWS_PER_PAGE, sheet.row_count)
    before = f'<a href="?gid={sheet.id}&amp;page={page - 1}">&lsaquo;</a>' if page > 1 else ""
    after = f'<a href="?gid={sheet.id}&amp;page={page + 1}">&rsaquo;</a>' if page < pages else ""
    return f'<p class="paging">{before} Rows {first:,}-{last:,} of {sheet.row_count:,} {after}</p>'
