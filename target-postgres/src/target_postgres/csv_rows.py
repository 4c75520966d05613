r"""Rows on their way into COPY.

A row waits as the JSON array of its values. Such an array, without its brackets, already
is a line of PostgreSQL's CSV with ``QUOTE '"'``, ``ESCAPE '\'`` and ``NULL 'null'``, apart
from the escapes JSON has beyond ``\"`` and ``\\``. Those are turned into the characters
they stand for over many rows at once, which costs a fraction of building each value.
"""

from __future__ import annotations

import contextlib
import re
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

import msgspec

from target_postgres.column_types import BIGINT, BOOLEAN, DATE, JSONB, TEXT, TIME, TIMESTAMPTZ

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: What COPY must be told to read these rows.
COPY_OPTIONS = r"""(FORMAT csv, QUOTE '"', ESCAPE '\', NULL 'null')"""

# A control character cannot occur raw in JSON, so this one can stand for an escaped
# backslash while the other escapes are replaced.
_BACKSLASH = b"\0"
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"/": b"/", b"b": b"\b", b"f": b"\f"}
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
#: Any escape but a quote's, which stays, and a line break's, by far the most frequent.
_SELDOM = re.compile(rb'\\[^"n]')
_UNICODE = re.compile(rb"\\u([0-9a-fA-F]{4})")
_WHOLE = re.compile(rb"(-?\d+)(?:\.0+)?")
_DIGITS = re.compile(rb"-?\d{9,13}")
#: Above this an epoch number is milliseconds, below it seconds (the year 2286).
_MILLISECONDS_FROM = 10_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_PAIR = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_LONE_LENGTH = 6
_OPENING = (b"{", b"[")
_NUL = re.compile(rb"\\\\|\\u0000")
_DAY = rb"(\d{4,6}-\d\d-\d\d|\d{8})"
_CLOCK = rb"(\d\d:\d\d(:\d\d(\.\d+)?)?|\d{6})"
_ZONE = rb" ?([Zz]|[+-]\d\d(:?\d\d){0,2})?"
#: Six digits alone are a time of day; PostgreSQL would take them for a day of this century.
_DATED = re.compile(_DAY + rb"([T ]?" + _CLOCK + rb")?" + _ZONE + rb"( BC)?")
_FORMS = {
    TIMESTAMPTZ: _DATED,
    DATE: _DATED,
    TIME: re.compile(_DAY + rb"?[T ]?" + _CLOCK + _ZONE),
}

#: Strict readers of what has a calendar or a clock.
_MOMENTS: dict[str, Callable[[msgspec.Raw], datetime | date | time]] = {
    TIMESTAMPTZ: msgspec.json.Decoder(datetime).decode,
    DATE: msgspec.json.Decoder(date).decode,
    TIME: msgspec.json.Decoder(time).decode,
}

Value = str | int | bool | datetime | date | time | msgspec.Raw | None
encode = msgspec.json.Encoder(decimal_format="number").encode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_text = msgspec.json.Decoder(str).decode


class UnfitError(ValueError):
    """A value that its column cannot hold."""


def _character(match: re.Match[bytes]) -> bytes:
    # PostgreSQL cannot store NUL: it goes, everything else stays.
    code = int(match[1], 16)
    return chr(code).encode("utf-8", "surrogatepass") if code else b""


def to_csv(rows: Sequence[bytes]) -> bytes:
    """Turn JSON arrays into CSV lines for COPY.

    Args:
        rows: One JSON array per row, on one line each, none of it empty.

    Returns:
        The lines, each ended by a newline.
    """
    text = b"\n".join([row[1:-1] for row in rows]) + b"\n"
    if _SELDOM.search(text) is None:
        return text.replace(b"\\n", b"\n")
    return _without_escapes(text)


def _without_escapes(text: bytes) -> bytes:
    # Each replacement reads the whole text, so only those that are needed are made.
    found = set(_ESCAPE.findall(text))
    if b"\\" in found:
        text = text.replace(b"\\\\", _BACKSLASH)
    for letter in found & _PLAIN.keys():
        text = text.replace(b"\\" + letter, _PLAIN[letter])
    if b"u" in found:
        text = _UNICODE.sub(_character, text)
    return text.replace(_BACKSLASH, b"\\\\")


