"""People sort, rename, insert, move and delete while a run writes; nothing of anybody is lost."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalSyncError

NAMES = [f"k{number:02}" for number in range(12)]


def messages(say, keys, mark):
    rows = [say.record(id=key, rank=len(NAMES) - at, text=f"{mark} {key}") for at, key in keys]
    return [say.schema(id=say.text, rank=say.integer, text=say.text), *rows]


def every(say, mark):
    return messages(say, list(enumerate(NAMES)), mark)


def with_notes(sheet, say):
    """A first load, and a person's column with a note on each row and a formula beside it."""
    sheet.load(*every(say, "first"))
    person = sheet.person
    person.do(
        {"appendDimension": {"sheetId": sheet_id(sheet), "dimension": "COLUMNS", "length": 2}}
    )
    person.type("tickets", "D1", "Notes", "Length")
    for at, key in enumerate(NAMES, start=2):
        person.type("tickets", f"D{at}", f"note on {key}", f"=LEN(C{at})")


def sheet_id(sheet, title="tickets"):
    return sheet.server.store.book(sheet.id).titled(title).id


ACTIONS = {
    "sort down": lambda person: person.sort("tickets", 1, descending=True),
    "sort up": lambda person: person.sort("tickets", 1),
    "sort by notes": lambda person: person.sort("tickets", 3, descending=True),
    "insert column first": lambda person: person.insert_columns("tickets", 0),
    "insert column between": lambda person: person.insert_columns("tickets", 2),
    "insert rows": lambda person: person.insert_rows("tickets", 3, 2),
    "insert row above": lambda person: person.insert_rows("tickets", 1),
    "delete row": lambda person: person.delete_rows("tickets", 4),
    "move column": lambda person: person.move_columns("tickets", 0, 3),
    "move row": lambda person: person.move_rows("tickets", 2, 9),
    "rename header": lambda person: person.rename_header("tickets", "text", "What they said"),
    "rename tab": lambda person: person.rename_tab("tickets", "Fälle"),
}
HEADINGS = {"What they said": "text"}


def look(sheet):
    """Rows by key as texts by heading, whatever the tab and the columns are called now."""
    (title,) = {"tickets", "Fälle"} & set(sheet.titles)
    header, *rows = sheet.server.store.texts(sheet.id, title)
    header = [HEADINGS.get(text, text) for text in header]
    found = [dict(zip(header, row, strict=True)) for row in rows if any(row)]
    assert len({row["id"] for row in found}) == len(found), "a key stands in two rows"
    return {row["id"]: row for row in found}


def check(sheet, expected, *, removed=0):
    rows = look(sheet)
    assert set(rows) == set(expected)
    kept = 0
    for key, mark in expected.items():
        assert rows[key]["text"] == f"{mark} {key}"
        if rows[key]["Notes"]:
            kept += 1
            assert rows[key]["Notes"] == f"note on {key}"
            assert rows[key]["Length"] == str(len(f"{mark} {key}"))
    assert kept >= len([key for key in expected if key in NAMES]) - removed


@pytest.mark.capability("S0-27")
@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_between_any_two_requests_leaves_the_right_rows_changed(
    sheet, say, action, before
):
    with_notes(sheet, say)
    keys = [(at, key) for at, key in enumerate(NAMES) if at % 3]
    sheet.meanwhile(lambda: ACTIONS[action](sheet.person), match="v4", after=before)
    sheet.load(*messages(say, [*keys, (50, "new"), (51, "newer")], "second"))
    changed = dict.fromkeys([key for _, key in keys], "second")
    expected = {**dict.fromkeys(NAMES, "first"), **changed, "new": "second", "newer": "second"}
    gone = set(expected) - set(look(sheet))
    assert len(gone) <= (action == "delete row")
    check(
        sheet, {k: m for k, m in expected.items() if k not in gone}, removed=action == "delete row"
    )


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize(
    "action", ["sort down", "delete row", "insert rows", "insert column first"]
)
def test_rows_are_deleted_by_what_they_are_and_not_by_where_they_stood(sheet, say, action, before):
    with_notes(sheet, say)
    doomed = NAMES[2:5]
    sheet.meanwhile(lambda: ACTIONS[action](sheet.person), match="v4", after=before)
    gone = [say.record(id=key, _sdc_deleted_at="2026-01-01T00:00:00Z") for key in doomed]
    sheet.load(messages(say, [], "")[0], *gone, deleted_rows="remove")
    left = set(look(sheet))
    assert not left & set(doomed)
    assert len(set(NAMES) - set(doomed) - left) <= (action == "delete row")
    for key in left:
        assert look(sheet)[key]["Notes"] == f"note on {key}"


