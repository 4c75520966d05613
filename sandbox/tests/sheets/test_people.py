"""What people do by hand between two requests."""

import pytest


@pytest.fixture
def filled(api, person):
    api.fill([["id", "state"], ["2", "open"], ["1", "closed"]])
    return person


def test_sorting_moves_whole_rows_below_the_header(api, filled):
    api.put("D2", [["note"]])
    filled.sort("Sheet1", 0)
    assert api.rows("Sheet1") == [["id", "state"], ["1", "closed"], ["2", "open", "", "note"]]


def test_a_header_is_renamed(api, filled):
    filled.rename_header("Sheet1", "state", "Status")
    assert api.rows("1:1") == [["id", "Status"]]
    with pytest.raises(LookupError, match="No column 'state'"):
        filled.rename_header("Sheet1", "state", "x")


def test_a_column_of_ones_own_stands_between_the_others(api, filled):
    filled.add_column("Sheet1", 1, "QA score", "5", "=A3")
    assert api.rows("Sheet1") == [
        ["id", "QA score", "state"],
        ["2", "5", "open"],
        ["1", "1", "closed"],
    ]


def test_rows_are_deleted_inserted_and_moved(api, filled):
    filled.delete_rows("Sheet1", 1)
    filled.insert_rows("Sheet1", 1)
    assert api.rows("Sheet1") == [["id", "state"], [], ["1", "closed"]]
    filled.move_rows("Sheet1", 2, 1)
    assert api.rows("Sheet1") == [["id", "state"], ["1", "closed"]]


def test_columns_are_moved_and_deleted(api, filled):
    filled.move_columns("Sheet1", 1, 0)
    assert api.rows("1:1") == [["state", "id"]]
    filled.delete_columns("Sheet1", 0)
    assert api.rows("1:1") == [["id"]]


def test_cells_are_typed_into(api, filled, server, book):
    filled.type("Sheet1", "A2", "0042", "TRUE")
    assert server.store.cells(book, "Sheet1")[1][:2] == [42.0, True]


def test_filters_colours_and_notes_are_set(api, filled):
    filled.filter("Sheet1", {1: ["closed"]})
    filled.colour("Sheet1", 1, 0, (1, 0.5, 0))
    filled.note("Sheet1", 1, 1, "ask Morgan")
    told = api.get(includeGridData="true")["sheets"][0]
    assert told["basicFilter"]["filterSpecs"][0]["columnIndex"] == 1
    first, second = told["data"][0]["rowData"][1]["values"][:2]
    assert first["userEnteredFormat"]["backgroundColor"] == {"red": 1, "green": 0.5, "blue": 0}
    assert second["note"] == "ask Morgan"


def test_tabs_are_added_renamed_and_deleted(api, filled):
    filled.add_tab("Other")
    filled.rename_tab("Other", "Mine")
    titles = [one["properties"]["title"] for one in api.get()["sheets"]]
    assert titles == ["Sheet1", "Mine"]
    filled.delete_tab("Mine")
    assert len(api.get()["sheets"]) == 1
