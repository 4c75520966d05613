"""What arrives in the table for what the tap sent."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import psycopg
import pytest

UTC = dt.timezone.utc


@pytest.mark.capability("S2-24", "S4-52")
def test_a_second_load_of_the_same_rows_updates_them_and_changes_nothing(warehouse, say):
    messages = [
        say.schema(id=say.integer, name=say.text),
        say.record(id=1, name="Ada"),
        say.record(id=2, name="Grace"),
    ]
    warehouse.load(*messages)
    first = warehouse.query("SELECT id, name FROM people ORDER BY id")
    warehouse.load(*messages)
    assert warehouse.query("SELECT id, name FROM people ORDER BY id") == first
    counts = [(row["inserted"], row["updated"]) for row in warehouse.log()]
    assert counts == [(2, 0), (0, 2)]


def test_the_last_of_several_records_with_one_key_wins(warehouse, say):
    warehouse.load(
        say.schema(id=say.integer, name=say.text),
        say.record(id=1, name="first"),
        say.record(id=2, name="other"),
        say.record(id=1, name="last"),
    )
    assert warehouse.values("name") == ["last", "other"]
    (log,) = warehouse.log()
    assert (log["received"], log["inserted"], log["rejected"]) == (3, 2, 0)


def test_keys_that_only_the_server_sees_as_equal_still_let_the_last_win(warehouse, say):
    schema = say.schema(keys=("at",), at={"type": "string", "format": "date-time"}, n=say.integer)
    warehouse.load(
        schema,
        say.record(at="2026-07-01T12:00:00Z", n=1),
        say.record(at="2026-07-01T14:00:00+02:00", n=2),
        say.record(at="2026-07-01T12:00:00.000Z", n=3),
    )
    assert warehouse.values("n", order="n") == [3]
    assert warehouse.rejected() == []


def test_a_stream_without_key_appends(warehouse, say):
    messages = [say.schema(keys=(), n=say.integer), say.record(n=1), say.record(n=1)]
    warehouse.load(*messages)
    warehouse.load(*messages)
    assert warehouse.values("n", order="n") == [1, 1, 1, 1]


def test_several_key_columns_make_one_key(warehouse, say):
    schema = say.schema(keys=("a", "b"), a=say.integer, b=say.text, n=say.integer)
    warehouse.load(
        schema,
        say.record(a=1, b="x", n=1),
        say.record(a=1, b="y", n=2),
        say.record(a=1, b="x", n=3),
    )
    assert warehouse.values("n", order="n") == [2, 3]


def test_a_declared_column_that_a_record_lacks_becomes_null(warehouse, say):
    schema = say.schema(id=say.integer, name=say.text)
    warehouse.load(schema, say.record(id=1, name="Ada"))
    warehouse.load(schema, say.record(id=1))
    assert warehouse.values("name") == [None]


@pytest.mark.capability("S2-29")
@pytest.mark.parametrize(
    "text",
    [
        "O'Brien",
        "'; DROP TABLE people; --",
        'said "no"',
        "back\\slash \\n \\N \\.",
        "\\.",
        "line\nbreak\r\nand\ttab",
        "\\.\n\\.\n",
        "NULL null",
        "null",
        "",
        ",",
        '","',
        "]\n[",
        "Zoë 😀 \u2028 \x7f",
        "\x01\x1f\x08\x0c",
        "{not: json}",
        "x" * 40_000 + '"\\\n' * 50,
    ],
)
def test_text_is_stored_exactly(warehouse, say, text):
    warehouse.load(say.schema(id=say.integer, name=say.text), say.record(id=1, name=text))
    assert warehouse.values("name") == [text]


def test_text_written_with_escapes_is_the_same_text(warehouse, say):
    schema = json.dumps(say.schema(id=say.integer, name=say.text))
    record = r'{"type":"RECORD","stream":"people","record":{"id":1,"name":"\u0041\/\u00e9\ud83d\ude00\u0022\u005c\u005cn"}}'
    warehouse.load_text(f"{schema}\n{record}\n")
    assert warehouse.values("name") == ['A/é😀"\\\\n']


def test_nul_characters_are_removed_from_text_and_json_and_nothing_else_is(warehouse, say):
    schema = say.schema(id=say.integer, name=say.text, data={"type": "object"})
    data = {"a\0": ["x\0y", {"deep": "\0"}], "kept": "\\u0000"}
    warehouse.load(schema, say.record(id=1, name="a\0b\\u0000", data=data))
    (row,) = warehouse.rows()
    assert row["name"] == "ab\\u0000"
    assert row["data"] == {"a": ["xy", {"deep": ""}], "kept": "\\u0000"}


def test_half_an_emoji_becomes_the_replacement_character(warehouse, say):
    schema = json.dumps(say.schema(id=say.integer, name=say.text, data={"type": "array"}))
    text = r'"cut \ud83d here \\ud83d \ud83d\ude00"'
    record = (
        f'{{"type":"RECORD","stream":"people","record":{{"id":1,"name":{text},"data":[{text}]}}}}'
    )
    warehouse.load_text(
        f"{schema}\n{record}\n{record.replace(text, 'null', 1)}\n".replace('"id":1', '"id":2', 1)
    )
    found = "cut \ufffd here \\ud83d 😀"
    assert warehouse.values("name") == [None, found]
    assert warehouse.values("data") == [[found], [found]]


def test_each_json_type_gets_its_column_type(warehouse, say):
    warehouse.load(
        say.schema(
            id=say.integer,
            amount={"type": ["null", "number"]},
            flag={"type": "boolean"},
            at=say.instant,
            day={"type": "string", "format": "date"},
            clock={"type": "string", "format": "time"},
            data={"type": ["object", "null"]},
            items={"type": "array", "items": {}},
            any={},
            mixed={"type": ["string", "integer"]},
            either={"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "null"}]},
            name=say.text,
            huge={"type": "integer", "maximum": 2**70},
        ),
        say.record(
            id=2**60 + 1,
            amount=1.5,
            flag=True,
            at="2026-07-01T12:00:00Z",
            day="2026-07-01",
            clock="12:30:00",
            data={"a": [1, "two", None]},
            items=[1, [2]],
            any="text",
            mixed=5,
            either=7,
            name="Ada",
            huge=2**69 + 1,
        ),
    )
    kinds = warehouse.types()
    assert kinds["id"] == "bigint"
    assert kinds["amount"] == kinds["either"] == kinds["huge"] == "numeric"
    assert kinds["flag"] == "boolean"
    assert kinds["at"] == "timestamp with time zone"
    assert (kinds["day"], kinds["clock"]) == ("date", "time without time zone")
    assert kinds["data"] == kinds["items"] == kinds["any"] == "jsonb"
    assert kinds["mixed"] == kinds["name"] == "text"
    (row,) = warehouse.rows()
    assert (row["id"], row["huge"]) == (2**60 + 1, 2**69 + 1)
    assert row["data"] == {"a": [1, "two", None]}
    assert (row["items"], row["any"], row["mixed"]) == ([1, [2]], "text", "5")
    assert row["clock"] == dt.time(12, 30)


def test_numbers_keep_every_digit(warehouse, say):
    schema = json.dumps(say.schema(id=say.integer, amount={"type": "number"}))
    digits = "12345678901234567890.12345678901234567890"
    record = f'{{"type":"RECORD","stream":"people","record":{{"id":1,"amount":{digits}}}}}'
    warehouse.load_text(f"{schema}\n{record}\n")
    assert warehouse.values("amount") == [Decimal(digits)]


@pytest.mark.capability("S2-30")
def test_numbers_sent_as_text_are_numbers_and_empty_text_is_null(warehouse, say):
    schema = say.schema(id=say.integer, amount={"type": "number"}, count={"type": "integer"})
    warehouse.load(
        schema,
        say.record(id=1, amount="12.50", count="7"),
        say.record(id=2, amount="", count=""),
        say.record(id=3, amount=3, count=9.0),
    )
    rows = [(row["amount"], row["count"]) for row in warehouse.rows()]
    assert rows == [(Decimal("12.50"), 7), (None, None), (3, 9)]
    assert warehouse.rejected() == []


@pytest.mark.capability("S2-31")
def test_words_and_numbers_for_booleans_are_understood(warehouse, say):
    sent = [True, "true", "1", "yes", "on", 1, False, "false", "0", "no", "off", 0, "", None]
    warehouse.load(
        say.schema(id=say.integer, flag={"type": ["null", "boolean"]}),
        *(say.record(id=index, flag=value) for index, value in enumerate(sent)),
    )
    assert warehouse.values("flag") == [True] * 6 + [False] * 6 + [None] * 2
    assert warehouse.rejected() == []


@pytest.mark.capability("S2-32")
def test_epoch_milliseconds_and_iso_text_are_the_same_instant(warehouse, say):
    moment = dt.datetime(2026, 3, 8, 7, 30, 0, 123000, tzinfo=UTC)
    milliseconds = int(moment.timestamp() * 1000)
    sent = [
        "2026-03-08T07:30:00.123Z",
        "2026-03-08T03:30:00.123-04:00",
        milliseconds,
        str(milliseconds),
    ]
    warehouse.load(
        say.schema(id=say.integer, at=say.instant),
        *(say.record(id=index, at=value) for index, value in enumerate(sent)),
    )
    assert warehouse.values("at") == [moment] * 4


@pytest.mark.parametrize(
    "written",
    [
        "2026-07-01T12:00:00Z",
        "2026-07-01 12:00:00+00",
        "2026-07-01T09:00:00.000-0300",
        "2026-07-01T12:00",
        "20260701T120000Z",
        "2026-07-01T11:59:60Z",
    ],
)
def test_every_way_of_writing_an_instant_in_iso_form_is_read(warehouse, say, written):
    warehouse.load(say.schema(id=say.integer, at=say.instant), say.record(id=1, at=written))
    assert warehouse.values("at") == [dt.datetime(2026, 7, 1, 12, tzinfo=UTC)]


def test_a_date_may_come_as_epoch_milliseconds_of_its_midnight(warehouse, say):
    day = {"type": ["null", "string"], "format": "date"}
    warehouse.load(
        say.schema(id=say.integer, day=day),
        say.record(id=1, day="2026-03-08"),
        say.record(id=2, day=1772928000000),
        say.record(id=3, day="20260308120000"),
    )
    assert warehouse.values("day") == [dt.date(2026, 3, 8)] * 2
    assert len(warehouse.rejected()) == 1


@pytest.mark.parametrize("zone", ["UTC", "America/Halifax", "Asia/Kolkata", "Pacific/Apia"])
def test_an_instant_without_zone_is_utc_whatever_the_role_and_session_say(warehouse, say, zone):
    with psycopg.connect(warehouse.url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE CURRENT_USER SET TimeZone = '{zone}'")
    try:
        warehouse.load(
            say.schema(id=say.integer, at=say.instant),
            say.record(id=1, at="2026-07-01T12:00:00"),
            say.record(id=2, at="2026-01-01 12:00:00.5"),
        )
        found = warehouse.query("SELECT at AT TIME ZONE 'UTC' AS utc, at FROM people ORDER BY id")
    finally:
        with psycopg.connect(warehouse.url, autocommit=True) as connection:
            connection.execute("ALTER ROLE CURRENT_USER RESET TimeZone")
    assert [row["utc"] for row in found] == [
        dt.datetime(2026, 7, 1, 12, tzinfo=None),  # noqa: DTZ001 - a wall clock
        dt.datetime(2026, 1, 1, 12, 0, 0, 500000, tzinfo=None),  # noqa: DTZ001
    ]
    assert found[0]["at"] == dt.datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.capability("S2-57")
def test_metadata_columns_tell_when_and_by_which_run_a_row_came(warehouse, say):
    message = {
        **say.record(id=1, version=7),
        "time_extracted": "2026-07-01T12:00:00.000000Z",
    }
    warehouse.load(say.schema(id=say.integer), message)
    (row,) = warehouse.rows()
    assert row["_sdc_extracted_at"] == dt.datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert row["_sdc_table_version"] == 7
    assert row["_sdc_deleted_at"] is None
    assert row["_sdc_received_at"] <= row["_sdc_batched_at"]
    assert abs(row["_sdc_sequence"] / 1000 - row["_sdc_received_at"].timestamp()) < 0.01
    assert row["_sdc_sync_started_at"] <= row["_sdc_sequence"]


def test_metadata_can_be_left_out(warehouse, say):
    warehouse.load(
        say.schema(id=say.integer),
        say.record(id=1),
        add_record_metadata=False,
        activate_version=False,
    )
    assert list(warehouse.types()) == ["id"]


def test_an_undeclared_property_is_named_once_and_the_rest_is_stored(warehouse, say, caplog):
    warehouse.load(
        say.schema(id=say.integer),
        say.record(id=1, extra="private words"),
        say.record(id=2, extra="private words"),
    )
    assert warehouse.values("id") == [1, 2]
    warned = [each for each in caplog.messages if "extra" in each]
    assert len(warned) == 1
    assert "private words" not in caplog.text


def test_stream_maps_go_through_the_sdk_and_keep_exact_decimals(warehouse, say):
    schema = json.dumps(say.schema(id=say.integer, amount={"type": "number"}, name=say.text))
    record = '{"type":"RECORD","stream":"people","record":{"id":1,"amount":0.1234567890123456789,"name":"x"}}'
    maps = {"people": {"name": "name.upper()", "__alias__": "persons"}}
    warehouse.load_text(f"{schema}\n{record}\n", stream_maps=maps)
    (row,) = warehouse.rows("persons")
    assert (row["name"], row["amount"]) == ("X", Decimal("0.1234567890123456789"))


def test_flattening_is_the_sdks(warehouse, say):
    schema = say.schema(
        id=say.integer, inner={"type": "object", "properties": {"a": {"type": "integer"}}}
    )
    warehouse.load(
        schema,
        say.record(id=1, inner={"a": 5}),
        flattening_enabled=True,
        flattening_max_depth=1,
    )
    assert warehouse.values("inner__a") == [5]


@pytest.mark.capability("S4-36", "S3-20")
def test_a_dry_run_writes_nothing_and_emits_no_state_and_without_the_switch_both_happen(
    warehouse, say
):
    messages = [say.schema(id=say.integer), say.record(id=1), say.state(bookmarks={"people": 1})]
    assert warehouse.load(*messages, dry_run=True) == []
    assert (
        warehouse.query("SELECT 1 AS x FROM pg_namespace WHERE nspname = %s", (warehouse.schema,))
        == []
    )
    for settings in ({}, {"dry_run": False}):
        assert warehouse.load(*messages, **settings) == [{"bookmarks": {"people": 1}}]
        assert warehouse.values("id") == [1]
