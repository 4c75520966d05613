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
