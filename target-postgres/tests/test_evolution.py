"""Tables only ever grow: what people built on them stays."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalSyncError


@pytest.mark.capability("S2-43")
def test_a_new_property_becomes_a_new_column_and_old_rows_hold_null(warehouse, say):
    warehouse.load(say.schema(id=say.integer), say.record(id=1))
    warehouse.load(say.schema(id=say.integer, name=say.text), say.record(id=2, name="Grace"))
    assert warehouse.values("name") == [None, "Grace"]


def test_a_property_that_is_no_longer_declared_keeps_its_column_and_values(warehouse, say):
    warehouse.load(say.schema(id=say.integer, name=say.text), say.record(id=1, name="Ada"))
    warehouse.load(say.schema(id=say.integer), say.record(id=1))
    assert warehouse.values("name") == ["Ada"]


def test_a_view_survives_a_new_column_and_a_type_clash(warehouse, say):
    warehouse.load(say.schema(id=say.integer, score=say.text), say.record(id=1, score="high"))
    before = warehouse.query("SELECT 'people'::regclass::oid AS oid")
    warehouse.query("CREATE VIEW best AS SELECT id, score FROM people")
    warehouse.load(
        say.schema(id=say.integer, score={"type": "integer"}, name=say.text),
        say.record(id=2, score=5, name="Grace"),
    )
    assert warehouse.query("SELECT 'people'::regclass::oid AS oid") == before
    assert warehouse.query("SELECT * FROM best ORDER BY id") == [
        {"id": 1, "score": "high"},
        {"id": 2, "score": None},
    ]
    assert warehouse.types()["score"] == "text"
    assert warehouse.types()["score__bigint"] == "bigint"
    assert warehouse.values("score__bigint") == [None, 5]


def test_after_a_clash_only_the_column_of_the_present_type_holds_a_value(warehouse, say):
    as_text = say.schema(id=say.integer, score=say.text)
    as_number = say.schema(id=say.integer, score={"type": "integer"})
    warehouse.load(as_text, say.record(id=1, score="high"))
    warehouse.load(as_number, say.record(id=1, score=5))
    (row,) = warehouse.rows()
    assert (row["score"], row["score__bigint"]) == (None, 5)
    warehouse.load(as_text, say.record(id=1, score="low"))
    (row,) = warehouse.rows()
    assert (row["score"], row["score__bigint"]) == ("low", None)


def test_a_row_that_comes_back_is_not_left_deleted_in_a_column_another_target_made(warehouse, say):
    warehouse.load(say.schema("other", id=say.integer))
    warehouse.query(
        "CREATE TABLE people (id bigint PRIMARY KEY, _sdc_deleted_at timestamp);"
        "INSERT INTO people VALUES (1, '2026-01-01'), (2, '2026-01-01')"
    )
    warehouse.load(say.schema(id=say.integer), say.record(id=1))
    assert [row is None for row in warehouse.values("_sdc_deleted_at")] == [True, False]


def test_integers_go_on_into_a_numeric_column(warehouse, say):
    warehouse.load(say.schema(id=say.integer, n={"type": "number"}), say.record(id=1, n=1.5))
    warehouse.load(say.schema(id=say.integer, n={"type": "integer"}), say.record(id=2, n=2))
    assert warehouse.types()["n"] == "numeric"
    assert "n__bigint" not in warehouse.types()


@pytest.mark.parametrize(
    ("existing", "declared", "suffix"),
    [
        ("timestamp", {"type": "string", "format": "date-time"}, "timestamptz"),
        ("integer", {"type": "integer"}, "bigint"),
        ("double precision", {"type": "number"}, "numeric"),
        ("numeric(10,2)", {"type": "number"}, "numeric"),
    ],
)
def test_a_column_too_narrow_for_the_values_is_left_alone(
    warehouse, say, existing, declared, suffix
):
    warehouse.query(f'CREATE SCHEMA "{warehouse.schema}"')
    warehouse.query(f"CREATE TABLE people (id bigint PRIMARY KEY, v {existing})")
    warehouse.load(say.schema(id=say.integer, v=declared))
    assert f"v__{suffix}" in warehouse.types()


def test_a_key_that_changes_its_type_stops_the_run_and_says_what_to_do(warehouse, say):
    warehouse.load(say.schema(id=say.text), say.record(id="a"))
    with pytest.raises(FatalSyncError, match=r"Key column id .* convert the column"):
        warehouse.load(say.schema(id=say.integer), say.record(id=1))
    assert warehouse.values("id") == ["a"]


def test_a_table_made_without_key_can_be_given_one_unless_rows_are_doubled(warehouse, say):
    keyless, keyed = say.schema(keys=(), id=say.integer), say.schema(id=say.integer)
    warehouse.load(keyless, say.record(id=1))
    warehouse.load(keyed, say.record(id=1), say.record(id=2))
    assert warehouse.values("id") == [1, 2]
    warehouse.query("CREATE TABLE others (id bigint)")
    warehouse.query("INSERT INTO others VALUES (1), (1)")
    with pytest.raises(FatalSyncError, match="several rows with one key"):
        warehouse.load(say.schema("others", id=say.integer), say.record("others", id=1))


def test_a_changed_key_is_an_added_unique_index(warehouse, say):
    properties = {"id": say.integer, "code": {"type": "string"}}
    warehouse.load(say.schema(**properties), say.record(id=1, code="a"))
    warehouse.load(
        say.schema(keys=("id", "code"), **properties),
        say.record(id=1, code="a"),
    )
    assert warehouse.values("id") == [1]


def test_rows_before_a_schema_change_never_overwrite_rows_after_it(warehouse, say):
    warehouse.load(
        say.schema(id=say.integer, name=say.text),
        say.record(id=1, name="old"),
        say.schema(id=say.integer, name=say.text, more=say.text),
        say.record(id=1, name="new", more="yes"),
    )
    (row,) = warehouse.rows()
    assert (row["name"], row["more"]) == ("new", "yes")


@pytest.mark.capability("S2-12")
def test_schema_and_tables_are_made_when_missing_and_making_them_again_is_harmless(warehouse, say):
    for _ in range(2):
        warehouse.load(say.schema(id=say.integer), say.schema("pets", id=say.integer))
    tables = warehouse.query(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace",
        (f'"{warehouse.schema}"',),
    )
    assert {row["relname"] for row in tables} == {"people", "pets", "_sync_log", "_rejected"}


@pytest.mark.capability("S2-13", "S2-14", "S4-54")
def test_configured_columns_and_the_replication_key_are_indexed_once(warehouse, say):
    schema = {
        **say.schema(id=say.integer, owner_id=say.integer, changed_at=say.instant),
        "bookmark_properties": ["changed_at"],
    }
    indexes = {"people": [["owner_id"], ["owner_id", "changed_at"], ["nowhere"]]}
    for _ in range(2):
        warehouse.load(schema, say.record(id=1), indexes=indexes)
    found = warehouse.query(
        "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = 'people'",
        (warehouse.schema,),
    )
    assert {row["indexname"] for row in found} == {
        "people_pkey",
        "people_changed_at_idx",
        "people_owner_id_idx",
        "people_owner_id_changed_at_idx",
    }


def test_a_pattern_of_schema_and_stream_indexes_only_its_tables(warehouse, say):
    indexes = {
        f"{warehouse.schema[:-1]}?/events": [["object_id"], ["_sdc_batched_at"]],
        "elsewhere/events": [["nowhere"]],
        "*/pets": [["nowhere"]],
    }
    warehouse.load(say.schema("events", id=say.integer, object_id=say.integer), indexes=indexes)
    found = warehouse.query(
        "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = 'events'",
        (warehouse.schema,),
    )
    assert {row["indexname"] for row in found} == {
        "events_pkey",
        "events_object_id_idx",
        "events__sdc_batched_at_idx",
    }


def test_two_tables_whose_index_names_fall_together_get_an_index_each(warehouse, say):
    indexes = {"a_b": [["c"]], "a": [["b_c"]]}
    for _ in range(2):
        warehouse.load(
            say.schema("a_b", id=say.integer, c=say.text),
            say.schema("a", id=say.integer, b_c=say.text),
            indexes=indexes,
        )
    found = warehouse.query(
        "SELECT tablename, count(*) AS n FROM pg_indexes WHERE schemaname = %s "
        "AND tablename IN ('a', 'a_b') GROUP BY 1 ORDER BY 1",
        (warehouse.schema,),
    )
    assert found == [{"tablename": "a", "n": 2}, {"tablename": "a_b", "n": 2}]


@pytest.mark.parametrize(
    "name",
    [
        'quo"te',
        "per%cent",
        "per%s",
        "Camel Case",
        "select",
        "{brace}",
        "a.b",
        "ö" * 40,
        "x" * 200,
        "",
        "nul\0byte",
        "semi;colon--",
        "new\nline",
        "c1",
    ],
)
def test_any_property_and_stream_name_works(warehouse, say, name):
    stream = f"s{name}"
    message = say.schema(stream, keys=(name,), **{name: say.integer, "v": say.text})
    tombstone = {name: 1, "v": "gone", "_sdc_deleted_at": "2026-01-01T00:00:00Z"}
    records = [
        {"type": "RECORD", "stream": stream, "record": record}
        for record in ({name: 1, "v": "a"}, {name: 2, "v": "b"})
    ]
    warehouse.load(message, *records)
    warehouse.load(message, {"type": "RECORD", "stream": stream, "record": tombstone})
    (log,) = warehouse.log(stream.replace("\0", ""))[-1:]
    assert (log["deleted"], log["rejected"]) == (1, 0)


def test_long_names_that_differ_only_at_the_end_stay_apart(warehouse, say):
    names = [f"{'p' * 70}{end}" for end in "abc"] + [f"{'ö' * 35}{end}" for end in "ab"]
    properties = dict.fromkeys(names, say.text)
    warehouse.load(
        say.schema(id=say.integer, **properties),
        {"type": "RECORD", "stream": "people", "record": {"id": 1, **{n: n for n in names}}},
    )
    (row,) = warehouse.rows()
    stored = [value for value in row.values() if isinstance(value, str)]
    assert sorted(stored) == sorted(names)
    assert all(len(column.encode()) <= 63 for column in row)
