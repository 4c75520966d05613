"""The endpoints of the Drive API that a spreadsheet's file needs."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.errors import SheetsError, forbidden, invalid, no_storage, not_found
from sandbox.sheets.masks import parse_mask, select
from sandbox.sheets.resources import URL

if TYPE_CHECKING:
    from sandbox.sheets.calls import Call
    from sandbox.sheets.model import Spreadsheet

    Answer = dict[str, Any]

MIME = "application/vnd.google-apps.spreadsheet"
_NAME = re.compile(r"""name\s*=\s*(["'])((?:\\.|(?!\1).)*)\1""")
_MIME = re.compile(r"""mimeType\s*=\s*["']([^"']*)["']""")
_DEFAULT_FILE = "kind,id,name,mimeType"
_DEFAULT_LIST = f"kind,incompleteSearch,nextPageToken,files({_DEFAULT_FILE})"
_WRITERS = ("owner", "writer")


def _mask(call: Call, default: str) -> Any:
    return parse_mask(call.one("fields") or default)


def _file(book: Spreadsheet, caller: str) -> Answer:
    return {
        "kind": "drive#file",
        "id": book.id,
        "name": book.title,
        "mimeType": MIME,
        "createdTime": _instant(book.created),
        "modifiedTime": _instant(book.modified),
        "version": str(book.version),
        "trashed": False,
        "parents": ["root"],
        "ownedByMe": book.permissions.get(caller) == "owner",
        "webViewLink": URL.format(book.id),
        "capabilities": {"canEdit": book.permissions.get(caller) in _WRITERS},
        "permissions": [_permission(email, role) for email, role in book.permissions.items()],
    }


def _instant(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _permission(email: str, role: str) -> Answer:
    return {
        "kind": "drive#permission",
        "id": permission_id(email),
        "type": "user",
        "emailAddress": email,
        "role": role,
    }


def permission_id(email: str) -> str:
    """Return the id of somebody's permission; it is the same on every file."""
    return str(int.from_bytes(hashlib.sha256(email.encode()).digest()[:8], "big"))


def list_files(call: Call) -> Answer:
    """`files.list`, with the queries that gspread makes."""
    query = call.one("q") or ""
    name, mime = _NAME.search(query), _MIME.search(query)
    wanted = name and name[2].replace("\\'", "'").replace('\\"', '"').replace("\\\\", "\\")
    files = [
        _file(book, call.caller)
        for book in call.store.books()
        if call.caller in book.permissions
        and (wanted is None or book.title == wanted)
        and (mime is None or mime[1] == MIME)
    ]
    told = {"kind": "drive#fileList", "incompleteSearch": False, "files": files}
    return dict(select(told, _mask(call, _DEFAULT_LIST)))


def _visible(call: Call) -> Spreadsheet:
    """Return the file; Drive tells nothing of one that is not shared."""
    try:
        return call.book(write=False)
    except SheetsError:
        message = f"File not found: {call.parameters['id']}."
        raise SheetsError(404, "NOT_FOUND", message) from None


def get_file(call: Call) -> Answer:
    """`files.get`."""
    return dict(select(_file(_visible(call), call.caller), _mask(call, _DEFAULT_FILE)))


def create_file(call: Call) -> Answer:
    """`files.create`; a service account has no storage to create one in."""
    body = _body(call)
    if body.get("mimeType", MIME) != MIME:
        raise invalid("The stand-in keeps spreadsheets only.")
    if not call.store.behaviour.accounts_own_files:
        raise no_storage()
    book_id = call.store.create(body.get("name") or "Untitled", owner=call.caller)
    return dict(select(_file(call.store.book(book_id), call.caller), _mask(call, _DEFAULT_FILE)))


def update_file(call: Call) -> Answer:
    """`files.update`: only the name can be changed."""
    book = _visible(call)
    call.book(write=True)
    properties = {"title": _body(call).get("name") or book.title}
    request = {"updateSpreadsheetProperties": {"properties": properties, "fields": "title"}}
    payload = msgspec.json.encode({"requests": [request]})
    call.store.change(book.id, "batchUpdate", payload, caller=call.caller)
    return get_file(call)


def delete_file(call: Call) -> None:
    """`files.delete`."""
    book = _visible(call)
    if book.permissions.get(call.caller) != "owner":
        raise forbidden()
    call.store.delete(book.id)


def list_permissions(call: Call) -> Answer:
    """`permissions.list`."""
    book = _visible(call)
    told = [_permission(email, role) for email, role in book.permissions.items()]
    return {"kind": "drive#permissionList", "permissions": told}


def create_permission(call: Call) -> Answer:
    """`permissions.create`."""
    book = call.book(write=True)
    body = _body(call)
    email, role = body.get("emailAddress") or "", body.get("role") or ""
    payload = msgspec.json.encode({"email": email, "role": role})
    call.store.change(book.id, "share", payload, caller=call.caller)
    return _permission(email, role)


def delete_permission(call: Call) -> None:
    """`permissions.delete`."""
    book = call.book(write=True)
    for email in book.permissions:
        if permission_id(email) == call.parameters["permission"]:
            payload = msgspec.json.encode({"email": email})
            call.store.change(book.id, "unshare", payload, caller=call.caller)
            return
    raise not_found()


def _body(call: Call) -> Answer:
    try:
        body = msgspec.json.decode(call.body or b"{}")
    except msgspec.DecodeError:
        body = None
    if not isinstance(body, dict):
        raise invalid("Parse Error")
    return body
