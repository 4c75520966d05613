"""Batch read (row 14) and get-one's errors."""

from __future__ import annotations

import pytest

BATCH = "/crm/objects/2026-09/tickets/batch/read"


def _inputs(ids):
    return [{"id": str(record_id)} for record_id in ids]


def test_all_found_is_a_200_with_the_properties_asked_for(client, add_tickets):
    ids = add_tickets(3)
    answer = client.post(BATCH, {"inputs": _inputs(ids), "properties": ["subject"]})
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "COMPLETE"
    assert {row["id"] for row in body["results"]} == {"101", "104", "107"}
    assert "hs_pipeline" not in body["results"][0]["properties"]
    assert "errors" not in body


def test_the_order_of_results_is_not_that_of_the_inputs(client, add_tickets):
    ids = add_tickets(60)
    answered = [row["id"] for row in client.post(BATCH, {"inputs": _inputs(ids)}).json()["results"]]
    assert sorted(map(int, answered)) == ids
    assert answered != [str(record_id) for record_id in ids]


def test_missing_ids_make_it_a_207_that_names_them(client, add_tickets):
    add_tickets(1)
    answer = client.post(BATCH, {"inputs": _inputs([101, 999, "x"])})
    assert answer.status_code == 207
    body = answer.json()
    assert [row["id"] for row in body["results"]] == ["101"]
    assert body["numErrors"] == 1
    (error,) = body["errors"]
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert error["context"] == {"ids": ["999", "x"]}


@pytest.mark.parametrize(
    ("count", "history", "status"),
    [(100, [], 200), (101, [], 400), (50, ["subject"], 200), (51, ["subject"], 400)],
)
def test_a_batch_has_at_most_100_inputs_and_50_with_history(
    client, add_tickets, count, history, status
):
    ids = add_tickets(101)[:count]
    answer = client.post(BATCH, {"inputs": _inputs(ids), "propertiesWithHistory": history})
    assert answer.status_code == status
    if status == 400:
        assert f"is {50 if history else 100}." in answer.json()["message"]
        assert answer.json()["category"] == "VALIDATION_ERROR"
    elif history:
        assert "subject" in answer.json()["results"][0]["propertiesWithHistory"]


def test_archived_records_are_read_only_when_asked_for(client, portal, clock, add_tickets):
    add_tickets(2)
    portal.archive("tickets", 101, at=clock.now)
    live = client.post(BATCH, {"inputs": _inputs([101, 104])}).json()
    binned = client.post(f"{BATCH}?archived=true", {"inputs": _inputs([101, 104])}).json()
    assert [row["id"] for row in live["results"]] == ["104"]
    assert [row["id"] for row in binned["results"]] == ["101"]


@pytest.mark.parametrize(("follows", "status"), [(False, 207), (True, 200)])
def test_merged_away_ids_are_missing_unless_told_to_follow(client, server, portal, follows, status):
    for record_id in (101, 104):
        portal.create("tickets", {}, at=portal.clock(), record_id=record_id)
    portal.merge("tickets", 101, [104], at=portal.clock())
    server.behaviour.batch_follows_merges = follows
    assert client.post(BATCH, {"inputs": _inputs([104])}).status_code == status


def test_contacts_can_be_read_by_email_and_tickets_not_by_subject(client, portal, clock):
    portal.create("contacts", {"email": "a@example.com"}, at=clock.now, record_id=7)
    by_email = {"inputs": [{"id": "a@example.com"}], "idProperty": "email"}
    answer = client.post("/crm/v3/objects/contacts/batch/read", by_email)
    assert [row["id"] for row in answer.json()["results"]] == ["7"]
    by_subject = {"inputs": [{"id": "x"}], "idProperty": "subject"}
    assert client.post(BATCH, by_subject).status_code == 400


@pytest.mark.parametrize("body", [{}, {"inputs": "101"}, [], {"inputs": [], "properties": "a"}])
def test_a_malformed_body_is_a_400(client, body):
    assert client.post(BATCH, body).status_code == 400


def test_an_unknown_number_is_a_404_without_category_and_other_text_has_one(client):
    unknown = client.get("/crm/objects/2026-09/tickets/999")
    textual = client.get("/crm/objects/2026-09/tickets/abc")
    assert unknown.status_code == textual.status_code == 404
    assert unknown.json()["message"] == "resource not found"
    assert "category" not in unknown.json()
    assert textual.json()["category"] == "OBJECT_NOT_FOUND"
