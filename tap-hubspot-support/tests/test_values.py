"""Wire text to typed values."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tap_hubspot_support.instants import milliseconds
from tap_hubspot_support.values import (
    Misfit,
    to_boolean,
    to_date,
    to_instant,
    to_integer,
    to_json,
    to_number,
)

ALL = [to_boolean, to_date, to_instant, to_integer, to_json, to_number]


@pytest.mark.capability("S2-30")
@pytest.mark.parametrize("convert", ALL)
@pytest.mark.parametrize("text", ["", " "])
def test_nothing_is_null_in_every_typed_column(convert: Any, text: str) -> None:
    assert convert(text) is None


@pytest.mark.capability("S2-30")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("12.50", Decimal("12.50")),
        ("-3.25", Decimal("-3.25")),
        (" 7 ", Decimal(7)),
        (".5", Decimal("0.5")),
        ("1e3", Decimal(1000)),
        ("+4", Decimal(4)),
        ("0.1", Decimal("0.1")),
    ],
)
def test_number_text_becomes_the_exact_number(text: str, value: Any) -> None:
    assert to_number(text) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12))
def test_no_decimal_loses_a_digit(number: Decimal) -> None:
    assert to_number(str(number)) == number


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_no_id_loses_a_digit(number: int) -> None:
    assert to_integer(str(number)) == number


@pytest.mark.capability("S2-31")
@pytest.mark.parametrize("text", ["true", "TRUE", "True", "1", "yes", "Yes", "on", "ON"])
def test_words_for_yes(text: str) -> None:
    assert to_boolean(text) is True


@pytest.mark.capability("S2-31")
@pytest.mark.parametrize("text", ["false", "FALSE", "0", "no", "No", "off", "Off"])
def test_words_for_no(text: str) -> None:
    assert to_boolean(text) is False


@pytest.mark.capability("S2-32")
@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 30)))  # noqa: DTZ001
def test_epoch_milliseconds_and_iso_text_are_the_same_instant(moment: datetime) -> None:
    aware = moment.replace(tzinfo=timezone.utc, microsecond=moment.microsecond // 1000 * 1000)
    at = milliseconds(aware)
    texts = [str(at), f"{at}.0", aware.isoformat(), aware.isoformat().replace("+00:00", "Z")]
    read = {datetime.fromisoformat((to_instant(t) or "").replace("Z", "+00:00")) for t in texts}
    assert read == {aware}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-08", "2026-03-08"),
        ("1772928000000", "2026-03-08"),
        ("2026-03-08T00:00:00Z", "2026-03-08"),
    ],
)
def test_a_day_keeps_its_date(text: str, value: str) -> None:
    assert to_date(text) == value


def test_json_numbers_stay_exact() -> None:
    assert to_json('{"a": 0.1234567890123456789}') == {"a": Decimal("0.1234567890123456789")}


@pytest.mark.parametrize(
    ("convert", "text"),
    [
        (to_number, "12 euros"), (to_number, "NaN"), (to_number, "Infinity"), (to_number, "1_000"),
        (to_number, "3092727991;3881228353"), (to_number, "1e9999"), (to_number, "٣"), (to_number, "9" * 1001),
        (to_integer, "1.5"), (to_integer, "9223372036854775808"), (to_integer, "-9223372036854775809"),
        (to_boolean, "maybe"), (to_boolean, "2"),
        (to_instant, "Unknown"), (to_instant, "2026-03-08"), (to_instant, "2026-02-30T00:00:00Z"), (to_instant, "2026-13-01T00:00:00Z"),
        (to_instant, "99999999999999999"), (to_date, "2026-02-30"), (to_date, "1772928000001"), (to_date, "Unknown"),
        (to_json, "{"), (to_json, "12"), (to_json, "[" * 100_000),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_misfit_that_does_not_quote_the_value(
    convert: Any, text: str
) -> None:
    with pytest.raises(Misfit) as caught:
        convert(text)
    assert text not in str(caught.value)