def without_lone_surrogates(line: bytes) -> bytes:
    """Replace halves of escaped surrogate pairs (emoji cut in two) by U+FFFD."""

    def whole(match: re.Match[bytes]) -> bytes:
        lone = len(match[0]) == _LONE_LENGTH
        return b"\\ufffd" if lone else match[0]

    return _PAIR.sub(whole, line)


def without_nul(text: bytes) -> bytes:
    r"""Drop escaped NUL characters from JSON; an escaped backslash before ``u0000`` is none."""
    return _NUL.sub(lambda match: b"" if match[0][1:] == b"u0000" else match[0], text)


def json_text(raw: msgspec.Raw) -> str | None:
    """Return a JSON value as the text that jsonb reads, or None for null."""
    data = bytes(raw)
    if data == b"null":
        return None
    if b"\\u" in data:
        data = without_lone_surrogates(data)
    if b"\\u0000" in data:
        data = without_nul(data)
    return data.decode()


def _from_epoch(number: int) -> str:
    unit = "milliseconds" if abs(number) >= _MILLISECONDS_FROM else "seconds"
    return (_EPOCH + timedelta(**{unit: number})).isoformat()


def _scalar(raw: msgspec.Raw, kind: str) -> Value:
    data = bytes(raw)
    if data == b'""':
        return None
    if data[:1] in _OPENING:
        return data.decode()
    if b"\\" in data:
        return _decode_text(data)
    bare = data.strip(b'"')
    if kind in (TIMESTAMPTZ, DATE) and _DIGITS.fullmatch(bare):
        return _from_epoch(int(bare))
    if kind == BIGINT and (whole := _WHOLE.fullmatch(bare)):
        return int(whole[1])
    return data == b"true" if kind == BOOLEAN and data in (b"true", b"false") else raw


def _moment(raw: msgspec.Raw, kind: str) -> Value:
    # PostgreSQL reads much into a text: `now`, `infinity`, 05/06/2026 in some order. Only
    # what is written in the ISO form, if loosely, or as an epoch number, may reach it.
    with contextlib.suppress(msgspec.MsgspecError):
        return _MOMENTS[kind](raw)
    value = _scalar(raw, kind)
    if value is not None:
        # Escapes are read by now: PHP, for one, writes the slashes of 05/06/2026 with them.
        _check_form(value.encode() if isinstance(value, str) else bytes(raw), kind)
    return value


def _check_form(data: bytes, kind: str) -> None:
    if not _FORMS[kind].fullmatch(data.strip(b'"')):
        raise UnfitError(f"not a {kind} in ISO 8601")


def lenient(raw: msgspec.Raw | None, kind: str) -> Value:
    """Read a value that is not of the declared JSON type, losing nothing.

    Empty text means no value unless the column is text; whole floats are integers; long
    digit strings in an instant or date are epoch milliseconds (seconds below 10^10). What still
    does not fit is left for the server to refuse.

    Args:
        raw: The JSON value, or None when the record does not carry it.
        kind: The column's PostgreSQL type.

    Returns:
        A value for the row's JSON array.

    Raises:
        UnfitError: If the server might read something into a text that is no date or time.
    """
    if raw is None or bytes(raw) == b"null":
        return None
    if kind == JSONB:
        return json_text(raw)
    if kind == TEXT:
        data = bytes(raw)
        return _decode_text(data) if data[:1] == b'"' else data.decode()
    return _moment(raw, kind) if kind in _MOMENTS else _scalar(raw, kind)


def mended(row: bytes, kinds: Sequence[str]) -> bytes:
    """Read a row again leniently, after the server refused its batch.

    Args:
        row: JSON array of the row.
        kinds: PostgreSQL type of each value.

    Returns:
        The row, with the values replaced that ``lenient`` understands.
    """
    values = _decode_array(row)
    return encode(
        [
            raw if kind in (TEXT, JSONB) or bytes(raw) == b"null" else _scalar(raw, kind)
            for raw, kind in zip(values, kinds, strict=True)
        ]
    )
