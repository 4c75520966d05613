"""Developer metadata: where it is attached, how it moves, and how it is found."""

import pytest


def column(index):
    return {"sheetId": 0, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}


def row(index):
    return {**column(index), "dimension": "ROWS"}


def create(key, location, value="v", **more):
    entry = {"metadataKey": key, "metadataValue": value, "visibility": "DOCUMENT", **more}
    return {"createDeveloperMetadata": {"developerMetadata": {**entry, "location": location}}}


def lookup(**wanted):
    return {"developerMetadataLookup": wanted}


@pytest.fixture
def search(api):
    def find(*filters):
        body = {"dataFilters": list(filters)}
        answer = api.sheets("POST", "/developerMetadata:search", body)
        assert "error" not in answer, answer
        return [one["developerMetadata"] for one in answer.get("matchedDeveloperMetadata", [])]

    return find


@pytest.fixture
def start_of(search):
    def find(key):
        (found,) = search(lookup(metadataKey=key))
        return found["location"]["dimensionRange"]["startIndex"]

    return find


def test_an_entry_is_told_with_its_place_and_a_chosen_id(api):
    (reply,) = api.batch(create("k", {"dimensionRange": column(2)}, metadataId=77))["replies"]
    assert reply["createDeveloperMetadata"]["developerMetadata"] == {
        "metadataId": 77,
        "metadataKey": "k",
        "metadataValue": "v",
        "location": {"locationType": "COLUMN", "dimensionRange": column(2)},
        "visibility": "DOCUMENT",
    }
    assert api.sheets("GET", "/developerMetadata/77")["metadataKey"] == "k"
    assert api.sheets("GET", "/developerMetadata/78")["error"]["code"] == 404


def test_entries_of_the_spreadsheet_and_of_tabs_are_told_with_them(api):
    api.batch(create("book", {"spreadsheet": True}), create("tab", {"sheetId": 0}))
    told = api.get()
    assert told["developerMetadata"][0]["location"] == {
        "locationType": "SPREADSHEET",
        "spreadsheet": True,
    }
    assert told["sheets"][0]["developerMetadata"][0]["location"] == {
        "locationType": "SHEET",
        "sheetId": 0,
    }


def test_entries_of_columns_are_told_with_the_grid_only(api):
    api.batch(create("k", {"dimensionRange": column(1)}))
    assert "developerMetadata" not in api.get()["sheets"][0]
    told = api.get(fields="sheets.data.columnMetadata.developerMetadata.metadataKey")
    columns = told["sheets"][0]["data"][0]["columnMetadata"]
    assert columns[:3] == [{}, {"developerMetadata": [{"metadataKey": "k"}]}, {}]


@pytest.mark.parametrize(
    ("change", "index"),
    [
        (lambda person: person.insert_columns("Sheet1", 0), 3),
        (lambda person: person.insert_columns("Sheet1", 2), 3),
        (lambda person: person.insert_columns("Sheet1", 3), 2),
        (lambda person: person.delete_columns("Sheet1", 0), 1),
        (lambda person: person.move_columns("Sheet1", 2, 0), 0),
        (lambda person: person.move_columns("Sheet1", 0, 5), 1),
        (lambda person: person.rename_tab("Sheet1", "Other"), 2),
    ],
)
def test_an_entry_follows_its_column(api, person, start_of, change, index):
    api.batch(create("k", {"dimensionRange": column(2)}))
    change(person)
    assert start_of("k") == index


def test_an_entry_follows_its_row_and_goes_with_it(api, person, start_of, search):
    api.batch(create("k", {"dimensionRange": row(4)}))
    person.insert_rows("Sheet1", 0, 2)
    assert start_of("k") == 6
    person.delete_rows("Sheet1", 6)
    assert search(lookup(metadataKey="k")) == []


def test_entries_go_with_their_tab(api, person, search):
    person.add_tab("Other")
    other = api.get()["sheets"][1]["properties"]["sheetId"]
    api.batch(create("k", {"sheetId": other}))
    person.delete_tab("Other")
    assert search(lookup(metadataKey="k")) == []


def test_whether_an_entry_follows_a_sorted_row_can_be_switched(api, person, behaviour, start_of):
    api.fill([["h"], ["c"], ["b"], ["a"]])
    api.batch(create("k", {"dimensionRange": row(1)}))
    person.sort("Sheet1", 0)
    assert start_of("k") == 1
    behaviour.metadata_follows_sort = True
    person.sort("Sheet1", 0, descending=True)
    assert start_of("k") == 3


def test_entries_are_found_by_any_of_their_properties(api, search):
    api.batch(
        create("a", {"dimensionRange": column(1)}, value="1"),
        create("a", {"spreadsheet": True}, value="2", visibility="PROJECT"),
        create("b", {"sheetId": 0}, value="1"),
    )

    def found(**wanted):
        return [(one["metadataKey"], one["metadataValue"]) for one in search(lookup(**wanted))]

    assert found(metadataKey="a") == [("a", "1"), ("a", "2")]
    assert found(metadataValue="1") == [("a", "1"), ("b", "1")]
    assert found(metadataKey="a", visibility="PROJECT") == [("a", "2")]
    assert found(locationType="COLUMN") == [("a", "1")]
    assert found(metadataLocation={"sheetId": 0}) == [("b", "1")]
    assert found(
        metadataLocation={"dimensionRange": column(1)},
        locationMatchingStrategy="INTERSECTING_LOCATION",
    ) == [("a", "1"), ("a", "2"), ("b", "1")]


