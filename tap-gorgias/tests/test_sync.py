"""Runs one after the other: what changed arrives, what vanished is flagged, nothing is lost."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sandbox.gorgias.server import Behaviour, Fault, serve

NOON = 1_781_524_800_000
DAY, HOUR = 86_400_000, 3_600_000


def requests(server: Any, part: str) -> int:
    return sum(part in one.path for one in server.journal)


def test_a_first_run_reads_everything_and_the_next_only_what_changed(
    runner: Any, desk: Any, server: Any, clock: Any
) -> None:
    ids = [desk.ticket(created=NOON - number * DAY) for number in range(1, 251)]
    first = runner.sync("tickets")
    assert sorted(first.ids()) == sorted(ids)
    clock.at += DAY
    desk.desk.change("tickets", ids[200], updated_datetime=(clock.at - HOUR) * 1000, subject="new")
    server.journal.clear()
    second = runner.sync("tickets", state=first.state)
    assert second.ids() == [ids[200]]
    assert second.records("tickets")[0]["subject"] == "new"
    assert requests(server, "/api/tickets") <= 2


def test_what_changes_while_pages_are_read_is_lost_by_neither_run(
    desk: Any, new_runner: Any, clock: Any, new_warehouse: Any
) -> None:
    ids = [desk.ticket(created=NOON - number * HOUR) for number in range(400, 0, -1)]

    class Moving(Behaviour):
        """While the second page is read, an old ticket moves to the end of the order."""

        asked = 0

        def next_fault(self, request: str) -> None:
            if "/api/tickets" in request:
                self.asked += 1
                clock.at += 1000
                victim = ids[(self.asked * 53) % 400]
                desk.desk.change("tickets", victim, updated_datetime=clock.at * 1000, subject="new")

    warehouse = new_warehouse()
    with serve([desk.desk], Moving(limits=False)) as server:
        runner = new_runner(server)
        state = None
        for _ in range(3):
            output = runner.sync("tickets", state=state)
            assert output.error is None
            warehouse.load(output.messages)
            state = output.state
            clock.at += HOUR
        server.app.behaviour = Behaviour(limits=False)
        warehouse.load(runner.sync("tickets", state=state).messages)
    stored = {key[1]: row["subject"] for key, row in warehouse.table("tickets").items()}
    assert stored == {row["id"]: row["subject"] for row in desk.desk.table("tickets").all()}


def test_a_late_sending_time_arrives_with_the_look_back(runner: Any, desk: Any, clock: Any) -> None:
    ticket = desk.ticket()
    message = desk.message(ticket, at_=NOON - HOUR, agent=desk.robot, sent_datetime=None)
    first = runner.sync("messages")
    clock.at += DAY
    desk.desk.change("messages", message, sent_datetime=(NOON + HOUR) * 1000)
    second = runner.sync("messages", state=first.state)
    assert [row["sent_datetime"] for row in second.records("messages")] == ["2026-06-15T13:00:00Z"]


@pytest.mark.parametrize("streams", [("tickets", "messages"), ("messages",)])
def test_old_messages_are_read_again_when_their_ticket_has_changed(
    runner: Any, desk: Any, clock: Any, server: Any, streams: tuple[str, ...]
) -> None:
    old = desk.ticket(created=NOON - 90 * DAY)
    message = desk.message(old, at_=NOON - 90 * DAY)
    quiet = desk.ticket(created=NOON - 80 * DAY)
    desk.message(quiet, at_=NOON - 80 * DAY)
    first = runner.sync(*streams)
    clock.at += DAY
    desk.desk.change("messages", message, deleted_datetime=clock.at * 1000)
    desk.desk.change("tickets", old, updated_datetime=clock.at * 1000)
    server.journal.clear()
    second = runner.sync(*streams, state=first.state)
    assert [row["id"] for row in second.records("messages")] == [message]
    assert second.records("messages")[0]["deleted_datetime"] is not None
    assert sum("ticket_id" in one.query for one in server.journal) == 1


def test_late_scores_arrive_within_the_look_back_and_with_changed_tickets(
    runner: Any, desk: Any, clock: Any
) -> None:
    tickets = [desk.ticket(created=NOON - days * DAY) for days in (100, 50)]
    surveys = [
        desk.survey(ticket, created=NOON - days * DAY)
        for ticket, days in zip(tickets, (99, 49), strict=True)
    ]
    first = runner.sync("tickets", "satisfaction_surveys")
    clock.at += DAY
    for survey in surveys:
        scored = {"score": 4, "scored_datetime": clock.at * 1000}
        desk.desk.change("satisfaction_surveys", survey, **scored)
    desk.desk.change("tickets", tickets[0], updated_datetime=clock.at * 1000)
    second = runner.sync("tickets", "satisfaction_surveys", state=first.state)
    assert {r["id"]: r["score"] for r in second.records("satisfaction_surveys")} == dict.fromkeys(
        surveys, 4
    )


def test_trashed_and_restored_tickets_are_flagged_and_spam_is_not_deleted(
    runner: Any, desk: Any, clock: Any
) -> None:
    trashed, spam = desk.ticket(trashed_datetime=NOON - HOUR), desk.ticket(spam=True)
    first = runner.sync("tickets")
    rows = {row["id"]: row for row in first.records("tickets")}
    assert (rows[trashed]["is_deleted"], rows[spam]["is_deleted"]) == (True, False)
    assert rows[spam]["spam"] is True
    clock.at += DAY
    back = {"trashed_datetime": None, "updated_datetime": clock.at * 1000}
    desk.desk.change("tickets", trashed, **back)
    (row,) = runner.sync("tickets", state=first.state).records("tickets")
    assert row["is_deleted"] is False


@pytest.mark.parametrize("with_events", [True, False])
def test_merged_and_deleted_tickets_become_tombstones_and_their_messages_move(
    runner: Any, desk: Any, clock: Any, new_warehouse: Any, *, with_events: bool
) -> None:
    kept, merged, deleted = (desk.ticket(created=NOON - 30 * DAY) for _ in range(3))
    moving = desk.message(merged, at_=NOON - 29 * DAY)
    streams = ("tickets", "messages", *(["events"] if with_events else []))
    warehouse = new_warehouse()
    first = runner.sync(*streams)
    warehouse.load(first.messages)
    clock.at += DAY
    desk.desk.change("messages", moving, ticket_id=kept)
    desk.desk.change("tickets", kept, updated_datetime=(clock.at - HOUR) * 1000)
    desk.desk.remove("tickets", merged, kept)
    desk.event("ticket-merged", "Ticket", merged, at_=clock.at - HOUR, into_ticket_id=kept)
    desk.desk.remove("tickets", deleted)
    desk.event("ticket-deleted", "Ticket", deleted, at_=clock.at - HOUR)
    second = runner.sync(*streams, state=first.state)
    tombstones = [r for r in second.records("tickets") if r["_sdc_deleted_at"]]
    assert sorted(row["id"] for row in tombstones) == sorted((merged, deleted))
    assert tombstones[0].keys() == {"account", "id", "is_deleted", "_sdc_deleted_at"}
    warehouse.load(second.messages)
    tickets = warehouse.table("tickets")
    assert {key[1]: row["is_deleted"] for key, row in tickets.items()} == {
        kept: False, merged: True, deleted: True,
    }  # fmt: skip
    assert tickets["acme", merged]["subject"] == f"Ticket {merged}"
    assert warehouse.table("messages")["acme", moving]["ticket_id"] == kept
    clock.at += DAY
    third = runner.sync(*streams, state=second.state)
    assert not [row for row in third.records("tickets") if row["_sdc_deleted_at"]]


def test_a_ticket_that_vanishes_during_the_first_run_is_flagged_by_the_second(
    runner: Any, desk: Any, clock: Any
) -> None:
    victim = desk.ticket()
    first = runner.sync("tickets", "events")
    assert victim in first.ids()
    # As if it happened right after the list was read, before the run's end.
    desk.desk.remove("tickets", victim)
    desk.event("ticket-deleted", "Ticket", victim, at_=clock.at)
    clock.at += HOUR
    second = runner.sync("tickets", "events", state=first.state)
    assert second.ids() == [victim]


def test_without_the_right_to_read_events_it_is_said_and_made_up_for_later(
    runner: Any, desk: Any, clock: Any, behaviour: Any, caplog: Any
) -> None:
    victim = desk.ticket()
    first = runner.sync("tickets")
    clock.at += DAY
    desk.desk.remove("tickets", victim)
    desk.event("ticket-deleted", "Ticket", victim, at_=clock.at - HOUR)
    behaviour.faults.append(Fault("/api/events", "403", times=None))
    second = runner.sync("tickets", state=first.state)
    assert second.error is None
    assert "deleted tickets are not flagged" in caplog.text
    clock.at += DAY
    behaviour.faults.clear()
    assert runner.sync("tickets", state=second.state).ids() == [victim]


def test_merged_customers_become_tombstones(runner: Any, desk: Any, clock: Any) -> None:
    kept, merged = desk.customer(), desk.customer()
    first = runner.sync("customers", "tickets")
    clock.at += DAY
    desk.desk.remove("customers", merged, kept)
    desk.event("customer-merged", "Customer", kept, at_=clock.at, merged_customer_id=merged)
    second = runner.sync("customers", "tickets", state=first.state)
    gone = [row["id"] for row in second.records("customers") if row["_sdc_deleted_at"]]
    assert gone == [merged]


def test_users_that_are_gone_are_flagged_and_come_back_whole(
    runner: Any, desk: Any, new_warehouse: Any
) -> None:
    ana = desk.user("ana@getwrrk.test")
    warehouse, row = new_warehouse(), desk.desk.table("users").get(ana)
    first = runner.sync("users")
    warehouse.load(first.messages)
    desk.desk.remove("users", ana)
    second = runner.sync("users", state=first.state)
    warehouse.load(second.messages)
    assert warehouse.table("users")["acme", ana]["is_deleted"] is True
    assert warehouse.table("users")["acme", ana]["email"] == "ana@getwrrk.test"
    desk.desk.put("users", row)
    warehouse.load(runner.sync("users", state=second.state).messages)
    assert warehouse.table("users")["acme", ana]["is_deleted"] is False


def test_archived_fields_and_those_of_customers_are_read_too(runner: Any, desk: Any) -> None:
    desk.furnish()
    kinds = {row["object_type"] for row in runner.sync("custom_fields").records("custom_fields")}
    assert kinds == {"Ticket", "Customer"}


def test_events_are_asked_for_by_their_window(
    runner: Any, desk: Any, clock: Any, server: Any
) -> None:
    old = [desk.event("ticket-created", "Ticket", 1, at_=NOON - n * HOUR) for n in range(2, 300)]
    first = runner.sync("events")
    assert sorted(first.ids("events")) == sorted(old)
    clock.at += DAY
    new = desk.event("ticket-closed", "Ticket", 1, at_=clock.at - HOUR)
    server.journal.clear()
    assert runner.sync("events", state=first.state).ids("events") == [new]
    assert requests(server, "/api/events") == 1


@pytest.mark.parametrize("stream", ["tickets", "events", "messages"])
def test_a_run_that_is_cut_off_goes_on_and_misses_nothing(
    runner: Any, desk: Any, behaviour: Any, stream: str, new_warehouse: Any
) -> None:
    holder = desk.ticket(created=NOON - 400 * DAY)
    for number in range(450):
        desk.ticket(created=NOON - (number + 2) * HOUR)
        desk.message(holder, at_=NOON - (number + 2) * HOUR)
        desk.event("ticket-created", "Ticket", 1, at_=NOON - (number + 2) * HOUR)
    behaviour.faults.append(Fault(f"/api/{stream}", "403", after=2, times=None))
    first = runner.sync(stream)
    assert first.error is not None
    assert len(first.records(stream)) == 200
    behaviour.faults.clear()
    second = runner.sync(stream, state=first.state)
    assert second.error is None
    warehouse = new_warehouse()
    warehouse.load(first.messages + second.messages)
    assert len(warehouse.table(stream)) == sum(1 for _ in desk.desk.table(stream).all())
    assert len(second.records(stream)) < 300
    assert "place" not in second.bookmark(stream)


@pytest.mark.parametrize("stream", ["tickets", "messages", "customers", "events"])
def test_runs_with_a_limit_come_on_from_where_they_were(
    runner: Any, desk: Any, stream: str
) -> None:
    ticket = desk.ticket(created=NOON - 60 * DAY)
    for number in range(25):
        # All within the overlap, some in the same instant.
        desk.ticket(created=NOON - number // 2 * 60_000)
        desk.message(ticket, at_=NOON - number // 2 * 60_000)
        desk.customer(created=NOON - number // 2 * 60_000)
        desk.event("ticket-created", "Ticket", 1, at_=NOON - number // 2 * 60_000)
    seen: list[int] = []
    state = None
    for _ in range(6):
        output = runner.sync(stream, state=state, limit=7)
        assert len(output.records(stream)) <= 7
        seen += output.ids(stream)
        state = output.state
    assert set(seen) >= {row["id"] for row in desk.desk.table(stream).all()}


def test_the_limit_holds_for_every_stream_and_account(
    new_desk: Any, clock: Any, new_runner: Any, behaviour: Any
) -> None:
    desks = [new_desk(name, "UTC", clock) for name in ("acme", "bell")]
    for one in desks:
        one.furnish()
        for _ in range(5):
            one.survey(one.ticket(), created=NOON - DAY)
    with serve([one.desk for one in desks], behaviour) as server:
        output = new_runner(server).sync(limit=2)
    assert output.error is None
    for stream in output.tap.streams:
        counts = [row["account"] for row in output.records(stream)]
        assert max(counts.count("acme"), counts.count("bell")) <= 2
        assert counts or stream in ("messages", "events")


def test_the_start_date_leaves_out_what_is_older(runner: Any, desk: Any, server: Any) -> None:
    ids = [desk.ticket(created=NOON - number * DAY) for number in range(1, 400)]
    output = runner.sync("tickets", start_date="2026-06-05T12:00:00Z")
    assert sorted(output.ids()) == sorted(ids[:10])
    assert requests(server, "/api/tickets") == 1


def test_a_column_that_is_not_selected_is_left_out(runner: Any, desk: Any) -> None:
    desk.message(desk.ticket(), at_=NOON - DAY)
    catalog = runner.catalog("messages", without=("body_text", "body_html"))
    (row,) = runner.sync(catalog=catalog).records("messages")
    assert "body_text" not in row
    assert row["stripped_text"] == "text"


def test_rows_carry_their_account_and_the_same_id_may_exist_in_two(
    new_desk: Any, clock: Any, new_runner: Any, behaviour: Any, new_warehouse: Any
) -> None:
    desks = [new_desk(name, "UTC", clock) for name in ("acme", "bell")]
    for one in desks:
        one.ticket(id=77, subject=f"of {one.domain}")
    warehouse = new_warehouse()
    with serve([one.desk for one in desks], behaviour) as server:
        output = new_runner(server).sync("tickets")
    warehouse.load(output.messages)
    assert {k: r["subject"] for k, r in warehouse.table("tickets").items()} == {
        ("acme", 77): "of acme",
        ("bell", 77): "of bell",
    }
    schema = next(m for m in output.messages if m["type"] == "SCHEMA")
    assert schema["key_properties"] == ["account", "id"]


def test_a_run_takes_as_long_as_its_slowest_account(
    new_desk: Any, clock: Any, new_runner: Any
) -> None:
    desks = [new_desk(name, "UTC", clock) for name in ("acme", "bell", "cove", "dune")]
    with serve([one.desk for one in desks], Behaviour(limits=False, latency=0.05)) as server:
        started = time.monotonic()
        output = new_runner(server).sync("users", "teams", "tags")
        seconds = time.monotonic() - started
        requests_each = len(server.journal) / len(desks)
    assert output.error is None
    assert seconds < 2 * requests_each * 0.05 + 0.5
    assert seconds < len(server.journal) * 0.05


def test_rows_that_no_instant_sorts_are_read_every_time(runner: Any, desk: Any, clock: Any) -> None:
    for number in range(1, 121):
        desk.customer(created=NOON - number * DAY)
    odd = desk.customer()
    desk.desk.change("customers", odd, updated_datetime=None)
    walk = desk.desk.tables["customers"].walk

    def nulls_first(field: str, after: Any, *, descending: bool) -> Any:
        rows = [row for _, row in walk("created_datetime", after, descending=descending)]
        rows.sort(key=lambda row: row[field] is not None)
        return iter([((row["created_datetime"], row["id"]), row) for row in rows])

    desk.desk.tables["customers"].walk = nulls_first
    first = runner.sync("customers")
    assert first.error is None
    assert len(first.ids("customers")) >= 121
    clock.at += DAY
    assert runner.sync("customers", state=first.state).ids("customers") == [odd]


def test_a_state_of_another_make_is_refused_and_nothing_is_written(runner: Any, desk: Any) -> None:
    desk.ticket()
    partition = {"context": {"account": "acme"}, "replication_key_value": "yesterday"}
    state = {"bookmarks": {"tickets": {"partitions": [partition]}}}
    output = runner.sync("tickets", state=state)
    assert "acme (tickets)" in str(output.error)
    assert output.records("tickets") == []


def test_state_never_runs_ahead_of_the_records_it_covers(runner: Any, desk: Any) -> None:
    for number in range(350):
        desk.ticket(created=NOON - (400 - number) * HOUR)
    seen = 0
    for message in runner.sync("tickets").messages:
        seen += message["type"] == "RECORD"
        if message["type"] == "STATE":
            partitions = message["value"]["bookmarks"]["tickets"].get("partitions", [])
            for one in partitions:
                assert seen == 350 or one.get("replication_key_value") is None
