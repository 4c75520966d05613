"""Rows that went away at the source: marked, or removed when that is asked for."""

from __future__ import annotations

import pytest

FLAGS = {
    "is_deleted": {"type": "boolean"},
    "_fivetran_deleted": {"type": "boolean"},
    "_sdc_deleted_at": {"type": ["null", "string"], "format": "date-time"},
}
GONE = {"is_deleted": True, "_fivetran_deleted": True, "_sdc_deleted_at": "2026-07-01T00:00:00Z"}
ALIVE = {"is_deleted": False, "_fivetran_deleted": False}


@pytest.fixture
def schema(say):
    return say.schema(id=say.integer, name=say.text, **FLAGS)


@pytest.mark.capability("S2-56")
def test_a_tombstone_marks_the_row_and_leaves_its_other_columns(warehouse, say, schema):
    warehouse.load(
        schema, say.record(id=1, name="Ada", **ALIVE), say.record(id=2, name="B", **ALIVE)
    )
    warehouse.load(schema, say.record(id=1, **GONE))
    first, second = warehouse.rows()
    assert (first["name"], first["is_deleted"], first["_fivetran_deleted"]) == ("Ada", True, True)
    assert first["_sdc_deleted_at"] is not None
    assert second["is_deleted"] is False
    assert warehouse.log()[-1]["deleted"] == 1


def test_marking_a_row_moves_the_time_it_was_written(warehouse, say, schema):
    versioned = [say.record(id=1, version=1, **ALIVE), say.record(id=2, version=1, **ALIVE)]
    warehouse.load(schema, *versioned)
    before = [row["_sdc_batched_at"] for row in warehouse.rows()]
    warehouse.load(schema, say.record(id=1, **GONE))
    first, second = (row["_sdc_batched_at"] for row in warehouse.rows())
    assert first > before[0] and second == before[1]
    warehouse.load(schema, activate(2))
    assert warehouse.rows()[1]["_sdc_batched_at"] > before[1]


def test_a_tombstone_never_makes_a_row(warehouse, say, schema):
    warehouse.load(schema, say.record(id=9, **GONE))
    assert warehouse.rows() == []


def test_a_tombstone_deletes_the_row_when_deletes_are_hard(warehouse, say, schema):
    warehouse.load(
        schema,
        say.record(id=1, **ALIVE),
        say.record(id=2, **ALIVE),
        say.record(id=1, **GONE),
        hard_delete=True,
    )
    assert warehouse.values("id") == [2]


def test_record_and_tombstone_of_one_batch_count_in_the_order_they_came(warehouse, say, schema):
    warehouse.load(
        schema,
        say.record(id=1, name="then gone", **ALIVE),
        say.record(id=1, **GONE),
        say.record(id=2, **GONE),
        say.record(id=2, name="back again", **ALIVE),
    )
    gone, back = warehouse.rows()
    assert (gone["name"], gone["is_deleted"]) == ("then gone", True)
    assert (back["name"], back["is_deleted"], back["_sdc_deleted_at"]) == (
        "back again",
        False,
        None,
    )


def test_a_row_that_comes_back_is_no_longer_deleted(warehouse, say, schema):
    warehouse.load(schema, say.record(id=1, **ALIVE))
    warehouse.load(schema, say.record(id=1, **GONE))
    warehouse.load(schema, say.record(id=1, name="Ada", **ALIVE))
    (row,) = warehouse.rows()
    assert (row["is_deleted"], row["_sdc_deleted_at"], row["name"]) == (False, None, "Ada")


def activate(version, stream="people"):
    return {"type": "ACTIVATE_VERSION", "stream": stream, "version": version}


@pytest.mark.capability("S2-56")
def test_activating_a_version_marks_rows_of_earlier_ones_and_sets_the_flags(warehouse, say, schema):
    warehouse.load(
        schema,
        say.record(id=1, version=1, **ALIVE),
        say.record(id=2, version=1, **ALIVE),
        say.record(id=3, **ALIVE),
    )
    warehouse.load(schema, say.record(id=2, version=2, **ALIVE), activate(2))
    marked = [
        (row["id"], row["_sdc_deleted_at"] is not None, row["is_deleted"])
        for row in warehouse.rows()
    ]
    assert marked == [(1, True, True), (2, False, False), (3, True, True)]
    assert warehouse.log()[-1]["deleted"] == 2


def test_a_row_already_marked_keeps_the_time_it_was_marked(warehouse, say, schema):
    warehouse.load(schema, say.record(id=1, version=1, **ALIVE), activate(2))
    first = warehouse.values("_sdc_deleted_at")
    warehouse.load(schema, activate(3))
    assert warehouse.values("_sdc_deleted_at") == first


def test_activating_a_version_removes_earlier_rows_when_deletes_are_hard(warehouse, say, schema):
    warehouse.load(
        schema,
        say.record(id=1, version=1, **ALIVE),
        say.record(id=2, version=2, **ALIVE),
        activate(2),
        hard_delete=True,
    )
    assert warehouse.values("id") == [2]


def test_activating_a_version_does_nothing_when_switched_off(warehouse, say, schema):
    warehouse.load(
        schema, say.record(id=1, version=1, **ALIVE), activate(2), activate_version=False
    )
    assert warehouse.values("_sdc_deleted_at") == [None]


