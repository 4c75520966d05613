"""What `batchUpdate` does as a whole, and what its requests do: golden cases and limits."""

import pytest
from sandbox.sheets.model import Formula


def add(title, **properties):
    return {"addSheet": {"properties": {"title": title, **properties}}}


def span(dimension, start, end, sheet=0):
    return {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}


def resize(rows=None, columns=None, sheet=0):
    sizes = {"rowCount": rows, "columnCount": columns}
    grid = {name: size for name, size in sizes.items() if size is not None}
    properties = {"sheetId": sheet, "gridProperties": grid}
    fields = ",".join(f"gridProperties/{name}" for name in grid)
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def freeze(rows):
    properties = {"sheetId": 0, "gridProperties": {"frozenRowCount": rows}}
    fields = "gridProperties.frozenRowCount"
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def update(row, column, values, **more):
    cells = [{"userEnteredValue": {"stringValue": value}} if value else {} for value in values]
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    request = {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue", **more}
    return {"updateCells": request}


def titles(api):
    return [one["properties"]["title"] for one in api.get()["sheets"]]


def test_one_bad_request_undoes_the_good_ones_before_it(api, server, book):
    before = server.store.book(book)
    answer = api.batch(
        add("New"),
        update(0, 0, ["x"]),
        {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5}},
        {"updateCells": {"start": {"sheetId": 5}, "rows": [{"values": [{}]}], "fields": "*"}},
    )
    assert api.message(answer) == "Invalid requests[3].updateCells: No grid with id: 5"
    assert server.store.book(book) is before


def test_an_added_tab_is_told_with_a_random_id_at_the_end(api):
    (reply,) = api.batch(add("New"))["replies"]
    properties = reply["addSheet"]["properties"]
    assert properties.pop("sheetId") > 0
    assert properties == {
        "title": "New",
        "index": 1,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (
            add("X"),
            'A sheet with the name "X" already exists. Please enter another name.',
        ),
        (add("Y", sheetId=7), "A sheet with the ID 7 already exists. Please choose another ID."),
    ],
)
def test_a_taken_title_or_id_is_refused(api, second, message):
    answer = api.batch(add("X", sheetId=7), second)
    assert api.message(answer) == f"Invalid requests[1].addSheet: {message}"
    assert titles(api) == ["Sheet1"]


def test_replies_stand_for_their_requests_one_by_one(api):
    replies = api.batch(update(0, 0, ["a"]), add("New"), update(1, 0, ["b"]))["replies"]
    assert [list(one) for one in replies] == [[], ["addSheet"], []]


def test_a_smaller_grid_loses_what_lay_beyond(api):
    api.put("A1", [["a", "b", "c"], ["d"], ["e"]])
    api.batch(resize(2, 2))
    api.batch(resize(10, 10))
    assert api.rows("Sheet1") == [["a", "b"], ["d"]]


def test_deleted_rows_pull_everything_below_up(api, server, book):
    api.put("A1", [["a"], ["b"], ["=A4"], ["d"]], "USER_ENTERED")
    api.batch(
        {"addNamedRange": {"namedRange": {"name": "d", "range": _row(3)}}},
        _metadata(3, "d"),
        _metadata(1, "b"),
    )
    api.batch({"deleteDimension": {"range": span("ROWS", 1, 2)}})
    assert api.rows("A:A", valueRenderOption="FORMULA") == [["a"], ["=A3"], ["d"]]
    told = api.get()
    assert told["sheets"][0]["properties"]["gridProperties"]["rowCount"] == 999
    assert told["namedRanges"][0]["range"]["startRowIndex"] == 2
    assert [(one.key, one.start) for one in server.store.book(book).metadata] == [("d", 2)]


def _row(index):
    return {"sheetId": 0, "startRowIndex": index, "endRowIndex": index + 1}