ROWS = ["sort down", "sort up", "sort by notes", "insert rows", "delete row", "move row"]
COLUMNS = ["insert column first", "insert column between", "move column", "rename header"]


def turn(actions):
    return st.tuples(st.sampled_from(actions), st.integers(0, 5))


@given(
    turns=st.one_of(
        st.lists(turn(ROWS), min_size=1, max_size=3),
        st.lists(turn(COLUMNS), min_size=1, max_size=1),
    ),
    changed=st.sets(st.sampled_from(NAMES)),
    removed=st.sets(st.sampled_from(NAMES), max_size=3),
)
@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_people_do_each_row_keeps_its_key_its_values_and_its_notes(
    server, say, turns, changed, removed
):
    sheet = say.fresh(server)
    with_notes(sheet, say)
    for action, after in turns:
        sheet.meanwhile(lambda act=action: quietly(act, sheet.person), match="v4", after=after)
    keys = [(at, key) for at, key in enumerate(NAMES) if key in changed]
    gone = [say.record(id=key, _sdc_deleted_at="2026-01-01T00:00:00Z") for key in removed]
    sheet.load(*messages(say, keys, "second"), *gone, deleted_rows="remove")
    rows = look(sheet)
    deletions = sum(action == "delete row" for action, _ in turns)
    expected = {key: "second" if key in changed else "first" for key in NAMES if key not in removed}
    assert set(rows) <= set(expected) | changed
    assert len(set(expected) - set(rows)) <= deletions
    for key in set(rows) & set(expected):
        assert rows[key]["text"] == f"{expected[key]} {key}"
        if not deletions:
            assert rows[key]["Notes"] == f"note on {key}"


def quietly(action, person):
    with contextlib.suppress(LookupError):  # somebody has renamed it already
        ACTIONS[action](person)


def test_what_people_put_beside_the_data_stays(sheet, say):
    with_notes(sheet, say)
    person = sheet.person
    person.note("tickets", 3, 1, "ask again")
    person.colour("tickets", 3, 1, (1.0, 0.5, 0.0))
    person.filter("tickets", {2: ["first k05"]})
    sheet.load(*every(say, "second"))
    tab = sheet.server.store.book(sheet.id).titled("tickets")
    assert tab.cell(3, 1).note == "ask again"
    assert tab.cell(3, 1).style != tab.cell(4, 1).style
    assert tab.basic_filter["filterSpecs"] or tab.basic_filter["criteria"]
    check(sheet, dict.fromkeys(NAMES, "second"))


def test_columns_for_review_are_made_once_and_never_written_again(sheet, say):
    streams = {"tickets": {"qa_columns": True, "people_columns": ["Coach"]}}
    sheet.load(*every(say, "first"), streams=streams)
    header = sheet.texts()[0]
    assert len([text for text in header if text.startswith("QA - ")]) == 28
    assert header[-1] == "Coach"
    sheet.person.type("tickets", "D2", "Kim Reviewer")
    sheet.person.delete_columns("tickets", header.index("QA - Channel"))
    sheet.person.rename_header("tickets", "QA - Date", "Reviewed on")
    sheet.load(*every(say, "second"), streams=streams)
    assert sheet.records()["k00"]["QA - Evaluator"] == "Kim Reviewer"
    after = sheet.texts()[0]
    assert len(after) == len(header) - 1
    assert "QA - Channel" not in after
    assert "Reviewed on" in after


