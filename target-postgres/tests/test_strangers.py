"""Taps of other makers: odd envelopes, odd schemas and odd bytes cost no row and no run."""

from __future__ import annotations

import io
import json
from datetime import datetime, timezone

import psycopg
import pytest
from singer_sdk.exceptions import FatalSyncError

ANYTHING = {}
NUMBER = {"type": ["null", "number"]}


def line(record, tail=""):
    return '{"type":"RECORD","stream":"people","record":' + record + tail + "}\n"


@pytest.mark.parametrize(("value", "stored"), [("1e400", "1" + "0" * 400), ("0.10", "0.10")])
def test_a_message_whose_record_comes_first_may_hold_any_number(warehouse, say, value, stored):
    schema = json.dumps(say.schema(id=say.integer, n=NUMBER)) + "\n"
    record = f'{{"record":{{"id":1,"n":{value}}},"stream":"people","type":"RECORD"}}\n'
    warehouse.load_text(schema + record)
    assert warehouse.query("SELECT n::text FROM people") == [{"n": stored}]


@pytest.mark.parametrize("maps", [None, {"people": {"extra": "1"}}])
def test_half_an_emoji_in_a_message_whose_record_comes_first_costs_one_character(
    warehouse, say, maps
):
    schema = json.dumps(say.schema(id=say.integer, name=say.text)) + "\n"
    record = '{"record":{"id":1,"name":"a\\ud83d"},"stream":"people","type":"RECORD"}\n'
    warehouse.load_text(schema + record, **({"stream_maps": maps} if maps else {}))
    assert warehouse.values("name") == ["a\ufffd"]


def test_a_nul_in_json_leaves_the_numbers_beside_it_as_they_are(warehouse, say):
    schema = json.dumps(say.schema(id=say.integer, j=ANYTHING)) + "\n"
    exact = "1.10000000000000000000000001"
    records = [
        line(f'{{"id":1,"j":{{"a":"x\\u0000y","n":{exact}}}}}'),
        line('{"id":2,"j":{"a":"x\\\\u0000y","n":12345678901234567890123}}'),
        line('{"id":3,"j":["\\u0000",1e400]}'),
    ]
    warehouse.load_text(schema + "".join(records))
    texts = warehouse.query("SELECT j->>'a' AS a, j->>'n' AS n FROM people ORDER BY id")
    assert texts[:2] == [
        {"a": "xy", "n": exact},
        {"a": "x\\u0000y", "n": "12345678901234567890123"},
    ]
    assert len(warehouse.rows()) == 3


@pytest.mark.parametrize("declared", [ANYTHING, NUMBER, {"type": "string"}])
def test_bytes_that_are_no_utf8_cost_one_record(warehouse, say, declared):
    schema = json.dumps(say.schema(id=say.integer, v=declared)) + "\n"
    text = schema.encode() + line('{"id":1,"v":"~"}').encode().replace(b"~", b"\xff")
    warehouse.target().listen(io.BytesIO(text + line('{"id":2,"v":null}').encode()))
    assert warehouse.values("id") == [2]
    assert len(warehouse.rejected()) == 1


@pytest.mark.parametrize("value", ['"05\\/06\\/2026"', '"no\\u0077"', "200101", '"200101"'])
@pytest.mark.parametrize("form", ["date-time", "date"])
def test_nothing_is_read_into_what_escapes_or_six_digits_hide(warehouse, say, value, form):
    schema = say.schema(id=say.integer, at={"type": "string", "format": form})
    warehouse.load_text(json.dumps(schema) + "\n" + line(f'{{"id":1,"at":{value}}}'))
    assert warehouse.rows() == []
    assert "ISO 8601" in warehouse.rejected()[0]["reason"]


def test_slashes_written_with_escapes_do_not_hide_a_proper_instant(warehouse, say):
    schema = json.dumps(say.schema(id=say.integer, at=say.instant)) + "\n"
    warehouse.load_text(schema + line('{"id":1,"at":"2026-07-01\\u002012:00:00+02"}'))
    assert warehouse.values("at") == [datetime(2026, 7, 1, 10, tzinfo=timezone.utc)]


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        (True, "jsonb"),
        ({"anyOf": [True, {"type": "null"}]}, "jsonb"),
        ({"type": "integer", "maximum": None}, "bigint"),
    ],
)
def test_a_schema_that_says_little_still_gets_a_column(warehouse, say, declared, kind):
    warehouse.load(say.schema(id=say.integer, v=declared), say.record(id=1, v=5))
    assert warehouse.types()["v"] == kind
    assert warehouse.values("v") == [5]


def test_a_key_property_named_twice_counts_once(warehouse, say):
    schema = say.schema(keys=("id", "id"), id=say.integer, v=say.integer)
    warehouse.load(schema, say.record(id=1, v=1), say.record(id=1, v=2))
    assert warehouse.values("v") == [2]


def test_an_empty_deletion_time_is_no_tombstone(warehouse, say):
    schema = say.schema(id=say.integer, _sdc_deleted_at=say.instant)
    warehouse.load(schema, say.record(id=1, _sdc_deleted_at=""))
    assert warehouse.values("_sdc_deleted_at") == [None]


@pytest.mark.parametrize("value", [{"bookmarks": {"people": {"path": "\\u0000"}}}, ["page", 1]])
def test_any_state_passes_through_and_is_logged(warehouse, say, value):
    state = {"type": "STATE", "value": value}
    assert warehouse.load(say.schema(id=say.integer), say.record(id=1), state) == [value]
    assert warehouse.log()[0]["state_after"] in (value, {"path": "\\u0000"})


@pytest.mark.parametrize("kind", ['{"name": "private words"}', '"private words"'])
def test_an_unknown_type_that_may_be_a_customers_words_is_not_quoted(warehouse, kind):
    with pytest.raises(FatalSyncError) as caught:
        warehouse.load_text(f'{{"type": {kind}}}\n')
    assert "private" not in str(caught.value)


def test_the_batch_number_is_read_only_after_a_commit_under_way_has_ended(warehouse, say):
    from target_postgres.ledger import Ledger

    warehouse.load(say.schema(id=say.integer), say.record(id=1))
    ledger = Ledger(warehouse.schema, warehouse.log()[0]["run_id"])
    with psycopg.connect(warehouse.url) as committing, psycopg.connect(warehouse.url) as asking:
        asking.execute("SET lock_timeout = '50ms'")
        committing.execute(f'UPDATE "{warehouse.schema}"._sync_log SET batches = 2')
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ledger.last_batch(asking)
        asking.rollback()
        committing.commit()
        assert ledger.last_batch(asking) == 2