def _metadata(row, key):
    location = {"dimensionRange": span("ROWS", row, row + 1)}
    entry = {"metadataKey": key, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


@pytest.mark.parametrize(
    ("frozen", "start", "end", "message"),
    [
        (0, 0, 5, "You can't delete all the rows on the sheet."),
        (2, 2, 5, "Sorry, it is not possible to delete all non-frozen rows."),
        (
            0,
            4,
            6,
            (
                "Cannot delete a row that doesn't exist. Tried to delete row index 5 but there are "
                "only 5 rows."
            ),
        ),
    ],
)
def test_some_rows_must_be_left_and_only_those_there_are_can_go(api, frozen, start, end, message):
    api.batch(resize(5), freeze(frozen))
    answer = api.batch({"deleteDimension": {"range": span("ROWS", start, end)}})
    assert api.message(answer) == f"Invalid requests[0].deleteDimension: {message}"


def test_not_all_rows_can_be_frozen(api):
    message = api.message(api.batch(resize(3), freeze(3)))
    assert message.endswith("You can't freeze all visible rows on the sheet.")


def test_not_all_tabs_can_be_hidden(api):
    properties = {"sheetId": 0, "hidden": True}
    answer = api.batch({"updateSheetProperties": {"properties": properties, "fields": "hidden"}})
    assert api.message(answer) == (
        "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a document."
    )


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        ([(0, "ASCENDING")], ["1", "2", "10", "A", "b", "c", "TRUE", ""]),
        ([(0, "DESCENDING")], ["TRUE", "c", "b", "A", "10", "2", "1", ""]),
    ],
)
def test_sorting_orders_numbers_texts_and_booleans_and_leaves_blanks_last(api, specs, expected):
    values = ["b", 10, None, True, "A", 2, "c", 1]
    api.fill([[value, "x"] for value in values])
    api.batch(_sort(specs, rows=8, columns=1))
    column = api.values("A1:A8", majorDimension="COLUMNS")["values"][0]
    assert ([*column, ""])[:8] == expected


def test_sorting_by_two_columns_is_stable_and_stays_within_its_range(api):
    api.fill([["h", "h", "h"], ["b", 1, "1"], ["a", 2, "2"], ["b", 1, "3"], ["a", 3, "4"]])
    api.batch(_sort([(0, "ASCENDING"), (1, "DESCENDING")], rows=5, columns=2, top=1))
    assert api.rows("A1:C5") == [
        ["h", "h", "h"],
        ["a", "3", "1"],
        ["a", "2", "2"],
        ["b", "1", "3"],
        ["b", "1", "4"],
    ]


def _sort(specs, rows, columns, top=0):
    area = {"sheetId": 0, "startRowIndex": top, "endRowIndex": rows, "endColumnIndex": columns}
    orders = [{"dimensionIndex": column, "sortOrder": order} for column, order in specs]
    return {"sortRange": {"range": area, "sortSpecs": orders}}


def test_a_range_larger_than_its_rows_is_cleared_in_the_masked_fields_only(api):
    api.put("A1", [["a", "b"], ["c", "d"], ["e", "f"]])
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    area = {"sheetId": 0, "endRowIndex": 2, "endColumnIndex": 2}
    api.batch({"repeatCell": {"range": area, "cell": bold, "fields": "userEnteredFormat"}})
    rows = [{"values": [{"userEnteredValue": {"stringValue": "new"}}]}]
    api.batch({"updateCells": {"range": area, "rows": rows, "fields": "userEnteredValue"}})
    assert api.rows("A1:B3") == [["new"], [], ["e", "f"]]
    told = api.get(fields="sheets.data.rowData.values.userEnteredFormat", ranges="B2")
    assert told["sheets"][0]["data"][0]["rowData"][0]["values"] == [bold]


def test_a_block_outside_the_grid_is_told_with_its_range(api):
    api.batch(resize(2, 3))
    answer = api.batch(update(2, 0, ["a", "b", "c"]))
    assert api.message(answer) == (
        "Invalid requests[0].updateCells: Range (Sheet1!A3:C3) exceeds grid limits. "
        "Max rows: 2, max columns: 3"
    )


