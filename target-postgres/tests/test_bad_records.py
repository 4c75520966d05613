"""One bad value costs one record, never the run."""

from __future__ import annotations

import json

import pytest
from singer_sdk.exceptions import FatalSyncError


@pytest.mark.capability("S2-23", "S2-26")
def test_one_bad_record_of_twenty_five_is_put_aside_and_the_others_are_stored(warehouse, say):
    records = [say.record(id=n, at="2026-07-01T00:00:00Z") for n in range(25)]
    records[11]["record"]["at"] = "2026-02-30T00:00:00Z"
    warehouse.load(say.schema(id=say.integer, at=say.instant), *records)
    assert len(warehouse.rows()) == 24
    (bad,) = warehouse.rejected()
    assert json.loads(bad["record"])["at"] == "2026-02-30T00:00:00Z"
    assert bad["record_key"] == "[11]"
    assert bad["reason"].startswith("22008: ")
    assert bad["reason"].endswith("(at)")
    (log,) = warehouse.log()
    assert (log["status"], log["received"], log["inserted"], log["rejected"]) == (
        "partial",
        25,
        24,
        1,
    )


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ({"type": "integer"}, 2**63),
        ({"type": "integer"}, 1.5),
        ({"type": "integer"}, "many"),
        ({"type": "integer"}, {"a": 1}),
        ({"type": "number"}, [1, 2]),
        ({"type": "number"}, {"a": 1, "b": 2}),
        ({"type": "number"}, "1,5"),
        ({"type": "boolean"}, "maybe"),
        ({"type": "string", "format": "date"}, "2026-02-30"),
        ({"type": "string", "format": "date-time"}, ["2026-01-01"]),
        ({"type": "string", "format": "date-time"}, True),
        ({"type": "string", "format": "time"}, "25:61"),
        ({"type": "string", "format": "time"}, "allballs"),
        ({"type": "string", "format": "date-time"}, "now"),
        ({"type": "string", "format": "date-time"}, "infinity"),
        ({"type": "string", "format": "date-time"}, "05/06/2026 12:00"),
        ({"type": "string", "format": "date"}, "today"),
        ({"type": "string", "format": "date"}, "05/06/2026"),
    ],
)
def test_a_value_of_the_wrong_type_is_put_aside_with_its_record(warehouse, say, declared, value):
    warehouse.load(
        say.schema(id=say.integer, v=declared, w=say.text),
        say.record(id=1, v=value, w="a"),
        say.record(id=2, v=None, w="b"),
    )
    assert warehouse.values("w") == ["b"]
    (bad,) = warehouse.rejected()
    assert json.loads(bad["record"])["w"] == "a"


def test_objects_and_lists_in_a_text_column_are_kept_as_json_text(warehouse, say):
    sent = [{"a": "x,y"}, [1, "two"], 5, True, 1.50]
    warehouse.load(
        say.schema(id=say.integer, v=say.text),
        *(say.record(id=n, v=value) for n, value in enumerate(sent)),
    )
    assert [json.loads(value) for value in warehouse.values("v")] == sent


@pytest.mark.capability("S4-21")
def test_a_record_whose_key_is_null_is_put_aside_and_counted(warehouse, say):
    warehouse.load(say.schema(id=say.integer), say.record(id=None), say.record(id=1))
    assert warehouse.values("id") == [1]
    assert "null" in warehouse.rejected()[0]["reason"]
    (log,) = warehouse.log()
    assert (log["received"], log["inserted"], log["rejected"]) == (2, 1, 1)


def test_a_record_that_is_not_valid_json_is_put_aside(warehouse, say):
    schema = json.dumps(say.schema(id=say.integer, n={"type": "number"}))
    broken = '{"type": "RECORD", "stream": "people", "record": {"id": 1, "n": NaN}}'
    good = json.dumps(say.record(id=2, n=1))
    warehouse.load_text(f"{schema}\n{broken}\n{good}\n")
    assert warehouse.values("id") == [2]
    assert "NaN" in warehouse.rejected()[0]["record"]


@pytest.mark.capability("S2-27")
def test_what_the_table_itself_refuses_is_put_aside_and_later_batches_go_on(warehouse, say):
    schema = say.schema(id=say.integer, n=say.integer)
    warehouse.load(schema)
    warehouse.query("ALTER TABLE people ADD CHECK (n < 100), ADD UNIQUE (n)")
    numbers = [1, 500, 2, 2, 3]
    warehouse.load(
        schema,
        *(say.record(id=index, n=n) for index, n in enumerate(numbers)),
        batch_size_rows=2,
    )
    assert warehouse.values("n") == [1, 2, 3]
    keys = [row["record_key"] for row in warehouse.rejected()]
    assert keys == ["[1]", "[3]"]


def test_a_batch_of_nothing_but_bad_records_ends(warehouse, say):
    warehouse.load(
        say.schema(id=say.integer, at=say.instant),
        *(say.record(id=n, at="never") for n in range(300)),
    )
    assert len(warehouse.rejected()) == 300


def test_a_key_too_long_for_an_index_is_put_aside(warehouse, say):
    from random import Random

    wild = "".join(chr(Random(n).randrange(0x4E00, 0x9FA5)) for n in range(5000))
    warehouse.load(say.schema(id={"type": "string"}), say.record(id=wild), say.record(id="short"))
    assert warehouse.values("id") == ["short"]


def test_validation_when_asked_for_puts_aside_what_the_schema_forbids(warehouse, say):
    schema = say.schema(id=say.integer, name={"type": "string", "maxLength": 3})
    warehouse.load(
        schema, say.record(id=1, name="long"), say.record(id=2, name="ok"), validate_records=True
    )
    assert warehouse.values("id") == [2]
    (bad,) = warehouse.rejected()
    assert "maxLength" in bad["reason"]
    assert bad["record_key"] == "[1]"


@pytest.mark.parametrize(
    "line", ["not json", "[1]", '{"type": "NEWS"}', '{"no": "type"}', '{"type": "RECORD"}']
)
def test_a_line_that_is_no_message_stops_the_run_without_quoting_it(warehouse, line):
    secret = line.replace("not json", "private words, not json")
    with pytest.raises(FatalSyncError) as caught:
        warehouse.load_text(secret + "\n")
    assert "private words" not in str(caught.value)


def test_the_log_never_shows_what_a_record_holds(warehouse, say, caplog):
    caplog.set_level("DEBUG")
    warehouse.load(
        say.schema(id=say.integer, at=say.instant, name=say.text),
        say.record(id=1, at="classified-instant", name="classified-name"),
        say.record(id=2, at="2026-01-01T00:00:00Z", name={"classified": "name"}),
        {"type": "RECORD", "stream": "people", "record": {"id": None, "name": "classified-key"}},
    )
    assert len(warehouse.rejected()) == 2
    assert "classified" not in caplog.text


def test_an_error_that_ends_the_run_names_the_place_and_not_the_values(warehouse, say):
    schema = say.schema(id=say.integer, name=say.text)
    warehouse.load(schema)
    warehouse.query("ALTER TABLE people RENAME TO elsewhere; CREATE VIEW people AS SELECT 1 AS id")
    with pytest.raises(FatalSyncError) as caught:
        warehouse.load(schema, say.record(id=1, name="classified-name"))
    assert "classified" not in str(caught.value)
