"""What `values.update`, `batchUpdate`, `clear` and `batchClear` do: the golden cases of writing."""

import pytest


def test_a_single_cell_is_where_writing_begins(api, book):
    assert api.put("A1", [["x"] * 4] * 4) == {
        "spreadsheetId": book,
        "updatedRange": "Sheet1!A1:D4",
        "updatedRows": 4,
        "updatedColumns": 4,
        "updatedCells": 16,
    }


def test_nulls_leave_their_cells_and_are_not_counted(api):
    api.put("A1:D6", [["old"] * 4] * 6)
    values = [[None] * 4 for _ in range(6)]
    values[0][0], values[3][2] = "new", "newer"
    answer = api.put("A1:D6", values)
    assert answer["updatedRange"] == "Sheet1!A1:D6"
    assert [answer[f"updated{name}"] for name in ("Rows", "Columns", "Cells")] == [2, 2, 2]
    rows = api.rows("A1:D6")
    assert rows[0] == ["new", "old", "old", "old"]
    assert rows[3] == ["old", "old", "newer", "old"]


def test_an_empty_text_empties_its_cell_and_is_counted(api, server, book):
    api.put("A1", [["old"]])
    assert api.put("A1", [[""]])["updatedCells"] == 1
    assert server.store.cells(book, "Sheet1") == []


def test_rows_need_not_be_equally_long(api):
    assert api.put("A1:D2", [["a", "b"], ["1", "2", "3", "4"]])["updatedCells"] == 6


@pytest.mark.parametrize(
    ("values", "where"), [([["x"] * 5], "column [E]"), ([["x"]] * 3, "row [3]")]
)
def test_writing_beyond_a_range_of_several_cells_is_refused(api, values, where):
    message = api.message(api.put("A1:D2", values))
    assert message == f"Requested writing within range [Sheet1!A1:D2], but tried writing to {where}"
    assert api.rows("A1:Z9") is None


@pytest.mark.parametrize("text", ["Sheet1!AA1", "Sheet1!A1001", "Sheet1!Y1:AB1"])
def test_writing_outside_the_grid_is_refused_and_does_not_enlarge_it(api, text):
    message = api.message(api.put(text, [["x", "y", "z"]]))
    assert message == f"Range ({text}) exceeds grid limits. Max rows: 1000, max columns: 26"
    properties = api.get()["sheets"][0]["properties"]["gridProperties"]
    assert properties == {"rowCount": 1000, "columnCount": 26}


def test_values_that_run_over_the_edge_are_refused(api):
    message = api.message(api.put("Y1", [["a", "b", "c"]]))
    assert message == ("Range (Sheet1!Y1:AA1) exceeds grid limits. Max rows: 1000, max columns: 26")


def test_raw_keeps_texts_as_they_are(api, server, book):
    texts = ["=1+2", "0042", "2,000,000.01", "2020-01-01", "3_1_0", "TRUE", "'x", "+1"]
    api.put("A1", [texts])
    assert server.store.cells(book, "Sheet1")[0][: len(texts)] == texts


def test_a_list_or_an_object_is_no_value(api):
    assert api.message(api.put("A1", [["a", {"b": 1}]])).startswith(
        "Invalid values[0][1]: struct_value"
    )
    assert api.message(api.put("A1", [["a"], [["b"]]])).startswith(
        "Invalid values[1][0]: list_value"
    )


def test_a_row_that_is_no_list_is_told_with_its_details(api):
    error = api.put("A1", ["X"])["error"]
    assert error["message"] == (
        "Invalid value at 'values' (type.googleapis.com/google.protobuf.ListValue), \"X\""
    )
    assert error["details"][0]["fieldViolations"][0]["field"] == "values"


def test_the_input_option_must_be_given(api):
    answer = api.sheets("PUT", "/values/A1", {"values": [["x"]]})
    assert api.message(answer) == "'valueInputOption' is required but not specified"


def test_the_values_are_told_back_when_asked_for(api):
    answer = api.sheets(
        "PUT",
        "/values/A1",
        {"values": [["=1+1"]]},
        valueInputOption="USER_ENTERED",
        includeValuesInResponse="true",
        responseValueRenderOption="UNFORMATTED_VALUE",
    )
    assert answer["updatedData"] == {
        "range": "Sheet1!A1",
        "majorDimension": "ROWS",
        "values": [[2]],
    }


def _batch(api, *data):
    body = {"valueInputOption": "RAW", "data": list(data)}
    return api.sheets("POST", "/values:batchUpdate", body)


def test_several_ranges_are_written_at_once_and_counted_together(api):
    block = [["a", "b"], ["c", "d"]]
    answer = _batch(
        api, {"range": "A1:B2", "values": [["a", "b"]] * 2}, {"range": "D4:E5", "values": block}
    )
    assert answer["totalUpdatedCells"] == 8
    assert answer["totalUpdatedSheets"] == 1
    assert [one["updatedRange"] for one in answer["responses"]] == ["Sheet1!A1:B2", "Sheet1!D4:E5"]


def test_one_bad_range_keeps_all_from_being_written(api):
    answer = _batch(
        api, {"range": "A1", "values": [["a"]]}, {"range": "Nowhere!A1", "values": [["b"]]}
    )
    assert api.message(answer) == "Invalid data[1]: Unable to parse range: Nowhere!A1"
    assert api.rows("A1") is None


def test_clearing_a_tab_keeps_formats_notes_and_size(api, person):
    api.put("A1", [["a", "b"], ["c"]])
    api.batch(
        {
            "repeatCell": {
                "range": {"sheetId": 0, "endRowIndex": 2, "endColumnIndex": 2},
                "cell": {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "n"},
                "fields": "userEnteredFormat.textFormat.bold,note",
            }
        }
    )
    answer = api.sheets("POST", "/values/'Sheet1':clear", {})
    assert answer["clearedRange"] == "Sheet1!A1:Z1000"
    assert api.rows("Sheet1") is None
    told = api.get(
        fields="sheets(properties.gridProperties,data.rowData.values(note,userEnteredFormat))"
    )
    cell = told["sheets"][0]["data"][0]["rowData"][1]["values"][0]
    assert cell == {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "n"}
    assert told["sheets"][0]["properties"]["gridProperties"]["rowCount"] == 1000


def test_several_ranges_are_cleared_at_once(api):
    api.put("A1", [["a", "b", "c"]])
    answer = api.sheets("POST", "/values:batchClear", {"ranges": ["A1", "C1:C"]})
    assert answer["clearedRanges"] == ["Sheet1!A1", "Sheet1!C1:C1000"]
    assert api.rows("1:1") == [["", "b"]]