def test_versions_work_without_the_other_metadata(warehouse, say):
    warehouse.load(
        say.schema(id=say.integer),
        say.record(id=1, version=1),
        activate(2),
        add_record_metadata=False,
    )
    (row,) = warehouse.rows()
    assert set(row) == {"id", "_sdc_deleted_at", "_sdc_table_version"}
    assert row["_sdc_deleted_at"] is not None


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("bad", [{"n": "many"}, {"at": "soon"}])
def test_a_row_whose_new_record_was_refused_is_not_taken_for_deleted(warehouse, say, hard, bad):
    schema = say.schema(keys=("id", "k"), id=say.integer, k=say.text, n=say.integer, at=say.instant)
    old = [say.record(version=1, id=i, k="a'b\\", n=1) for i in (1, 2)]
    new = say.record(version=2, id=1, k="a'b\\", **bad)
    end = {"type": "ACTIVATE_VERSION", "stream": "people", "version": 2}
    warehouse.load(schema, *old, new, end, batch_size_rows=2, hard_delete=hard)
    alive = warehouse.query("SELECT id, n FROM people WHERE _sdc_deleted_at IS NULL")
    assert alive == [{"id": 1, "n": 1}]
    assert len(warehouse.rejected()) == 1


@pytest.mark.parametrize("keys", [("id",), ("id", "k")])
def test_a_row_that_comes_back_under_another_spelling_of_its_number_is_alive(warehouse, say, keys):
    schema = say.schema(keys=keys, id={"type": "number"}, k=say.text, n=say.integer)
    buried = say.record(id=5, k="a", _sdc_deleted_at="2026-01-01T00:00:00Z")
    again = [say.record(id=5.0, k="a", n=2), say.record(id="sNaN", k="a", n=3)]
    warehouse.load(schema, say.record(id=5, k="a", n=1), buried, *again)
    assert warehouse.query("SELECT n, _sdc_deleted_at FROM people") == [
        {"n": 2, "_sdc_deleted_at": None}
    ]


LINKS = {"parent": {"type": "integer"}, "child": {"type": "integer"}, "kind": {"type": "string"}}


@pytest.fixture
def links(say):
    return say.schema(keys=("parent", "child", "kind"), **LINKS, **FLAGS)


def link(say, parent, child, **more):
    return say.record(parent=parent, child=child, kind="a", **{**ALIVE, **more})


def sweep(say, parent):
    return say.record(parent=parent, **GONE)


def alive(warehouse):
    rows = warehouse.query(
        "SELECT parent, child FROM people WHERE _sdc_deleted_at IS NULL AND NOT is_deleted"
        " ORDER BY parent, child"
    )
    return [(row["parent"], row["child"]) for row in rows]


def test_a_tombstone_with_some_of_the_key_marks_all_rows_that_have_it(warehouse, say, links):
    warehouse.load(links, *(link(say, parent, child) for parent in (1, 2) for child in (7, 8, 9)))
    warehouse.load(links, sweep(say, 1), link(say, 1, 8))
    assert alive(warehouse) == [(1, 8), (2, 7), (2, 8), (2, 9)]


@pytest.mark.parametrize("rows_per_batch", [2, 1000])
def test_a_parent_read_twice_in_one_batch_has_the_rows_of_its_second_reading(
    warehouse, say, links, rows_per_batch
):
    first = [sweep(say, 1), link(say, 1, 7), sweep(say, 2), link(say, 2, 7), link(say, 2, 9)]
    again = [sweep(say, 1), link(say, 1, 8), sweep(say, 3), sweep(say, 2), link(say, 2, 9)]
    warehouse.load(links, link(say, 3, 7), *first, *again, batch_size_rows=rows_per_batch)
    assert alive(warehouse) == [(1, 8), (2, 9)]


def test_a_tombstone_for_several_rows_deletes_them_when_deletes_are_hard(warehouse, say, links):
    warehouse.load(links, link(say, 1, 7), link(say, 1, 8), link(say, 2, 7), hard_delete=True)
    warehouse.load(links, sweep(say, 1), link(say, 1, 8), hard_delete=True)
    rows = warehouse.query("SELECT parent, child FROM people ORDER BY parent")
    assert [(row["parent"], row["child"]) for row in rows] == [(1, 8), (2, 7)]


def test_sweeps_of_different_parts_of_the_key_do_not_mix(warehouse, say, links):
    by_child = say.record(child=7, **GONE)
    rows = [link(say, parent, child) for parent in (1, 2) for child in (7, 8)]
    warehouse.load(links, *rows, sweep(say, 1), link(say, 1, 8), by_child, link(say, 2, 7))
    assert alive(warehouse) == [(1, 8), (2, 7), (2, 8)]


def test_a_row_swept_twice_keeps_the_time_it_was_marked_first(warehouse, say, links):
    warehouse.load(links, link(say, 1, 7), sweep(say, 1))
    marked = "SELECT _sdc_deleted_at FROM people"
    first = warehouse.query(marked)
    later = {**GONE, "_sdc_deleted_at": "2026-08-01T00:00:00Z"}
    warehouse.load(links, say.record(parent=1, **later))
    assert warehouse.query(marked) == first


def test_one_tombstone_that_the_server_refuses_is_put_aside_and_the_others_count(
    warehouse, say, schema
):
    rows = [say.record(id=number, name="x", **ALIVE) for number in range(5)]
    graves = [say.record(id=number, **GONE) for number in range(5)]
    bad = say.record(id=3, **{**GONE, "_sdc_deleted_at": "12021-13-45T00:00:00Z"})
    warehouse.load(schema, *rows, *graves[:3], bad, graves[4])
    flags = {row["id"]: row["is_deleted"] for row in warehouse.rows()}
    assert flags == {0: True, 1: True, 2: True, 3: False, 4: True}
    assert len(warehouse.rejected()) == 1


def test_a_record_that_lacks_part_of_its_key_is_still_refused_when_it_is_no_tombstone(
    warehouse, say, links
):
    with pytest.raises(Exception, match="does not carry its key"):
        warehouse.load(links, say.record(parent=1, **ALIVE))