def test_a_worksheet_that_people_made_is_adopted_by_its_headings(sheet, say):
    sheet.person.add_tab("Tickets")
    sheet.person.type("Tickets", "A1", "Notes", "text", "id")
    sheet.person.type("Tickets", "A2", "ours", "typed", "7")
    lines = [say.schema(id=say.text, text=say.text, more=say.text)]
    lines += [say.record(id="7", text="seven", more="a"), say.record(id="8", text="eight")]
    for _ in range(2):
        sheet.load(*lines, streams={"tickets": {"worksheet": "Tickets"}})
    assert sheet.texts("Tickets") == [
        ["Notes", "text", "id", "more"],
        ["ours", "seven", "7", "a"],
        ["", "eight", "8"],
    ]


def test_two_columns_of_one_heading_stop_the_run(sheet, say):
    sheet.person.add_tab("tickets")
    sheet.person.type("tickets", "A1", "id", "text", "text")
    with pytest.raises(FatalSyncError, match="Rename all but one"):
        sheet.load(*every(say, "first"))


def test_a_key_column_or_header_that_is_gone_stops_the_run(sheet, say):
    sheet.load(*every(say, "first"))
    sheet.person.delete_rows("tickets", 0)
    with pytest.raises(FatalSyncError, match="header row is gone"):
        sheet.load(*every(say, "second"))
    sheet.person.insert_rows("tickets", 0)
    sheet.load(*every(say, "second"))
    sheet.person.delete_columns("tickets", 0)
    with pytest.raises(FatalSyncError, match="nothing tells its rows apart"):
        sheet.load(*every(say, "third"))


@pytest.mark.parametrize(
    ("kept", "changed"), [(2_000, 500), pytest.param(50_000, 1_000, marks=pytest.mark.nightly)]
)
def test_scattered_changes_on_two_worksheets_cost_two_reads_and_two_writes(
    sheet, say, kept, changed
):
    def lines(mark, step):
        streams = ("tickets", "chats")
        made = [say.schema(name, id=say.text, text=say.text) for name in streams]
        for name in streams:
            made += [say.record(name, id=f"{n}", text=mark) for n in range(0, kept, step)]
        return made

    sheet.load(*lines("first", 1))
    sheet.server.journal.clear()
    sheet.load(*lines("second", 2 * kept // changed))
    assert (len(sheet.reads), len(sheet.writes)) == (2, 2)


def test_a_first_load_needs_at_most_twice_the_least_number_of_requests(sheet, say):
    names = [f"column {at}" for at in range(11)]
    rows = [say.record(id=f"{n:026}", **dict.fromkeys(names, f"text {n}")) for n in range(4_000)]
    schema = say.schema(id=say.text, **dict.fromkeys(names, say.text))
    sheet.load(schema, *rows, batch_size_bytes=500_000)
    least = -(-sum(each.sent for each in sheet.writes) // 500_000)
    assert len(sheet.writes) <= 2 * least


@pytest.mark.parametrize("action", ["sort up", "move row"])
def test_a_run_killed_before_it_could_mend_is_mended_by_the_next(sheet, say, monkeypatch, action):
    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    with_notes(sheet, say)
    lines = messages(say, [(at, key) for at, key in enumerate(NAMES) if at % 3], "second")
    sheet.meanwhile(lambda: ACTIONS[action](sheet.person), match="v4", after=2)
    with monkeypatch.context() as dying:
        dying.setattr("target_gsheets.mending.repair_tasks", die)
        with pytest.raises(Killed):
            sheet.load(*lines)
    sheet.person.sort("tickets", 1)
    sheet.load(*lines)
    gone = set(NAMES) - set(look(sheet))
    assert len(gone) <= (action == "delete row")
    expected = {key: "second" if at % 3 else "first" for at, key in enumerate(NAMES)}
    check(sheet, {k: m for k, m in expected.items() if k not in gone}, removed=len(gone) + 1)
