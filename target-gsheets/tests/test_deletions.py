"""Deleted records, records that come back, and deletions that name a part of the key."""

from __future__ import annotations

import pytest

GONE = "2026-07-01T00:00:00Z"


def links(say, *pairs, text="x"):
    schema = say.schema("links", keys=("a", "b"), a=say.text, b=say.text, text=say.text)
    return [schema, *(say.record("links", a=a, b=b, text=text) for a, b in pairs)]


def swept(say, **part):
    return say.record("links", _sdc_deleted_at=GONE, **part)


def present(sheet):
    """Links by text, of rows that are there and not marked as deleted."""
    header, *rows = sheet.texts("links")
    found = [dict(zip(header, row, strict=False)) for row in rows if any(row)]
    return {
        (each["a"], each["b"]): each.get("text") for each in found if not each.get("Deleted at")
    }


@pytest.mark.parametrize("deleted_rows", ["mark", "remove"])
@pytest.mark.parametrize("size", [1, 100])
def test_a_deletion_with_a_part_of_the_key_means_all_rows_that_have_it(
    sheet, say, deleted_rows, size
):
    sheet.load(*links(say, ("1", "x"), ("1", "y"), ("2", "x"), ("3", "x")))
    sheet.load(
        *links(say, ("1", "z"), ("4", "x")),
        swept(say, a="1"),
        swept(say, b="y"),
        *links(say, ("1", "y"), text="again")[1:],
        deleted_rows=deleted_rows,
        batch_size_rows=size,
    )
    assert present(sheet) == {
        ("1", "y"): "again",
        ("2", "x"): "x",
        ("3", "x"): "x",
        ("4", "x"): "x",
    }


def test_a_row_that_comes_again_after_such_a_deletion_keeps_its_notes(sheet, say, monkeypatch):
    pairs = [("1", str(at)) for at in range(40)]
    sheet.load(*links(say, *pairs))
    monkeypatch.setattr("target_gsheets.writer.MOST_BYTES", 12_000)  # it takes several requests
    monkeypatch.setattr("target_gsheets.rows.MOST_DELETIONS", 5)
    before = len(sheet.writes)
    order = {row[1]: at for at, row in enumerate(sheet.texts("links"))}
    sheet.load(
        *links(say)[:1], swept(say, a="1"), *links(say, *pairs[::2])[1:], deleted_rows="remove"
    )
    assert len(sheet.writes) - before > 2
    assert set(present(sheet)) == set(pairs[::2])
    # Rows that came again are changed in their place, not deleted and made anew.
    assert sorted(order[b] for _, b in present(sheet)) == [order[b] for _, b in present(sheet)]


def test_a_deletion_with_no_part_of_the_key_is_refused(sheet, say):
    with pytest.raises(Exception, match="does not carry its key"):
        sheet.load(*links(say), swept(say, text="x"))


def test_more_deletions_than_fit_a_request_are_all_carried_out(sheet, say, monkeypatch):
    monkeypatch.setattr("target_gsheets.rows.MOST_DELETIONS", 3)
    schema = say.schema(id=say.text)
    sheet.load(schema, *(say.record(id=f"{n}") for n in range(12)))
    gone = [say.record(id=f"{n}", _sdc_deleted_at=GONE) for n in range(10)]
    sheet.load(schema, *gone, deleted_rows="remove")
    assert set(sheet.records()) == {"10", "11"}
    assert sheet.log()[0]["Rows_Removed"] == "10"


def test_a_record_that_is_there_again_loses_its_mark_whatever_the_run_knows_of_deletions(
    sheet, say
):
    schema = say.schema(id=say.text, a=say.text)
    sheet.load(schema, say.record(id="1", a="x"), say.record(id="2", a="x"))
    sheet.load(schema, *(say.record(id=key, _sdc_deleted_at=GONE) for key in "12"))
    assert sheet.records()["1"]["Deleted at"]
    sheet.load(schema, say.record(id="1", a="back"))
    assert (sheet.records()["1"]["a"], sheet.records()["1"]["Deleted at"]) == ("back", "")
    assert sheet.records()["2"]["Deleted at"]


def version(say, number, *keys):
    rows = [say.record(id=key, version=number) for key in keys]
    return [
        say.schema(id=say.text),
        *rows,
        {"type": "ACTIVATE_VERSION", "stream": "tickets", "version": number},
    ]


def test_marks_that_do_not_fit_a_request_are_all_set(sheet, say, monkeypatch):
    monkeypatch.setattr("target_gsheets.rows.MOST_DELETIONS", 3)
    keys = [str(n) for n in range(10)]
    sheet.load(*version(say, 1, *keys))
    sheet.load(*version(say, 2, "4"))
    marked = {key for key, row in sheet.records().items() if row["Deleted at"]}
    assert marked == set(keys) - {"4"}
    pairs = [("1", key) for key in keys]
    sheet.load(*links(say, *pairs))
    sheet.load(*links(say), swept(say, a="1"), *links(say, pairs[7])[1:])
    assert set(present(sheet)) == {pairs[7]}
    assert len([row for row in sheet.texts("links") if row]) == len(pairs) + 1


@pytest.mark.parametrize("first", [1, 1_790_000_000_000, 1_790_000_000_000_000_000])
def test_a_version_without_records_deletes_all_rows(sheet, say, first):
    sheet.load(*version(say, first, "1", "2"))
    sheet.load(*version(say, first + 1), deleted_rows="remove")
    assert sheet.cells()[1:] == []


@pytest.mark.parametrize(
    "message",
    [
        {"type": "ACTIVATE_VERSION", "stream": "unheard", "version": 1},
        {"type": "ACTIVATE_VERSION", "stream": "tickets", "version": None},
    ],
)
def test_a_version_that_makes_no_sense_is_refused_with_words(sheet, say, message):
    with pytest.raises(Exception, match=r"SCHEMA message|no integer"):
        sheet.load(say.schema(id=say.text), message)
