"""Replacing all rows: never a blank sheet, never half of one."""

from __future__ import annotations

import pytest


def rows(say, *keys, text="x"):
    return [
        say.schema(id=say.text, text=say.text),
        *(say.record(id=key, text=text) for key in keys),
    ]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_all_rows_are_replaced_in_one_step(sheet, say, size):
    sheet.load(*rows(say, *"abcde"), load_method="overwrite")
    seen = []
    sheet.meanwhile(lambda: seen.append(len(sheet.cells())), times=None)
    states = sheet.load(
        *rows(say, *"xyz", text="y"), say.state(at=1), load_method="overwrite", batch_size_rows=size
    )
    assert states == [{"at": 1}]
    assert sheet.cells() == [["id", "text"], ["x", "y"], ["y", "y"], ["z", "y"]]
    assert set(seen) <= {6, 4}
    assert sorted(sheet.titles) == ["Sheet1", "Sync_Log", "Sync_Undo", "tickets"]


def test_a_formula_that_looks_at_the_rows_still_does(sheet, say):
    sheet.load(*rows(say, *"abc"), load_method="overwrite")
    sheet.person.type("Sheet1", "A1", "=COUNTA(tickets!A2:A100)")
    sheet.load(*rows(say, *"abcdef"), load_method="overwrite")
    assert sheet.texts("Sheet1") == [["6"]]


def test_nothing_received_leaves_nothing(sheet, say):
    sheet.load(*rows(say, *"abc"), load_method="overwrite")
    sheet.load(*rows(say), load_method="overwrite")
    assert sheet.cells() == [["id", "text"]]


def test_what_a_killed_run_left_aside_is_thrown_away(sheet, say):
    sheet.load(*rows(say, *"abc"), load_method="overwrite")
    killed = sheet.target(load_method="overwrite", batch_size_rows=1)
    killed.loading.open("tickets", rows(say)[0]["schema"], ["id"])
    killed.loading.add("tickets", {"id": "q", "text": "q"}, None)
    assert len(sheet.titles) == 5
    assert len(sheet.records()) == 3
    sheet.load(*rows(say, "z"), load_method="overwrite")
    assert sheet.cells() == [["id", "text"], ["z", "x"]]
    assert len(sheet.titles) == 4