def test_a_text_stays_a_text_and_a_formula_is_seen_as_one(api, server, book):
    cells = [
        {"userEnteredValue": {"stringValue": "=1+1"}},
        {"userEnteredValue": {"formulaValue": "=1+1"}},
    ]
    request = {"start": {}, "rows": [{"values": cells}], "fields": "userEnteredValue"}
    api.batch({"updateCells": request})
    assert server.store.cells(book, "Sheet1")[0][:2] == ["=1+1", Formula("=1+1")]
    told = api.get(fields="sheets.data.rowData.values")["sheets"][0]["data"][0]["rowData"][0]
    assert [one["userEnteredValue"] for one in told["values"]] == [
        {"stringValue": "=1+1"},
        {"formulaValue": "=1+1"},
    ]
    assert told["values"][1]["effectiveValue"] == {"numberValue": 2}
    assert told["values"][1]["formattedValue"] == "2"


def test_whether_a_text_that_begins_like_a_formula_becomes_one_can_be_switched(
    api, behaviour, server, book
):
    behaviour.equals_is_formula = True
    api.batch(update(0, 0, ["=1+1"]))
    assert server.store.cells(book, "Sheet1")[0][0] == Formula("=1+1")


@pytest.mark.parametrize("text", ["x" * 50_001, "\N{CACTUS}" * 25_001])
def test_a_cell_holds_fifty_thousand_characters(api, text):
    message = "Your input contains more than the maximum of 50000 characters in a single cell."
    answer = api.batch(update(0, 0, [text]))
    assert api.message(answer) == f"Invalid requests[0].updateCells: {message}"
    assert api.message(api.put("A1", [[text]])) == message
    fitting = text[: 50_000 if text[0] == "x" else 25_000]
    assert "error" not in api.batch(update(0, 0, [fitting]))


def test_characters_can_be_counted_as_code_points(api, behaviour):
    behaviour.characters = "code_points"
    assert "error" not in api.batch(update(0, 0, ["\N{CACTUS}" * 50_000]))


def test_a_spreadsheet_holds_ten_million_cells(api):
    message = (
        "This action would increase the number of cells in the workbook above the limit of "
        "10000000 cells."
    )
    assert "error" not in api.batch(resize(columns=10), resize(999_000))
    answer = api.batch({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 1001}})
    assert api.message(answer) == f"Invalid requests[0].appendDimension: {message}"
    answer = api.batch(resize(1_000_001, 10))
    assert api.message(answer) == f"Invalid requests[0].updateSheetProperties: {message}"
    assert api.message(api.batch(add("More"))) == f"Invalid requests[0].addSheet: {message}"


def test_both_sizes_at_once_are_checked_with_the_old_columns(api):
    api.batch(resize(1000, 100))
    assert "above the limit" in api.message(api.batch(resize(200_000, 10)))
    assert "error" not in api.batch(resize(columns=10), resize(200_000))


