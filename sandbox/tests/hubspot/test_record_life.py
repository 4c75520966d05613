"""Archive, restore, purge, merge, history (rows 1, 7, 8, 12)."""

from __future__ import annotations

import pytest
from sandbox.hubspot.portal import Version

ONE = "/crm/objects/2026-09/tickets"


def test_archiving_moves_a_record_to_the_bin_and_leaves_its_modified_date(
    client, portal, clock, add_tickets
):
    add_tickets(2)
    before = client.get(f"{ONE}/101").json()
    clock.advance(hours=1)
    portal.archive("tickets", 101, at=clock.now)
    assert client.ids() == ["104"]
    (archived,) = client.get(ONE, archived="true").json()["results"]
    assert archived["archived"] is True
    assert archived["archivedAt"] == "2026-02-02T03:40:00Z"
    assert archived["updatedAt"] == before["updatedAt"]
    assert archived["properties"] == before["properties"]


def test_an_archived_record_is_found_by_id_only_when_asked_for_archived(
    client, portal, clock, add_tickets
):
    add_tickets(1)
    portal.archive("tickets", 101, at=clock.now)
    assert client.get(f"{ONE}/101").status_code == 404
    assert client.get(f"{ONE}/101", archived="true").json()["archived"] is True


def test_the_bin_is_emptied_after_ninety_days(client, portal, clock, add_tickets):
    add_tickets(1)
    portal.archive("tickets", 101, at=clock.now)
    clock.advance(days=90, ms=-1)
    assert client.ids(archived="true") == ["101"]
    clock.advance(ms=1)
    assert client.ids(archived="true") == []
    assert client.get(f"{ONE}/101", archived="true").status_code == 404


def test_a_restored_record_lives_on_past_the_day_its_bin_time_would_have_ended(
    client, portal, clock, add_tickets
):
    add_tickets(1)
    portal.archive("tickets", 101, at=clock.now)
    portal.restore("tickets", 101, at=clock.now)
    clock.advance(days=91)
    (row,) = client.get(ONE).json()["results"]
    assert row["archived"] is False
    assert "archivedAt" not in row


@pytest.mark.parametrize(("touch", "updated"), [(False, "02:40:00Z"), (True, "02:40:05Z")])
def test_a_restore_moves_the_modified_date_only_when_told_to(client, portal, clock, touch, updated):
    portal.create("tickets", {}, at=clock.now, record_id=101)
    portal.archive("tickets", 101, at=clock.now)
    clock.advance(seconds=5)
    portal.restore("tickets", 101, at=clock.now, touch=touch)
    row = client.get(ONE).json()["results"][0]
    assert row["updatedAt"] == f"2026-02-02T{updated}"
    assert row["properties"]["hs_lastmodifieddate"] == row["updatedAt"]


def test_a_purged_record_leaves_no_trace(client, portal, add_tickets):
    add_tickets(2)
    portal.purge("tickets", 101)
    assert client.ids() == ["104"]
    assert client.ids(archived="true") == []
    assert client.found() == ["104"]
    assert client.get(f"{ONE}/101").status_code == 404


def test_a_merge_makes_a_new_record_that_names_the_old_ones(client, portal, clock, add_tickets):
    add_tickets(3)
    survivor = portal.merge("tickets", 101, [104], at=clock.now)
    assert client.ids() == ["107", str(survivor.id)]
    row = client.get(f"{ONE}/{survivor.id}", properties="hs_merged_object_ids,subject").json()
    assert set(row["properties"]["hs_merged_object_ids"].split(";")) == {"101", "104"}
    assert row["properties"]["subject"] == "Ticket 0"
    assert row["properties"]["hs_object_id"] == str(survivor.id)


@pytest.mark.parametrize("old", [101, 104])
def test_getting_a_merged_away_id_answers_the_survivor(client, portal, clock, add_tickets, old):
    add_tickets(2)
    survivor = portal.merge("tickets", 101, [104], at=clock.now)
    assert client.get(f"{ONE}/{old}").json()["id"] == str(survivor.id)
    assert client.found() == [str(survivor.id)]


def test_a_merge_may_also_keep_the_winners_id(client, portal, clock, add_tickets):
    add_tickets(2)
    portal.merge("tickets", 101, [104], at=clock.now, new_id=False)
    assert client.ids() == ["101"]
    row = client.get(f"{ONE}/104", properties="hs_merged_object_ids").json()
    assert (row["id"], row["properties"]["hs_merged_object_ids"]) == ("101", "104")


def test_a_second_merge_keeps_the_ids_of_the_first(client, portal, clock, add_tickets):
    add_tickets(3)
    first = portal.merge("tickets", 101, [104], at=clock.now)
    second = portal.merge("tickets", first.id, [107], at=clock.now)
    merged = second.properties["hs_merged_object_ids"].split(";")
    assert set(merged) == {"101", "104", "107", str(first.id)}
    assert client.get(f"{ONE}/101").json()["id"] == str(second.id)


def test_the_survivor_takes_over_everybodys_associations(client, portal, clock, add_tickets):
    add_tickets(2)
    for ticket, company in ((101, 9), (104, 8)):
        portal.create("companies", {}, at=clock.now, record_id=company)
        portal.associate("tickets", ticket, "companies", company, type_id=339)
    label = {"category": "USER_DEFINED", "label": "Reseller", "reverse_type_id": 38}
    portal.associate("tickets", 104, "companies", 8, type_id=37, **label)
    survivor = portal.merge("tickets", 101, [104], at=clock.now)
    ((_, back),) = portal.associated("companies", 8, "tickets")
    assert [kind.type_id for kind in back] == [340, 38]
    assert [far for far, _ in portal.associated("tickets", survivor.id, "companies")] == [8, 9]
    assert [far for far, _ in portal.associated("companies", 8, "tickets")] == [survivor.id]


