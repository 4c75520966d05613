"""How contributions become one number."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.gorgias.statistics.contributions import Contribution

Number = int | float


def count(parts: Sequence[Contribution]) -> Number | None:
    """How many; nothing where there is none."""
    return len(parts) or None


def scored(parts: Sequence[Contribution]) -> Number | None:
    """How many have an amount; zero as long as there is any part at all."""
    return len(_amounts(parts)) if parts else None


def median_seconds(parts: Sequence[Contribution]) -> Number | None:
    """The middle duration, or the mean of the two middle ones, in whole seconds."""
    amounts = sorted(_amounts(parts))
    if not amounts:
        return None
    middle = len(amounts) // 2
    chosen = amounts[middle:][:1] if len(amounts) % 2 else amounts[middle - 1 : middle + 1]
    return round(sum(map(exact, chosen), Fraction()) / len(chosen))


def mean(parts: Sequence[Contribution]) -> Number | None:
    """The mean amount, two decimals."""
    amounts = _amounts(parts)
    if not amounts:
        return None
    return two_decimals(sum(map(exact, amounts), Fraction()) / len(amounts))


def sent_surveys(parts: Sequence[Contribution]) -> Number | None:
    """How many surveys were sent."""
    return len(_sent(parts)) if parts else None


def response_rate(parts: Sequence[Contribution]) -> Number | None:
    """Answered ones of the sent surveys, in percent with two decimals."""
    sent = _sent(parts)
    return two_decimals(Fraction(100 * len(_amounts(sent)), len(sent))) if sent else None


def nothing(_: Sequence[Contribution]) -> Number | None:
    """What this account has none of."""
    return None


def exact(amount: float) -> Fraction:
    """An amount without the error of binary fractions: nothing is finer than a microsecond."""
    return Fraction(round(amount * 1_000_000), 1_000_000)


def two_decimals(value: Fraction) -> Number:
    """Rounded half to even."""
    return float(round(value, 2))


def _amounts(parts: Sequence[Contribution]) -> list[float]:
    return [one.amount for one in parts if one.amount is not None]


def _sent(parts: Sequence[Contribution]) -> list[Contribution]:
    return [one for one in parts if one.label]
