"""Where `values.append` writes: the golden cases of table detection."""

import pytest


def test_an_empty_tab_is_appended_to_from_its_first_cell(api):
    answer = api.append("Sheet1", [["a", "b"]])
    assert "tableRange" not in answer
    assert answer["updates"]["updatedRange"] == "Sheet1!A1:B1"


@pytest.mark.parametrize(
    ("text", "table", "written"),
    [("'Sheet1'", "Sheet1!C1", "Sheet1!C2:E2"), ("'Sheet1'!A1", "Sheet1!A1", "Sheet1!A2:C2")],
)
def test_a_blank_between_two_cells_makes_two_tables(api, text, table, written):
    api.put("A1", [["x", "", "z"]])
    answer = api.append(text, [["1", "2", "3"]])
    assert (answer["tableRange"], answer["updates"]["updatedRange"]) == (table, written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Sheet1", "B7"),
        ("Sheet1!B4", "B7"),
        ("Sheet1!C5:D5", "B7"),
        ("Sheet1!B2:D4", "B7"),
        ("Sheet1!A3:G10", "B7"),
        ("Sheet1!A1", "A3"),
        ("Sheet1!E4", "E4"),
        ("Sheet1!A4", "A4"),
    ],
)
def test_the_last_table_that_the_range_touches_is_appended_to(api, text, written):
    api.put("A1:C2", [["x", "y", "z"], ["x", "y", "z"]])
    api.put("B4:D6", [["x", "y"], ["y", "z"], ["x", "y", "z"]])
    assert api.append(text, [["new"]])["updates"]["updatedRange"] == f"Sheet1!{written}"


def test_a_blank_row_between_two_rows_is_no_table(api):
    api.put("A1", [["a"], [""], ["c"]])
    answer = api.append("Sheet1!A2", [["new"]])
    assert "tableRange" not in answer
    assert answer["updates"]["updatedRange"] == "Sheet1!A2"


def test_a_full_grid_grows_by_rows(api):
    api.batch(_resize(2, 26))
    api.put("A1", [["a"], ["b"]])
    assert api.append("Sheet1", [["c"], ["d"]])["updates"]["updatedRange"] == "Sheet1!A3:A4"
    assert _size(api) == {"rowCount": 4, "columnCount": 26}


def test_rows_wider_than_the_grid_make_it_wider(api):
    api.batch(_resize(10, 2))
    assert api.append("Sheet1", [["a", "b", "c"]])["updates"]["updatedRange"] == "Sheet1!A1:C1"
    assert _size(api)["columnCount"] == 3


def test_typed_appending_never_makes_a_grid_wider(api):
    api.batch(_resize(10, 26))
    row = {"values": [{"userEnteredValue": {"stringValue": "x"}}] * 27}
    answer = api.batch({"appendCells": {"sheetId": 0, "rows": [row], "fields": "*"}})
    assert api.message(answer) == (
        "Invalid requests[0].appendCells: Attempting to write column: 26, beyond the last "
        "requested column of: 25"
    )


def test_overwriting_takes_what_is_below_the_table_and_inserting_pushes_it_down(api):
    api.put("A1", [["a"], [""], ["below"]])
    api.append("Sheet1!A1", [["b"], ["c"]], insertDataOption="INSERT_ROWS")
    assert api.rows("A:A") == [["a"], ["b"], ["c"], [], ["below"]]
    api.append("Sheet1!A1", [["d"], ["e"]])
    assert api.rows("A:A") == [["a"], ["b"], ["c"], ["d"], ["e"]]


def test_typed_appending_goes_below_the_last_row_with_anything_in_it(api):
    api.fill([["id"], ["1"]])
    api.put("H9", [["somebody's note"]])
    row = {"values": [{"userEnteredValue": {"stringValue": "new"}}]}
    api.batch({"appendCells": {"sheetId": 0, "rows": [row], "fields": "userEnteredValue"}})
    assert api.rows("A10") == [["new"]]


def _resize(rows, columns):
    properties = {"sheetId": 0, "gridProperties": {"rowCount": rows, "columnCount": columns}}
    fields = "gridProperties/rowCount,gridProperties/columnCount"
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def _size(api):
    return api.get()["sheets"][0]["properties"]["gridProperties"]
