"""The functions that formulas of the stand-in know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sandbox.sheets.number_text import general_text
from sandbox.sheets.serials import serial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TEXTS = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
}


@dataclass(frozen=True)
class Failure:
    """An error value: its type as the API tells it, and the message that explains it."""

    type: str
    message: str

    def __str__(self) -> str:
        return _TEXTS.get(self.type, "#ERROR!")


def number_of(value: Any) -> Any:
    """Return a value as a number, or a `Failure`."""
    if value is None:
        return 0.0
    if isinstance(value, (bool, float)):
        return float(value)
    if isinstance(value, Failure):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return Failure("VALUE", "The parameter is a text and cannot be coerced to a number.")


def text_of(value: Any) -> str:
    """Return a value as the text it is joined with others as."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return general_text(value) if isinstance(value, float) else str(value)


def _values(arguments: list[Any]) -> Iterator[Any]:
    for one in arguments:
        if isinstance(one, list):
            yield from _values(one)
        else:
            yield one


def _over_numbers(calculate: Callable[[list[float]], Any]) -> Callable[[float, list[Any]], Any]:
    """Return a function of all numbers among its arguments; an error among them is its result."""

    def function(_: float, arguments: list[Any]) -> Any:
        numbers: list[float] = []
        for value in _values(arguments):
            if isinstance(value, Failure):
                return value
            if isinstance(value, float) and not isinstance(value, bool):
                numbers.append(value)
        return calculate(numbers)

    return function


def _average(numbers: list[float]) -> Any:
    if not numbers:
        return Failure("DIVIDE_BY_ZERO", "Evaluation of function AVERAGE caused a divide by zero.")
    return sum(numbers) / len(numbers)


def _counta(_: float, arguments: list[Any]) -> float:
    return float(sum(value is not None for value in _values(arguments)))


def _if(_: float, arguments: list[Any]) -> Any:
    condition, *branches = arguments
    if isinstance(condition, Failure):
        return condition
    chosen = branches[:1] if condition else branches[1:2]
    return chosen[0] if chosen else False


def _link(_: float, arguments: list[Any]) -> Any:
    return arguments[-1] if arguments else Failure("N_A", "Wrong number of arguments.")


def _day(moment: datetime) -> float:
    return serial(moment.replace(hour=0, minute=0, second=0, microsecond=0))


def _moment(now: float) -> datetime:
    return datetime.fromtimestamp(now, tz=timezone.utc)


FUNCTIONS: dict[str, Callable[[float, list[Any]], Any]] = {
    "SUM": _over_numbers(lambda numbers: float(sum(numbers))),
    "COUNT": _over_numbers(lambda numbers: float(len(numbers))),
    "AVERAGE": _over_numbers(_average),
    "MIN": _over_numbers(lambda numbers: min(numbers, default=0.0)),
    "MAX": _over_numbers(lambda numbers: max(numbers, default=0.0)),
    "COUNTA": _counta,
    "IF": _if,
    "HYPERLINK": _link,
    "ARRAYFORMULA": lambda _, arguments: (
        arguments[0][0][0] if isinstance(arguments[0], list) else arguments[0]
    ),
    "LEN": lambda _, arguments: float(len(text_of(arguments[0]))),
    "UPPER": lambda _, arguments: text_of(arguments[0]).upper(),
    "LOWER": lambda _, arguments: text_of(arguments[0]).lower(),
    "CONCATENATE": lambda _, arguments: "".join(text_of(one) for one in _values(arguments)),
    "TODAY": lambda now, _: _day(_moment(now)),
    "NOW": lambda now, _: serial(_moment(now)),
}
