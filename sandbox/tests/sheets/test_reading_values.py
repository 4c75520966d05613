"""What `values.get` and `values.batchGet` tell: the golden cases of reading."""

import pytest
from sandbox.sheets.server import DEFAULT_EMAIL


def test_an_empty_range_has_no_values_member(api):
    assert api.values("Sheet1!D4") == {"range": "Sheet1!D4", "majorDimension": "ROWS"}


def test_what_is_empty_at_the_end_of_rows_and_of_the_range_is_not_told(api):
    api.put(
        "A1:D5",
        [["A1", "B1", "", "D1"], ["", "b2", "", ""], [], ["A4", "B4", "", "D4"], ["", "", "", ""]],
    )
    expected = [["A1", "B1", "", "D1"], ["", "b2"], [], ["A4", "B4", "", "D4"]]
    assert api.rows("A1:D5") == expected


def test_columns_are_told_as_lists_when_asked_for(api):
    api.put("A1", [["a", "b"], ["c"], ["", "d"]])
    told = api.values("Sheet1", majorDimension="COLUMNS")
    assert told["majorDimension"] == "COLUMNS"
    assert told["values"] == [["a", "c"], ["b", "", "d"]]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("A1:C", "Sheet1!A1:C1000"),
        ("A1:1", "Sheet1!A1:Z1"),
        ("1:1", "Sheet1!A1:Z1"),
        ("B:B", "Sheet1!B1:B1000"),
        ("A5:A", "Sheet1!A5:A1000"),
        ("D4:A1", "Sheet1!A1:D4"),
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("'Sheet1'!A1:ZZZ", "Sheet1!A1:Z1000"),
        ("sheet1!$A$1:$B$2", "Sheet1!A1:B2"),
    ],
)
def test_the_range_is_told_as_far_as_the_grid_goes(api, asked, told):
    assert api.values(asked)["range"] == told


@pytest.mark.parametrize("text", ["Nothing!A1", "Sheet 1", "A1:", "Sheet1!A1:B2:C3"])
def test_what_is_no_range_cannot_be_parsed(api, text):
    error = api.values(text)["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"] == f"Unable to parse range: {text}"


def test_a_range_that_begins_outside_the_grid_is_refused(api):
    message = api.message(api.values("Sheet1!A1001:B1002"))
    assert message == (
        "Range (Sheet1!A1001:B1002) exceeds grid limits. Max rows: 1000, max columns: 26"
    )


def test_a_bounded_end_outside_the_grid_is_cut_off_or_refused_as_configured(api, behaviour):
    assert api.values("Sheet1!A1:B2000")["range"] == "Sheet1!A1:B1000"
    behaviour.bounded_reads = "reject"
    assert "exceeds grid limits" in api.message(api.values("Sheet1!A1:B2000"))


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("D3", "'D3'"),
        ("R1C1", "'R1C1'"),
        ("\N{CACTUS} x", "'\N{CACTUS} x'"),
        ("A/b 'q'", "'A/b ''q'''"),
        ("a:b!c", "'a:b!c'"),
        ("x" * 100, "x" * 100),
        ("Sync_Log", "Sync_Log"),
    ],
)
def test_titles_of_every_kind_are_found_and_quoted_when_needed(server, api_of, title, written):
    book = server.store.create("Odd", shared_with=[DEFAULT_EMAIL], sheets=["First", title])
    api = api_of(book)
    quoted = "'" + title.replace("'", "''") + "'"
    assert api.put(f"{quoted}!B2", [["here"]])["updatedRange"] == f"{written}!B2"
    assert api.values(f"{quoted}!A1:B2")["values"] == [[], ["", "here"]]
    assert api.values("First!A1:B2").get("values") is None


def test_an_unquoted_title_with_spaces_is_understood(server, api_of):
    book = server.store.create("T", shared_with=[DEFAULT_EMAIL], sheets=["My tab \N{CACTUS}"])
    assert api_of(book).values("My tab \N{CACTUS}!A1:B2")["range"] == ("'My tab \N{CACTUS}'!A1:B2")


def test_a_date_is_told_by_every_way_of_rendering(api):
    api.put("A1", [["2020-01-01"]], "USER_ENTERED")

    def told(value, date="SERIAL_NUMBER"):
        (row,) = api.rows("A1", valueRenderOption=value, dateTimeRenderOption=date)
        return row[0]

    assert told("FORMATTED_VALUE") == "2020-01-01"
    assert told("FORMATTED_VALUE", "FORMATTED_STRING") == "2020-01-01"
    assert told("UNFORMATTED_VALUE") == 43831
    assert told("UNFORMATTED_VALUE", "FORMATTED_STRING") == "2020-01-01"
    assert told("FORMULA") == 43831


def test_a_formula_is_told_by_every_way_of_rendering(api):
    api.put("A1", [["= 1 / 1024"]], "USER_ENTERED")
    assert api.rows("A1") == [["0.0009765625"]]
    assert api.rows("A1", valueRenderOption="UNFORMATTED_VALUE") == [[0.0009765625]]
    assert api.rows("A1", valueRenderOption="FORMULA") == [["= 1 / 1024"]]


def test_types_survive_unformatted_and_are_texts_when_formatted(api):
    api.fill([["0042", 42, 1.5, True, False, None, "x"]])
    assert api.rows("1:1", valueRenderOption="UNFORMATTED_VALUE") == [
        ["0042", 42, 1.5, True, False, "", "x"]
    ]
    assert api.rows("1:1") == [["0042", "42", "1.5", "TRUE", "FALSE", "", "x"]]


def test_several_ranges_are_read_at_once_over_tabs(api, person):
    person.add_tab("Other")
    api.put("A1", [["a"]])
    api.put("Other!B1", [["b"]])
    told = api.sheets("GET", "/values:batchGet", ranges=["Sheet1!A1:A", "Other!1:1"])
    assert [one["range"] for one in told["valueRanges"]] == ["Sheet1!A1:A1000", "Other!A1:Z1"]
    assert [one["values"] for one in told["valueRanges"]] == [[["a"]], [["", "b"]]]


def test_only_the_wanted_fields_are_told(api):
    api.put("A1", [["a"]])
    assert api.values("A1", fields="values") == {"values": [["a"]]}


def test_compact_answers_are_smaller_and_the_same(api):
    api.put("A1", [["a", "b"]])
    path = f"/v4/spreadsheets/{api.book}/values/Sheet1"
    pretty, compact = api.request("GET", path), api.request("GET", path, prettyPrint="false")
    assert pretty.json() == compact.json()
    assert '\n  "range"' in pretty.text
    assert "\n" not in compact.text


def test_an_unknown_query_parameter_is_refused(api):
    error = api.values("A1", valueRender="FORMULA")["error"]
    assert error["status"] == "INVALID_ARGUMENT"
    assert 'Unknown name "valueRender"' in error["message"]


def test_an_unknown_render_option_is_refused(api):
    message = api.message(api.values("A1", valueRenderOption="PLAIN"))
    assert message.startswith("Invalid value at 'valueRenderOption'")


def test_large_answers_are_gzipped_for_those_who_take_it(api, server):
    api.put("A1", [["some text that repeats"] * 20] * 50)
    assert api.rows("A1:T50") == [["some text that repeats"] * 20] * 50
    (read,) = [one for one in server.journal if one.kind == "read"]
    assert read.received < 5_000