def test_a_change_moves_the_modified_date_and_clears_with_none(client, portal, clock, add_tickets):
    add_tickets(1)
    clock.advance(seconds=9, ms=5)
    portal.change("tickets", 101, {"subject": None, "vip": "true"}, at=clock.now)
    row = client.get(f"{ONE}/101", properties="subject,vip").json()
    assert row["properties"]["subject"] is None
    assert row["properties"]["vip"] == "true"
    assert (
        row["updatedAt"] == row["properties"]["hs_lastmodifieddate"] == ("2026-02-02T02:40:09.005Z")
    )
    assert row["createdAt"] == "2026-02-02T02:40:00Z"


def test_a_calculated_value_drifts_without_any_timestamp(client, portal, clock, add_tickets):
    add_tickets(1)
    before = client.get(f"{ONE}/101", properties="score").json()
    clock.advance(hours=1)
    portal.drift("tickets", 101, {"score": "7"})
    after = client.get(f"{ONE}/101", properties="score").json()
    assert after["properties"]["score"] == "7"
    assert after["updatedAt"] == before["updatedAt"]
    assert after["properties"]["hs_lastmodifieddate"] == before["properties"]["hs_lastmodifieddate"]


def test_history_tells_every_version_newest_first(client, portal, clock, add_tickets):
    add_tickets(1)
    portal.change("tickets", 101, {"hs_pipeline_stage": "2"}, at=clock.now + 1000, source_id="u:7")
    portal.change("tickets", 101, {"hs_pipeline_stage": None}, at=clock.now + 2000)
    row = client.get(f"{ONE}/101", propertiesWithHistory="hs_pipeline_stage").json()
    history = row["propertiesWithHistory"]["hs_pipeline_stage"]
    assert [(v["value"], v["timestamp"][-3:]) for v in history] == [
        ("", "02Z"),
        ("2", "01Z"),
        ("1", "00Z"),
    ]
    assert history[1]["sourceId"] == "u:7"
    assert {v["sourceType"] for v in history} == {"CRM_UI"}


def test_a_backfilled_record_keeps_the_past_it_was_given(client, portal, clock):
    past = [Version("2", 5_000, "IMPORT", user_id=7), Version("1", 1_000)]
    portal.create(
        "tickets", {"hs_pipeline_stage": "2"}, at=1_000, record_id=5,
        history={"hs_pipeline_stage": past},
    )  # fmt: skip
    row = client.get(f"{ONE}/5", propertiesWithHistory="hs_pipeline_stage").json()
    newest, oldest = row["propertiesWithHistory"]["hs_pipeline_stage"]
    assert (newest["sourceType"], newest["updatedByUserId"]) == ("IMPORT", 7)
    assert oldest["timestamp"] == "1970-01-01T00:00:01Z"


def test_a_calculated_property_has_one_version_with_the_time_of_the_read(client, portal, clock):
    portal.define_property("tickets", {"name": "age", "type": "number", "calculated": True})
    portal.create("tickets", {"age": "1"}, at=clock.now, record_id=5)
    portal.drift("tickets", 5, {"age": "2"})
    clock.advance(hours=2)
    (version,) = client.get(f"{ONE}/5", propertiesWithHistory="age").json()[
        "propertiesWithHistory"
    ]["age"]
    assert (version["value"], version["timestamp"]) == ("2", "2026-02-02T04:40:00Z")


def test_the_kept_versions_and_their_order_can_be_set(client, server, portal, clock, add_tickets):
    add_tickets(1)
    for number in range(30):
        portal.change("tickets", 101, {"score": str(number)}, at=clock.now + number)
    server.behaviour.history_limit = 20
    server.behaviour.history_newest_first = False
    history = client.get(f"{ONE}/101", propertiesWithHistory="score").json()[
        "propertiesWithHistory"
    ]["score"]
    assert [v["value"] for v in history] == [str(number) for number in range(10, 30)]


def test_a_property_that_was_never_set_has_no_history(client, add_tickets):
    add_tickets(1)
    assert (
        client.get(f"{ONE}/101", propertiesWithHistory="vip").json()["propertiesWithHistory"] == {}
    )


def test_writing_an_undefined_property_or_a_used_id_is_refused(portal, clock, add_tickets):
    add_tickets(1)
    with pytest.raises(ValueError, match="define_property first"):
        portal.change("tickets", 101, {"nonsense": "1"}, at=clock.now)
    with pytest.raises(ValueError, match="already has the id 101"):
        portal.create("tickets", {}, at=clock.now, record_id=101)


def test_asking_for_history_alone_still_answers_the_default_properties(client, add_tickets):
    add_tickets(1)
    row = client.get(f"{ONE}/101", propertiesWithHistory="vip").json()
    assert row["properties"]["subject"] == "Ticket 0"


def test_the_modified_date_has_one_version_at_the_last_change(client, portal, clock, add_tickets):
    add_tickets(1)
    portal.change("tickets", 101, {"vip": "true"}, at=clock.now + 4_000)
    name = "hs_lastmodifieddate"
    (version,) = client.get(f"{ONE}/101", propertiesWithHistory=name).json()[
        "propertiesWithHistory"
    ][name]
    assert version["value"] == version["timestamp"] == "2026-02-02T02:40:04Z"
