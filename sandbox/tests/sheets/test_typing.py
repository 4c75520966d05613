"""What typed texts become, and how numbers look: the tables of the locale en_US."""

import pytest
from sandbox.sheets.number_text import number_text
from sandbox.sheets.typing_in import Entry, entered

NOW = 1_790_000_000.0  # in 2026


@pytest.mark.parametrize(
    ("text", "value", "pattern"),
    [
        ("", None, None),
        ("hello", "hello", None),
        ("42", 42.0, None),
        ("0042", 42.0, None),
        ("-5", -5.0, None),
        ("+49123456789", 49123456789.0, None),
        ("1.50", 1.5, None),
        (".5", 0.5, None),
        (" 7 ", 7.0, None),
        ("2,000,000.01", 2000000.01, "#,##0.00"),
        ("1,000", 1000.0, "#,##0"),
        ("10,00", "10,00", None),
        ("50%", 0.5, "0%"),
        ("12.5%", 0.125, "0.00%"),
        ("$5", 5.0, '"$"#,##0'),
        ("$1,234.50", 1234.5, '"$"#,##0.00'),
        ("1e3", 1000.0, "0.00E+00"),
        ("12345678901234567", 12345678901234568.0, None),
        ("3_1_0", "3_1_0", None),
        ("1.2.3", "1.2.3", None),
        ("TRUE", True, None),
        ("false", False, None),
        ("truth", "truth", None),
        ("2020-01-01", 43831.0, "yyyy-mm-dd"),
        ("1999-01-02", 36162.0, "yyyy-mm-dd"),
        ("1/2", 46024.0, "M/d/yyyy"),
        ("1/2/2020", 43832.0, "M/d/yyyy"),
        ("13/13/2020", "13/13/2020", None),
        ("2020-02-30", "2020-02-30", None),
        ("1-Jan-2020", 43831.0, "d-mmm-yyyy"),
        ("January 1, 2020", 43831.0, "mmmm d, yyyy"),
        ("12:00", 0.5, "h:mm:ss am/pm"),
        ("6:00 pm", 0.75, "h:mm:ss am/pm"),
        ("25:61", "25:61", None),
        ("2020-01-01 12:00:00", 43831.5, "yyyy-mm-dd h:mm:ss"),
        ("2020-01-01T12:00:00Z", "2020-01-01T12:00:00Z", None),
        ("'0042", "0042", None),
        ("'=1+1", "=1+1", None),
        ("=", "=", None),
        ("-", "-", None),
        ("@mention", "@mention", None),
        ("a@example.com", "a@example.com", None),
    ],
)
def test_a_typed_text_becomes_a_value_and_its_format(text, value, pattern):
    entry = entered(text, NOW)
    assert (entry.value, entry.formula) == (value, False)
    assert type(entry.value) is type(value)
    assert (entry.format or {}).get("pattern") == pattern


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("=1+2", "=1+2"),
        ("= 1 / 1024", "= 1 / 1024"),
        ('=HYPERLINK("http://x","y")', '=HYPERLINK("http://x","y")'),
        ("+cmd|' /C calc'!A0", "=+cmd|' /C calc'!A0"),
        ("-2+3", "=-2+3"),
    ],
)
def test_a_text_that_begins_like_a_formula_is_one(text, formula):
    assert entered(text, NOW) == Entry(formula, formula=True)


def test_a_cell_for_plain_text_parses_nothing():
    assert entered("0042", NOW, as_text=True) == Entry("0042")
    assert entered("=1+1", NOW, as_text=True) == Entry("=1+1")


def test_the_format_of_a_cell_outlives_what_is_typed_into_it(api):
    look = {"numberFormat": {"type": "NUMBER", "pattern": "0.000"}}
    area = {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 1}
    api.batch(
        {
            "repeatCell": {
                "range": area,
                "cell": {"userEnteredFormat": look},
                "fields": "userEnteredFormat",
            }
        }
    )
    api.put("A1", [["2,000"]], "USER_ENTERED")
    assert api.rows("A1") == [["2000.000"]]


@pytest.mark.parametrize(
    ("value", "kind", "pattern", "text"),
    [
        (0.0, "", "", "0"),
        (-0.0, "", "", "0"),
        (42.0, "", "", "42"),
        (0.1 + 0.2, "", "", "0.3"),
        (1 / 3, "", "", "0.3333333333"),
        (0.0009765625, "", "", "0.0009765625"),
        (123456789012345.0, "", "", "123456789012345"),
        (12345678901234567.0, "", "", "1.23457E+16"),
        (1234.5, "NUMBER", "", "1,234.50"),
        (1234.5, "NUMBER", "0", "1234"),
        (1234.56, "NUMBER", "#,##0.0", "1,234.6"),
        (-1234.5, "NUMBER", "#,##0.00;(#,##0.00)", "(1,234.50)"),
        (0.0, "NUMBER", '0;-0;"none"', "none"),
        (7.0, "NUMBER", "000", "007"),
        (1.5, "NUMBER", "0.##", "1.5"),
        (2.0, "NUMBER", '0 "days"', "2 days"),
        (0.125, "PERCENT", "", "12.50%"),
        (0.125, "PERCENT", "0%", "12%"),
        (5.0, "CURRENCY", "", "$5.00"),
        (12345.0, "SCIENTIFIC", "", "1.23E+04"),
        (42.0, "TEXT", "@", "42"),
        (43831.0, "DATE", "", "1/1/2020"),
        (43831.0, "DATE", "yyyy-mm-dd", "2020-01-01"),
        (2.5, "DATE_TIME", "yyyy-mm-dd hh:mm:ss", "1900-01-01 12:00:00"),
        (43831.75, "DATE_TIME", "yyyy-mm-dd hh:mm", "2020-01-01 18:00"),
        (43831.75, "DATE_TIME", "ddd, mmm d h:mm am/pm", "Wed, Jan 1 6:00 PM"),
        (43831.0, "DATE", "dddd d mmmm yy", "Wednesday 1 January 20"),
        (43831.5000115741, "DATE_TIME", 'yyyy-mm-dd"T"hh:mm:ss.000', "2020-01-01T12:00:01.000"),
        (0.75, "TIME", "", "6:00:00 PM"),
        (1.5, "TIME", "[h]:mm:ss", "36:00:00"),
        (1e9, "DATE", "yyyy-mm-dd", "1000000000"),
    ],
)
def test_a_number_looks_as_its_format_says(value, kind, pattern, text):
    assert number_text(value, kind, pattern) == text
