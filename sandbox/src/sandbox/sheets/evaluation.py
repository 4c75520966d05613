"""What formulas come to.

A small language is enough: literals, arithmetic, comparison, references, and the functions that
people put beside data. Everything else is an error value, as a mistyped formula would be.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.sheets.functions import FUNCTIONS, Failure, number_of, text_of
from sandbox.sheets.model import Formula
from sandbox.sheets.references import REFERENCE, Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.model import Sheet, Spreadsheet

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<error>#[A-Z/0!?]+)|(?P<name>[A-Za-z_][\w.]*)(?=\s*\()'
    r"|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<word>TRUE|FALSE)\b"
    r"|(?P<operator><>|<=|>=|[-+*/^&=<>(),;%{}]))",
    re.IGNORECASE,
)
_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_DEPTH = 200


@dataclass
class Grid:
    """The values of a range, row by row."""

    rows: list[list[Any]]

    def flat(self) -> list[Any]:
        """Return every value."""
        return [value for row in self.rows for value in row]


class Evaluator:
    """Evaluates the cells of one spreadsheet, each formula once."""

    def __init__(self, book: Spreadsheet, now: float) -> None:
        self._book = book
        self.now = now
        self._known: dict[tuple[int, int, int], Any] = {}
        self._under_way: set[tuple[int, int, int]] = set()

    def value(self, sheet: Sheet, row: int, column: int) -> Any:
        """Return what a cell comes to: None, bool, float, str or a `Failure`."""
        value = sheet.cell(row, column).value
        return self.formula(sheet, row, column, value) if type(value) is Formula else value

    def formula(self, sheet: Sheet, row: int, column: int, formula: Formula) -> Any:
        """Return what a formula at a place comes to."""
        place = (sheet.id, row, column)
        if place in self._known:
            return self._known[place]
        if place in self._under_way or len(self._under_way) > _DEPTH:
            return Failure("REF", "Circular dependency detected.")
        self._under_way.add(place)
        result = _shown(_Reading(self, sheet, formula.text[1:]).result())
        self._under_way.discard(place)
        self._known[place] = result
        return result

    def range(self, home: Sheet, reference: Reference) -> Any:
        """Return the values a reference names."""
        sheet = home if reference.title is None else self._book.titled(reference.title)
        if sheet is None:
            return Failure("REF", "Unresolved sheet name.")
        (top, bottom), (left, right) = reference.rows, reference.columns
        top, left = top or 0, left or 0
        if top >= sheet.row_count or left >= sheet.column_count:
            return Failure("REF", "Reference does not exist.")
        if not reference.is_range:
            return self.value(sheet, top, left)
        last_row = min(sheet.row_count, sheet.row_count if bottom is None else bottom + 1)
        last_column = min(sheet.column_count, sheet.column_count if right is None else right + 1)
        rows = range(top, min(last_row, max(len(sheet.rows), top + 1)))
        return Grid(
            [[self.value(sheet, row, col) for col in range(left, last_column)] for row in rows]
        )


def _shown(result: Any) -> Any:
    """Return what the formula's own cell shows: of a range its first value."""
    if isinstance(result, Grid):
        flat = result.flat()
        return flat[0] if flat else None
    if isinstance(result, float) and not math.isfinite(result):
        return Failure("NUM", "The result is not a number.")
    return 0.0 if result is None or result is _Blank else result