def test_entries_are_found_by_the_cells_they_are_on(api, search):
    api.batch(
        create("a", {"dimensionRange": column(1)}), create("b", {"dimensionRange": column(4)})
    )
    assert [one["metadataKey"] for one in search({"a1Range": "Sheet1!A1:C1"})] == ["a"]
    area = {"sheetId": 0, "startColumnIndex": 3, "endColumnIndex": 6}
    assert [one["metadataKey"] for one in search({"gridRange": area})] == ["b"]


def test_an_update_changes_the_masked_members_of_what_it_finds(api, search):
    api.batch(create("token", {"spreadsheet": True}, value="1", metadataId=5))
    request = {
        "dataFilters": [lookup(metadataId=5)],
        "developerMetadata": {"metadataValue": "2", "metadataKey": "ignored"},
        "fields": "metadataValue",
    }
    (reply,) = api.batch({"updateDeveloperMetadata": request})["replies"]
    (told,) = reply["updateDeveloperMetadata"]["developerMetadata"]
    assert (told["metadataKey"], told["metadataValue"]) == ("token", "2")
    assert search(lookup(metadataKey="token"))[0] == told


def test_a_deletion_takes_all_that_it_finds(api, search):
    api.batch(create("k", {"spreadsheet": True}), create("k", {"sheetId": 0}))
    filter_ = lookup(metadataKey="k")
    (reply,) = api.batch({"deleteDeveloperMetadata": {"dataFilter": filter_}})["replies"]
    assert len(reply["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]) == 2
    assert search(filter_) == []


@pytest.mark.parametrize("reject", [False, True])
def test_whether_it_matters_that_nothing_is_found_can_be_switched(api, behaviour, reject):
    behaviour.metadata_matches_nothing = "reject" if reject else "pass"
    request = {"dataFilter": lookup(metadataKey="nothing")}
    assert ("error" in api.batch({"deleteDeveloperMetadata": request})) is reject


@pytest.mark.parametrize("reject", [True, False])
def test_what_a_used_id_does_can_be_switched(api, behaviour, search, reject):
    behaviour.duplicate_metadata_id = "reject" if reject else "replace"
    api.batch(create("first", {"spreadsheet": True}, metadataId=5))
    answer = api.batch(create("second", {"spreadsheet": True}, metadataId=5))
    assert ("error" in answer) is reject
    assert [one["metadataKey"] for one in search(lookup(metadataId=5))] == [
        "first" if reject else "second"
    ]


@pytest.mark.parametrize(
    "entry",
    [
        create("", {"spreadsheet": True}),
        create("k", {}),
        create("k", {"dimensionRange": {**column(1), "endIndex": 3}}),
        create("k", {"dimensionRange": column(26)}),
        create("k", {"spreadsheet": True}, visibility=None),
        create("k", {"spreadsheet": True}, value="x" * 30_000),
    ],
)
def test_an_entry_needs_key_visibility_one_place_and_room(api, entry):
    assert api.batch(entry)["error"]["status"] == "INVALID_ARGUMENT"


def test_values_are_read_written_and_cleared_by_the_columns_metadata(api, person):
    api.put("A1", [["id", "state"], ["1", "open"]])
    api.batch(create("column", {"dimensionRange": column(1)}, value="state"))
    person.insert_columns("Sheet1", 0)
    by = lookup(metadataKey="column", metadataValue="state")
    read = api.sheets("POST", "/values:batchGetByDataFilter", {"dataFilters": [by]})
    assert read["valueRanges"][0]["valueRange"] == {
        "range": "Sheet1!C1:C1000",
        "majorDimension": "ROWS",
        "values": [["state"], ["open"]],
    }
    data = [{"dataFilter": by, "values": [[None], ["closed"]]}]
    body = {"valueInputOption": "RAW", "data": data}
    written = api.sheets("POST", "/values:batchUpdateByDataFilter", body)
    assert written["totalUpdatedCells"] == 1
    assert api.rows("Sheet1") == [["", "id", "state"], ["", "1", "closed"]]
    api.sheets("POST", "/values:batchClearByDataFilter", {"dataFilters": [by]})
    assert api.rows("Sheet1") == [["", "id"], ["", "1"]]


def test_a_spreadsheet_is_read_by_the_columns_metadata(api, person):
    api.put("A1", [["id", "state"]])
    api.batch(create("column", {"dimensionRange": column(1)}, value="state"))
    body = {"dataFilters": [lookup(metadataKey="column")], "includeGridData": True}
    told = api.sheets("POST", ":getByDataFilter", body)
    (data,) = told["sheets"][0]["data"]
    assert data["startColumn"] == 1
    assert data["rowData"][0]["values"][0]["formattedValue"] == "state"