def test_a_tab_has_no_column_beyond_zzz(api):
    api.batch(resize(10))
    assert "error" not in api.batch(resize(columns=18_278))
    answer = api.batch({"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 1}})
    assert "18278" in api.message(answer)


def test_a_batch_has_no_more_than_a_hundred_thousand_requests(api):
    answer = api.batch(*[{"clearBasicFilter": {}}] * 100_001)
    assert api.message(answer) == "Cannot exceed 100000 requests in a single batch."


def test_a_request_has_no_more_than_ten_mebibytes(api):
    answer = api.batch(update(0, 0, ["x" * 10_485_760]))
    assert api.message(answer) == "Request payload size exceeds the limit: 10485760 bytes."


def test_an_empty_batch_is_refused(api):
    assert api.message(api.batch()) == "Must specify at least one request."


def test_a_mask_must_be_given_and_name_what_there_is(api):
    assert "At least one field must be listed" in api.message(
        api.batch(update(0, 0, ["x"], fields=""))
    )
    assert "nonsense" in api.message(api.batch(update(0, 0, ["x"], fields="nonsense")))


def test_the_answer_can_carry_the_spreadsheet_as_it_is_afterwards(api):
    body = {
        "requests": [update(1, 0, ["k", "v"])],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Sheet1!A:A"],
    }
    mask = (
        "replies,updatedSpreadsheet.sheets(properties.sheetId,data.rowData.values.effectiveValue)"
    )
    answer = api.sheets("POST", ":batchUpdate", body, fields=mask)
    assert answer == {
        "replies": [{}],
        "updatedSpreadsheet": {
            "sheets": [
                {
                    "properties": {"sheetId": 0},
                    "data": [
                        {"rowData": [{}, {"values": [{"effectiveValue": {"stringValue": "k"}}]}]}
                    ],
                }
            ]
        },
    }


def test_a_protected_range_is_told_without_a_sheet_id_of_zero(api):
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1}
    (reply,) = api.batch({"addProtectedRange": {"protectedRange": {"range": area}}})["replies"]
    told = reply["addProtectedRange"]["protectedRange"]
    assert told["protectedRangeId"] > 0
    assert told["requestingUserCanEdit"] is True
    assert told["range"] == {"startRowIndex": 0, "endRowIndex": 1}


def test_a_warning_has_no_editors(api):
    wanted = {"range": {}, "warningOnly": True, "editors": {"users": ["a@example.com"]}}
    answer = api.batch({"addProtectedRange": {"protectedRange": wanted}})
    assert "ProtectedRange is warningOnly. Editors cannot be set on it." in api.message(answer)


def test_deleting_a_protected_range_that_is_not_there_is_refused(api):
    answer = api.batch({"deleteProtectedRange": {"protectedRangeId": 9}})
    assert api.message(answer) == (
        "Invalid requests[0].deleteProtectedRange: No protected range with id: 9"
    )


def test_what_somebody_protected_cannot_be_written(api, person):
    person.protect("Sheet1", startRowIndex=0, endRowIndex=1)
    message = api.message(api.batch(update(0, 0, ["x"])))
    assert message == (
        "Invalid requests[0].updateCells: You are trying to edit a protected cell or object. "
        "Please contact the spreadsheet owner to remove protection if you need to edit."
    )
    assert "protected cell" in api.message(api.put("A1", [["x"]]))
    assert "error" not in api.batch(update(1, 0, ["x"]))


def test_what_is_excepted_from_a_protected_tab_can_be_written(api, person):
    free = [{"sheetId": 0, "startColumnIndex": 2, "endColumnIndex": 4}]
    wanted = {"range": {"sheetId": 0}, "unprotectedRanges": free}
    person.do({"addProtectedRange": {"protectedRange": wanted}})
    assert "error" not in api.batch(update(0, 2, ["x", "y"]))
    assert "protected cell" in api.message(api.batch(update(0, 3, ["x", "y"])))


def test_a_warning_keeps_nobody_from_writing(api, person):
    person.protect("Sheet1", warning=True)
    assert "error" not in api.batch(update(0, 0, ["x"]))


def test_appended_rows_look_like_the_last_one(api):
    look = {"userEnteredFormat": {"numberFormat": {"type": "TEXT", "pattern": "@"}}}
    area = {"sheetId": 0, "endColumnIndex": 1}
    api.batch(
        resize(2),
        {"repeatCell": {"range": area, "cell": look, "fields": "userEnteredFormat.numberFormat"}},
        {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 1}},
    )
    told = api.get(ranges="A3", fields="sheets.data.rowData.values.userEnteredFormat")
    assert told["sheets"][0]["data"][0]["rowData"][0]["values"] == [look]


def test_a_copied_tab_has_cells_metadata_and_an_id_of_its_own(api):
    api.put("A1", [["a"]])
    api.batch(_metadata(0, "k"))
    (reply,) = api.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetName": "Copy"}})[
        "replies"
    ]
    properties = reply["duplicateSheet"]["properties"]
    assert (properties["title"], properties["index"]) == ("Copy", 0)
    assert api.rows("Copy!A1") == [["a"]]
    found = api.sheets(
        "POST",
        "/developerMetadata:search",
        {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "k"}}]},
    )["matchedDeveloperMetadata"]
    sheets = {one["developerMetadata"]["location"]["dimensionRange"]["sheetId"] for one in found}
    assert sheets == {0, properties["sheetId"]}