class _Reading:
    """Reads a formula's text and evaluates it on the way."""

    def __init__(self, evaluator: Evaluator, sheet: Sheet, text: str) -> None:
        self._evaluator, self._sheet = evaluator, sheet
        self._text, self._at = text, 0

    def result(self) -> Any:
        try:
            value = self._level(0)
        except _ParseError:
            return Failure("ERROR", "Formula parse error.")
        self._space()
        return value if self._at == len(self._text) else Failure("ERROR", "Formula parse error.")

    def _space(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _peek(self) -> str:
        self._space()
        match = _TOKEN.match(self._text, self._at)
        return match["operator"] or "" if match else ""

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise _ParseError
        self._at += len(sign)

    def _level(self, level: int) -> Any:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while (sign := self._peek()) in _LEVELS[level]:
            self._take(sign)
            left = _combined(sign, left, self._level(level + 1))
        return left

    def _unary(self) -> Any:
        sign = self._peek()
        if sign in ("+", "-"):
            self._take(sign)
            value = self._unary()
            return value if sign == "+" else _combined("-", 0.0, value)
        value = self._atom()
        while self._peek() == "%":
            self._take("%")
            value = _combined("/", value, 100.0)
        return value

    def _atom(self) -> Any:
        self._space()
        if self._peek() == "(":
            self._take("(")
            value = self._level(0)
            self._take(")")
            return value
        reference = self._reference()
        return self._literal() if reference is None else reference

    def _reference(self) -> Any:
        match = REFERENCE.match(self._text, self._at)
        if not match or match[0].startswith('"'):
            return None
        reference = Reference(match)
        if not reference.sound:
            return None
        self._at = match.end()
        value = self._evaluator.range(self._sheet, reference)
        return _Blank if value is None else value

    def _literal(self) -> Any:
        match = _TOKEN.match(self._text, self._at)
        if not match or match["operator"]:
            raise _ParseError
        self._at = match.end()
        if match["text"] is not None:
            return match["text"][1:-1].replace('""', '"')
        if match["number"] is not None:
            return float(match["number"])
        if match["word"]:
            return match["word"].upper() == "TRUE"
        if match["error"]:
            return Failure(
                match["error"].strip("#!?").replace("/", "_"), "Reference does not exist."
            )
        return self._call(match["name"].upper())

    def _call(self, name: str) -> Any:
        self._take("(")
        arguments = []
        while self._peek() != ")":
            arguments.append(_unblanked(self._level(0)))
            if self._peek() not in (",", ";"):
                break
            self._take(self._peek())
        self._take(")")
        function: Callable[..., Any] | None = FUNCTIONS.get(name)
        if function is None:
            return Failure("NAME", f"Unknown function: '{name}'.")
        return function(self._evaluator.now, [_plain(one) for one in arguments])


class _ParseError(Exception):
    """The text is no formula."""


class _Blank:
    """The value of an empty cell within a calculation."""


def _unblanked(value: Any) -> Any:
    return None if value is _Blank else value


def _plain(value: Any) -> Any:
    return value.rows if isinstance(value, Grid) else value


def _combined(sign: str, left: Any, right: Any) -> Any:
    left, right = _scalar(left), _scalar(right)
    for one in (left, right):
        if isinstance(one, Failure):
            return one
    if sign == "&":
        return text_of(left) + text_of(right)
    if sign in _LEVELS[0]:
        return _compared(sign, left, right)
    one, other = number_of(left), number_of(right)
    if isinstance(one, Failure) or isinstance(other, Failure):
        return one if isinstance(one, Failure) else other
    return _calculated(sign, one, other)


def _scalar(value: Any) -> Any:
    if isinstance(value, Grid):
        flat = value.flat()
        return flat[0] if flat else None
    return _unblanked(value)


def _compared(sign: str, left: Any, right: Any) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        left, right = text_of(left).casefold(), text_of(right).casefold()
    else:
        left, right = left or 0.0, right or 0.0
    holds: bool = _COMPARISONS[sign](left, right)
    return holds


def _calculated(sign: str, left: float, right: float) -> Any:
    try:
        if sign == "^":
            power = left**right
            return Failure("NUM", "Not a real number.") if isinstance(power, complex) else power
        if sign == "/":
            return left / right
    except ZeroDivisionError:
        return Failure("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
    except OverflowError:
        return Failure("NUM", "The result is too large.")
    return {"+": left + right, "-": left - right, "*": left * right}[sign]
