"""Values into cells: any JSON value in, the same meaning out, and never a formula."""
# ruff: noqa: DTZ001 - cells hold wall clocks

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from target_gsheets.cells import MOST_CHARACTERS, cell, key_text
from target_gsheets.kinds import BOOLEAN, DATE, DATETIME, INTEGER, JSON, NUMBER, TEXT, TIME, kind_of
from target_gsheets.moments import Clock, moment_of

CLOCK = Clock()
KINDS = [TEXT, INTEGER, NUMBER, BOOLEAN, DATETIME, DATE, TIME, JSON]
SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FORMULAS = [
    '=HYPERLINK("https://example.invalid","click")',
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    '=IMPORTXML("https://example.invalid","//a")',
    "\t=1+1",
    "\r=1+1",
    "'=1+1",
    '=IMAGE("https://example.invalid/" & A1)',
    "\uff1d1+1",
    "{=SUM(1,2)}",
    "=cmd|' /C calc'!A0",
]
AS_TYPED = ["0042", "2,000,000.01", "50%", "1/2", "2020-01-01", "TRUE", "1e3", "+4930123", "3_1_0"]


def entered(value, kind=TEXT, clock=CLOCK):
    return json.loads(cell(value, kind, clock), parse_float=Decimal).get("userEnteredValue")


def numeric(value):
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


@given(VALUES, st.sampled_from([TEXT, INTEGER, NUMBER, BOOLEAN, JSON]))
def test_any_value_keeps_its_meaning(value, kind):
    found = entered(value, kind)
    if value is None:
        assert found is None
        return
    ((name, written),) = found.items() if found else (("", None),)
    assert name != "formulaValue"
    if isinstance(value, bool):
        assert (name, written) == ("boolValue", value)
    elif numeric(value):
        if isinstance(value, Decimal) and not value.is_finite():
            return
        assert Decimal(written) == value
    elif isinstance(value, str):
        assert name == "stringValue" or kind == NUMBER
        if name == "stringValue":
            assert written == value.replace("\0", "")
    else:
        assert name == "stringValue"
        json.loads(written)


@given(st.integers())
def test_integers_beyond_15_digits_are_text_with_every_digit(number):
    ((name, written),) = entered(number, INTEGER).items()
    assert int(written) == number
    assert name == ("numberValue" if abs(number) < 10**15 else "stringValue")


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.sampled_from(["UTC", "America/Halifax", "Asia/Kolkata"]),
)
def test_an_instant_is_the_wall_clock_of_the_zone_to_the_millisecond(naive, name):
    zone = ZoneInfo(name)
    instant = naive.replace(tzinfo=timezone.utc)
    wall = instant.astimezone(zone).replace(tzinfo=None)
    if wall < datetime(1899, 12, 30):
        return
    number = entered(instant.isoformat(), DATETIME, Clock(zone))["numberValue"]
    assert abs(moment_of(float(number)) - wall) <= timedelta(milliseconds=1)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.sampled_from(["UTC", "America/Halifax", "Asia/Kolkata"]),
)
def test_a_time_without_an_offset_is_shown_as_it_is(naive, name):
    number = entered(naive.isoformat(), DATETIME, Clock(ZoneInfo(name)))["numberValue"]
    assert abs(moment_of(float(number)) - naive) <= timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "text", ["Unknown", "NaT", "", "2026-13-01T00:00:00Z", "1850-01-01T00:00:00Z"]
)
def test_what_is_no_date_in_a_sheet_stays_text(text):
    assert entered(text, DATETIME) == {"stringValue": text}


def test_no_epoch_is_left_to_be_read():
    assert entered(1767225600000, DATETIME) == entered("2026-01-01T00:00:00Z", DATETIME)


def test_null_and_empty_text_are_two_things():
    assert entered(None) is None
    assert entered("") == {"stringValue": ""}
    assert entered(math.nan, NUMBER) is None


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_a_text_too_long_is_cut_and_says_so(letter):
    written = entered(letter * 60_000)["stringValue"]
    assert len(written.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert "cut: 60000 characters, sha256" in written
    assert entered(letter * 20_000) == {"stringValue": letter * 20_000}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": ["null", "string"], "format": "date-time"}, DATETIME),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, NUMBER),
        ({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, DATETIME),
        ({"type": ["string", "integer"]}, TEXT),
        ({"type": "array"}, JSON),
        ({}, JSON),
    ],
)
def test_kinds_follow_from_the_schema(schema, kind):
    assert kind_of(schema) == kind


def test_keys_are_the_same_text_however_they_are_written():
    assert {key_text(each) for each in (12, 12.0, Decimal(12), Decimal("12.0"), "12")} == {"12"}


@given(st.lists(st.one_of(st.sampled_from([*FORMULAS, *AS_TYPED]), st.text()), min_size=1))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_cell_becomes_a_formula_or_is_parsed(server, say, texts):
    sheet = say.fresh(server)
    rows = [say.record(id=f"{at}", text=text) for at, text in enumerate(texts)]
    sheet.load(say.schema(id=say.text, text=say.text), *rows)
    cells = sheet.server.store.cells(sheet.id, "tickets")[1:]
    expected = [(str(at), text.replace("\0", "") or "") for at, text in enumerate(texts)]
    assert [(row[0], row[1] or "") for row in cells] == expected


@pytest.mark.parametrize("text", [*FORMULAS, *AS_TYPED])
def test_the_corpus_stays_text_in_keys_headings_and_cells(sheet, say, text):
    sheet.load(say.schema(id=say.text, **{text: say.text}), say.record(id=text, **{text: text}))
    header, row = sheet.server.store.cells(sheet.id, "tickets")
    assert (header[1], row) == (text, [text, text])