def test_a_copy_between_tabs_replaces_values_and_keeps_the_target(api, person):
    person.add_tab("Stage")
    stage = api.get()["sheets"][1]["properties"]["sheetId"]
    api.put("Stage!A1", [["a", "b"], ["c", "=A1"]], "USER_ENTERED")
    source = {"sheetId": stage, "endRowIndex": 2, "endColumnIndex": 2}
    target = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "endColumnIndex": 2}
    api.batch(
        {"copyPaste": {"source": source, "destination": target}},
        {"deleteSheet": {"sheetId": stage}},
    )
    assert api.rows("Sheet1", valueRenderOption="FORMULA") == [[], ["a", "b"], ["c", "=A2"]]
    assert titles(api) == ["Sheet1"]


def test_finding_and_replacing_tells_how_much(api):
    api.put("A1", [["one two", "two"], ["TWO"]])
    request = {"find": "two", "replacement": "2", "allSheets": True}
    (reply,) = api.batch({"findReplace": request})["replies"]
    assert reply["findReplace"] == {
        "valuesChanged": 3,
        "rowsChanged": 2,
        "sheetsChanged": 1,
        "occurrencesChanged": 3,
    }
    assert api.rows("Sheet1") == [["one 2", "2"], ["2"]]


def test_duplicates_are_deleted_but_for_the_first(api):
    api.put("A1", [["id", "v"], ["A", "1"], ["b", "2"], ["a", "3"]])
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 4, "endColumnIndex": 2}
    columns = [span("COLUMNS", 0, 1)]
    request = {"range": area, "comparisonColumns": columns}
    (reply,) = api.batch({"deleteDuplicates": request})["replies"]
    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 1}}
    assert api.rows("Sheet1") == [["id", "v"], ["A", "1"], ["b", "2"]]


@pytest.mark.parametrize(
    ("start", "end", "to", "expected"),
    [(0, 1, 3, "bcad"), (2, 4, 0, "cdab"), (1, 2, 4, "acdb"), (1, 3, 2, "abcd")],
)
def test_moved_columns_take_formulas_and_metadata_along(api, start, end, to, expected):
    api.put("A1", [["a", "b", "c", "d"], ["=A1"]], "USER_ENTERED")
    location = {"dimensionRange": span("COLUMNS", 0, 1)}
    entry = {"metadataKey": "a", "location": location, "visibility": "DOCUMENT"}
    api.batch(
        {"createDeveloperMetadata": {"developerMetadata": entry}},
        {"moveDimension": {"source": span("COLUMNS", start, end), "destinationIndex": to}},
    )
    rows = api.rows("Sheet1", valueRenderOption="FORMULA")
    assert "".join(rows[0]) == expected
    home = expected.index("a")
    assert rows[1][home] == f"={'ABCD'[home]}1"
    told = api.get(fields="sheets.data.columnMetadata.developerMetadata.metadataKey")
    columns = told["sheets"][0]["data"][0]["columnMetadata"]
    assert columns[home] == {"developerMetadata": [{"metadataKey": "a"}]}


def test_widths_filters_rules_and_bands_are_kept_and_told(api):
    width = {"properties": {"pixelSize": 240}, "fields": "pixelSize"}
    rule = {
        "ranges": [{"sheetId": 0, "startRowIndex": 1}],
        "booleanRule": {
            "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "FAIL"}]},
            "format": {"backgroundColor": {"red": 1}},
        },
    }
    api.batch(
        {"updateDimensionProperties": {"range": span("COLUMNS", 1, 2), **width}},
        {"setBasicFilter": {"filter": {"range": {"sheetId": 0, "startRowIndex": 0}}}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"addBanding": {"bandedRange": {"range": {"sheetId": 0}, "rowProperties": {}}}},
    )
    told = api.get(includeGridData="true")["sheets"][0]
    assert told["data"][0]["columnMetadata"][1] == {"pixelSize": 240}
    assert told["basicFilter"]["range"] == {"startRowIndex": 0}
    assert told["conditionalFormats"][0]["booleanRule"] == rule["booleanRule"]
    assert len(told["bandedRanges"]) == 1


def test_a_kind_of_request_that_does_not_exist_is_refused_as_unknown(api):
    error = api.batch({"addShet": {}})["error"]
    assert error["message"] == (
        "Invalid JSON payload received. Unknown name \"addShet\" at 'requests[0]': "
        "Cannot find field."
    )
