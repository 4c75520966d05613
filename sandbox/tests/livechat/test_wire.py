import pytest
from sandbox.livechat.wire import instant_text, offset_text, parse_instant

AT = 1_769_999_999_000_001


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-02T02:39:59.000001Z",
        "2026-02-02t02:39:59.000001z",
        "2026-02-02T02:39:59.000001+00:00",
        "2026-02-02T03:39:59.000001+01:00",
        "2026-02-01T22:39:59.0000019-04:00",
    ],
)
def test_an_instant_may_be_written_in_many_ways(text):
    assert parse_instant(text) == AT


@pytest.mark.parametrize(
    "text", ["", "2026-02-02", "2026-02-02T02:39:59", "2026-13-02T02:39:59Z", "1769999999", "now"]
)
def test_other_text_is_no_instant(text):
    assert parse_instant(text) is None


def test_fractions_may_be_short_or_missing():
    assert parse_instant("1970-01-01T00:00:01.5Z") == 1_500_000
    assert parse_instant("1970-01-01T00:00:01Z") == 1_000_000


def test_instants_are_written_with_six_digits():
    assert instant_text(AT) == "2026-02-02T02:39:59.000001Z"
    assert offset_text(AT, 1) == "2026-02-02T03:39:59.000001+01:00"
