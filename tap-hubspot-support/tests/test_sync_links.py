"""Links over whole runs: first, changed, removed, reconciled, of archived and merged records."""

# ruff: noqa: PLR0917 - fixtures and parameters come by position

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, Fault, RunningServer

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000
BIG = 9_007_199_254_740_993  # 2^53 + 1
KEYS = {
    "ticket_contact": ("ticket_id", "contact_id"),
    "ticket_company": ("ticket_id", "company_id"),
    "ticket_engagement": ("ticket_id", "engagement_id"),
    "deal_company": ("deal_id", "company_id"),
    "engagement_company": ("engagement_id", "company_id"),
    "line_item_deal": ("line_item_id", "deal_id"),
}


@pytest.fixture
def warehouse(new_warehouse: Any) -> Any:
    class Warehouse(new_warehouse):  # type: ignore[misc]
        """Also understands tombstones with a part of the key."""

        def _record(self, message: dict[str, Any]) -> None:
            stream, record = message["stream"], message["record"]
            if all(name in record for name in self.keys[stream]):
                super()._record(message)
                return
            assert record["_sdc_deleted_at"] is not None
            part = {name: record[name] for name in self.keys[stream] if name in record}
            for row in self.tables[stream].values():
                if all(row[name] == value for name, value in part.items()):
                    row.update(record)

        def links(self, stream: str, *columns: str) -> set[tuple[Any, ...]]:
            columns = columns or KEYS[stream]
            live = [r for r in self.table(stream).values() if not r["_fivetran_deleted"]]
            return {tuple(row[name] for name in columns) for row in live}

    return Warehouse()


def make(portal: Portal, object_type: str, *ids: int, at: int = NOON - DAY) -> None:
    for id_ in ids:
        portal.create(object_type, {}, at=at, record_id=id_)


def touch(portal: Portal, object_type: str, id_: int, at: int) -> None:
    name = {"tickets": "subject", "deals": "dealname"}.get(object_type, "name")
    portal.change(object_type, id_, {name: f"changed {at}"}, at=at)


def associated(server: RunningServer) -> int:
    return sum("/associations/" in r.path and "labels" not in r.path for r in server.journal)


LINKS = ("ticket", "contact", "company", "ticket_contact", "ticket_company")


@pytest.mark.capability("S4-26", "S4-13")
def test_a_first_run_writes_the_links_of_every_record_once_each(
    runner: Any, warehouse: Any, portal: Portal, server: RunningServer
) -> None:
    make(portal, "tickets", *range(1, 2_302))
    make(portal, "contacts", *range(1, 61))
    make(portal, "companies", BIG, BIG + 2)
    expected = {(ticket, 1 + ticket % 60) for ticket in range(1, 2_302, 2)}
    for ticket, contact in expected:
        portal.associate("tickets", ticket, "contacts", contact, type_id=16)
    portal.associate("tickets", 7, "companies", BIG, type_id=339)
    portal.associate("tickets", 7, "companies", BIG, type_id=26, label="Primary")
    portal.associate("tickets", 7, "companies", BIG + 2, type_id=37, category="USER_DEFINED",
                     label="Reseller")  # fmt: skip
    output = runner.sync(*LINKS)
    assert output.error is None
    warehouse.load(output.messages)
    assert warehouse.links("ticket_contact") == expected
    assert len(output.records("ticket_contact")) == len(expected)
    assert warehouse.links("ticket_company", "company_id", "type_id", "category", "label") == {
        (BIG, 339, "HUBSPOT_DEFINED", None),
        (BIG, 26, "HUBSPOT_DEFINED", "Primary"),
        (BIG + 2, 37, "USER_DEFINED", "Reseller"),
    }
    assert associated(server) == 2 * 3


@pytest.mark.parametrize("count", [600, 1_200])
def test_a_record_with_hundreds_of_links_keeps_them_all(
    runner: Any, warehouse: Any, portal: Portal, count: int
) -> None:
    make(portal, "tickets", 7, 8)
    make(portal, "contacts", *range(1, count + 1))
    for contact in range(1, count + 1):
        portal.associate("tickets", 7, "contacts", contact, type_id=16)
    warehouse.load(runner.sync(*LINKS).messages)
    assert warehouse.links("ticket_contact") == {(7, n) for n in range(1, count + 1)}


@pytest.mark.parametrize("mode", ["reconcile", "tombstone"])
def test_links_of_changed_records_are_read_again(
    runner: Any, warehouse: Any, portal: Portal, clock: Any, server: RunningServer, mode: str
) -> None:
    settings = {"link_removals": mode}
    make(portal, "tickets", *range(1, 31))
    make(portal, "contacts", 50, 51, 52)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    portal.associate("tickets", 2, "contacts", 50, type_id=16)
    first = runner.sync(*LINKS, **settings)
    warehouse.load(first.messages)
    clock.at += HOUR
    portal.dissociate("tickets", 1, "contacts", 50)
    portal.associate("tickets", 1, "contacts", 51, type_id=16)
    portal.associate("tickets", 1, "contacts", 51, type_id=40, category="USER_DEFINED", label="CC")
    touch(portal, "tickets", 1, clock.at)
    clock.at += 2 * HOUR
    before = associated(server)
    second = runner.sync(*LINKS, state=first.state, **settings)
    assert second.error is None
    assert associated(server) - before == 2
    warehouse.load(second.messages)
    found = warehouse.links("ticket_contact", "ticket_id", "contact_id", "type_id")
    removed = set() if mode == "tombstone" else {(1, 50, 16)}
    assert found == {(1, 51, 16), (1, 51, 40), (2, 50, 16), *removed}


def test_stream_maps_leave_a_removal_its_part_of_the_key(
    runner: Any, warehouse: Any, portal: Portal, clock: Any
) -> None:
    settings = {
        "link_removals": "tombstone",
        "stream_maps": {"ticket_contact": {"label": "str(label).upper()", "category": "category"}},
    }
    make(portal, "tickets", 1)
    make(portal, "contacts", 50, 51)
    for contact in (50, 51):
        portal.associate("tickets", 1, "contacts", contact, type_id=40, label="cc")
    first = runner.sync(*LINKS, **settings)
    warehouse.load(first.messages)
    clock.at += HOUR
    portal.dissociate("tickets", 1, "contacts", 50)
    touch(portal, "tickets", 1, clock.at)
    clock.at += 2 * HOUR
    second = runner.sync(*LINKS, state=first.state, **settings)
    (removal,) = [r for r in second.records("ticket_contact") if r["_sdc_deleted_at"]]
    assert [
        name for name in ("ticket_id", "contact_id", "type_id", "category") if name in removal
    ] == ["ticket_id"]
    warehouse.load(second.messages)
    assert warehouse.links("ticket_contact", "contact_id", "label") == {(51, "CC")}


@pytest.mark.parametrize("mode", ["reconcile", "tombstone"])
def test_a_reconciliation_finds_added_and_removed_links_of_records_that_did_not_change(
    runner: Any, warehouse: Any, portal: Portal, clock: Any, mode: str
) -> None:
    settings = {"link_removals": mode, "reconcile_days": 7}
    make(portal, "tickets", 1, 2)
    make(portal, "contacts", 50, 51)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    portal.associate("tickets", 2, "contacts", 50, type_id=16)
    state = None
    for days, expected in [
        (0, {(1, 50), (2, 50)}),
        (1, {(1, 50), (2, 50)}),
        (8, {(1, 51), (2, 50)}),
    ]:
        if days == 1:
            portal.dissociate("tickets", 1, "contacts", 50)
            portal.associate("tickets", 1, "contacts", 51, type_id=16)
        clock.at = NOON + days * DAY
        output = runner.sync(*LINKS, state=state, **settings)
        assert output.error is None
        state = output.state
        warehouse.load(output.messages)
        assert warehouse.links("ticket_contact") == expected


@pytest.mark.parametrize("kind", ["archived", "merged", "purged"])
@pytest.mark.parametrize("end", ["tickets", "contacts"])
def test_deleted_records_lose_their_links(
    runner: Any, warehouse: Any, portal: Portal, clock: Any, end: str, kind: str
) -> None:
    settings = {"link_removals": "tombstone"}
    make(portal, "tickets", 1, 2)
    make(portal, "contacts", 50, 51)
    gone, stays = (1, 2) if end == "tickets" else (50, 51)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    portal.associate("tickets", 2, "contacts", 51, type_id=16)
    first = runner.sync(*LINKS, **settings)
    warehouse.load(first.messages)
    clock.at += HOUR
    if kind == "archived":
        portal.archive(end, gone, at=clock.at)
    elif kind == "purged":
        portal.purge(end, gone)
    else:
        portal.merge(end, stays, [gone], at=clock.at, new_id=False)
    clock.at += 2 * HOUR if kind != "purged" else 8 * DAY
    second = runner.sync(*LINKS, state=first.state, **settings)
    assert second.error is None
    warehouse.load(second.messages)
    column = "ticket_id" if end == "tickets" else "contact_id"
    assert {gone} not in warehouse.links("ticket_contact", column)
    assert (2, 51) in warehouse.links("ticket_contact")
    assert not any(gone in link for link in warehouse.links("ticket_contact"))


@pytest.mark.parametrize("mode", ["reconcile", "tombstone"])
@pytest.mark.parametrize("end", ["tickets", "contacts"])
def test_a_restored_record_has_its_links_again(
    runner: Any, warehouse: Any, portal: Portal, clock: Any, end: str, mode: str
) -> None:
    settings = {"link_removals": mode}
    make(portal, "tickets", 1)
    make(portal, "contacts", 50)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    state, id_ = None, 1 if end == "tickets" else 50
    for step, expected in [(None, 1), (portal.archive, 0), (portal.restore, 1)]:
        if step is not None:
            step(end, id_, at=clock.at)
        clock.at += 2 * HOUR
        # The list between knows nothing of archived records: only their return brings the links.
        days = 0 if step == portal.archive else 7
        output = runner.sync(*LINKS, state=state, reconcile_days=days, **settings)
        assert output.error is None
        state = output.state
        warehouse.load(output.messages)
        assert len(warehouse.links("ticket_contact")) == expected


def test_the_survivor_of_a_merge_has_all_links_after_the_next_reconciliation(
    runner: Any, warehouse: Any, portal: Portal, clock: Any
) -> None:
    streams = ("ticket", "ticket_engagement", "engagement_email")
    settings = {"link_removals": "tombstone"}
    make(portal, "tickets", 1, 2)
    make(portal, "emails", 100, 101)
    portal.associate("emails", 100, "tickets", 1, type_id=224)
    portal.associate("emails", 101, "tickets", 2, type_id=224)
    first = runner.sync(*streams, **settings)
    warehouse.load(first.messages)
    clock.at += HOUR
    survivor = portal.merge("tickets", 1, [2], at=clock.at).id
    clock.at += 2 * HOUR
    second = runner.sync(*streams, state=first.state, **settings)
    warehouse.load(second.messages)
    assert warehouse.links("ticket_engagement") == set()
    third = runner.sync(*streams, state=second.state, reconcile_days=0, **settings)
    warehouse.load(third.messages)
    assert warehouse.links("ticket_engagement") == {(survivor, 100), (survivor, 101)}


def test_links_of_activities_come_from_five_walks_and_survive_each_others_passes(
    runner: Any, warehouse: Any, portal: Portal, clock: Any
) -> None:
    kinds = ["calls", "emails", "meetings", "notes", "tasks"]
    make(portal, "tickets", 1)
    make(portal, "companies", 9)
    ways = {"calls": 220, "emails": 224, "meetings": 226, "notes": 228, "tasks": 230}
    for number, kind in enumerate(kinds, start=100):
        make(portal, kind, number)
        portal.associate(kind, number, "tickets", 1, type_id=ways[kind])
        portal.associate(kind, number, "companies", 9, type_id=180)
    streams = ("ticket_engagement", "engagement_company", "engagement")
    state = None
    for _ in range(3):
        output = runner.sync(*streams, state=state, reconcile_days=0)
        assert output.error is None
        state = output.state
        warehouse.load(output.messages)
        assert warehouse.links("ticket_engagement") == {(1, n) for n in range(100, 105)}
        assert warehouse.links("engagement_company") == {(n, 9) for n in range(100, 105)}
        assert warehouse.links("engagement", "id", "type") == {
            (100, "CALL"), (101, "EMAIL"), (102, "MEETING"), (103, "NOTE"), (104, "TASK"),
        }  # fmt: skip
        clock.at += HOUR
    ids = warehouse.links("ticket_engagement", "engagement_id", "type_id")
    assert ids == {(100, 219), (101, 223), (102, 225), (103, 227), (104, 229)}


def test_e_mails_are_told_apart_by_their_direction(
    runner: Any, warehouse: Any, portal: Portal, clock: Any
) -> None:
    portal.define_property("emails", {"name": "hs_email_direction", "type": "enumeration"})
    directions = ["EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL", "DRAFT_EMAIL"]
    for number, direction in enumerate(directions, start=1):
        portal.create("emails", {"hs_email_direction": direction}, at=NOON - DAY, record_id=number)
    make(portal, "emails", 5)
    first = runner.sync("engagement")
    warehouse.load(first.messages)
    expected = {
        (1, "EMAIL"),
        (2, "INCOMING_EMAIL"),
        (3, "FORWARDED_EMAIL"),
        (4, "EMAIL"),
        (5, "EMAIL"),
    }
    assert warehouse.links("engagement", "id", "type") == expected
    clock.at += HOUR
    portal.archive("emails", 2, at=clock.at)
    clock.at += 2 * HOUR
    warehouse.load(runner.sync("engagement", state=first.state).messages)
    assert warehouse.links("engagement", "id", "type") == expected - {(2, "INCOMING_EMAIL")}
    (gone,) = [r for r in warehouse.table("engagement").values() if r["is_deleted"]]
    assert (gone["id"], gone["type"]) == (2, "INCOMING_EMAIL")


@pytest.mark.capability("S3-09")
def test_deals_come_with_the_company_they_belong_to(
    runner: Any, warehouse: Any, portal: Portal
) -> None:
    make(portal, "deals", 1, 2)
    make(portal, "companies", 9)
    portal.associate("deals", 1, "companies", 9, type_id=341)
    warehouse.load(runner.sync("deal", "company", "deal_company").messages)
    assert {row["deal_id"] for row in warehouse.table("deal").values()} == {1, 2}
    assert warehouse.links("deal_company", "deal_id", "company_id", "type_id") == {(1, 9, 341)}


def test_merged_deals_are_told_with_their_survivor(
    runner: Any, warehouse: Any, portal: Portal, clock: Any
) -> None:
    portal.define_property("deals", {"name": "hs_merged_object_ids", "type": "enumeration"})
    make(portal, "deals", 1, 2, 3)
    first = runner.sync("deal", "merged_deal")
    warehouse.load(first.messages)
    assert warehouse.links("merged_deal", "deal_id", "merged_deal_id") == set()
    clock.at += HOUR
    survivor = portal.merge("deals", 1, [2], at=clock.at)
    clock.at += 2 * HOUR
    warehouse.load(runner.sync("deal", "merged_deal", state=first.state).messages)
    assert warehouse.links("merged_deal", "deal_id", "merged_deal_id") == {
        (survivor.id, 1),
        (survivor.id, 2),
    }


@pytest.mark.parametrize("kind", ["500", "reset", "truncated", "html", "429_burst", "empty_page"])
def test_faults_in_the_middle_of_a_run_lose_no_link(
    runner: Any, warehouse: Any, portal: Portal, behaviour: Behaviour, kind: Any
) -> None:
    behaviour.association_page = 5
    behaviour.faults = [Fault("/crm/associations/", kind, times=None, share=0.2)]
    make(portal, "tickets", *range(1, 201))
    make(portal, "contacts", *range(1, 21))
    expected = {(t, c) for t in range(1, 201, 10) for c in range(1, 21)}
    for ticket, contact in expected:
        portal.associate("tickets", ticket, "contacts", contact, type_id=16)
    output = runner.sync(*LINKS)
    assert output.error is None
    warehouse.load(output.messages)
    assert warehouse.links("ticket_contact") == expected


def test_a_pair_without_the_scope_of_its_other_end_fails_alone(
    runner: Any, warehouse: Any, portal: Portal
) -> None:
    make(portal, "tickets", 1)
    make(portal, "contacts", 50)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    catalog = runner.catalog("ticket", "ticket_contact", "ticket_company")
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets", "crm.objects.contacts.read"})
    output = runner.sync(catalog=catalog, access_token="pat-na1-narrow")
    assert "ticket_company" in str(output.error)
    assert "ticket_contact" not in str(output.error)
    warehouse.load(output.messages)
    assert warehouse.links("ticket_contact") == {(1, 50)}


def test_custom_objects_are_linked_in_the_generic_table(
    runner: Any, warehouse: Any, portal: Portal
) -> None:
    portal.define_custom_object("divisions", "2-111")
    make(portal, "companies", 9)
    make(portal, "divisions", 5)
    portal.associate("divisions", 5, "companies", 9, type_id=145, category="USER_DEFINED",
                     label="Owner", reverse_type_id=146)  # fmt: skip
    output = runner.sync("divisions", "company", "association")
    assert output.error is None
    (row,) = output.records("association")
    assert (row["from_object_type"], row["from_id"]) == ("divisions", 5)
    assert (row["to_object_type"], row["to_id"]) == ("company", 9)
    assert (row["type_id"], row["category"], row["label"]) == (145, "USER_DEFINED", "Owner")


@pytest.mark.capability("S3-15")
def test_the_catalog_file_alone_decides_about_fields_and_associations(
    runner: Any, portal: Portal, server: RunningServer
) -> None:
    make(portal, "tickets", 1)
    make(portal, "contacts", 50)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    catalog = runner.catalog("ticket", "ticket_contact")
    (entry,) = [e for e in catalog["streams"] if e["tap_stream_id"] == "ticket"]
    for metadata in entry["metadata"]:
        if metadata["breadcrumb"] == ["properties", "property_content"]:
            metadata["metadata"]["selected"] = False
    server.journal.clear()
    output = runner.sync(catalog=catalog)
    assert output.error is None
    (ticket,) = output.records("ticket")
    assert "property_subject" in ticket and "property_content" not in ticket
    assert [(r["ticket_id"], r["contact_id"]) for r in output.records("ticket_contact")] == [
        (1, 50)
    ]
    asked = [
        name
        for r in server.journal
        if r.path.endswith("/objects/2026-09/tickets")
        for name in r.query.split("properties=")[-1].split("&")[0].split(",")
    ]
    assert "subject" in asked and "content" not in asked
    assert [r.path for r in server.journal if "/associations/" in r.path] == [
        "/crm/associations/2026-09/tickets/contacts/batch/read"
    ]


@pytest.mark.capability("S4-39", "S4-40")
def test_no_request_is_spent_on_associations_that_are_not_wanted(
    runner: Any, portal: Portal, server: RunningServer
) -> None:
    make(portal, "tickets", 1)
    make(portal, "contacts", 50)
    make(portal, "companies", 60)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    portal.associate("tickets", 1, "companies", 60, type_id=339)
    none = runner.sync(associations=False)
    assert none.error is None
    assert associated(server) == 0
    assert not any(name in none.state["bookmarks"] for name in KEYS)
    one = runner.sync(association_pairs=["contacts/tickets"])
    assert [(r["ticket_id"], r["contact_id"]) for r in one.records("ticket_contact")] == [(1, 50)]
    assert one.records("ticket_company") == []
    assert associated(server) == 1


def line_items(runner: Any, **given: Any) -> dict[int, Any]:
    output = runner.sync("line_item", **given)
    assert output.error is None
    return {row["id"]: row["property_deal_id"] for row in output.records("line_item")}


@pytest.mark.capability("S2-33")
def test_a_line_item_names_the_deal_it_belongs_to(
    runner: Any, portal: Portal, server: RunningServer, clock: Any
) -> None:
    make(portal, "line_items", *range(1, 251))
    make(portal, "deals", BIG, BIG + 2)
    for number in range(1, 251):
        portal.associate("line_items", number, "deals", BIG, type_id=20)
    portal.dissociate("line_items", 7, "deals", BIG)
    portal.associate("line_items", 8, "deals", BIG + 2, type_id=20)
    expected = dict.fromkeys(range(1, 251), BIG) | {7: None, 8: None}
    first = runner.sync("line_item")
    assert {r["id"]: r["property_deal_id"] for r in first.records("line_item")} == expected
    assert associated(server) == 3
    clock.at += HOUR
    portal.associate("line_items", 7, "deals", BIG + 2, type_id=20)
    portal.change("line_items", 7, {"quantity": "2"}, at=clock.at)
    clock.at += 2 * HOUR
    assert line_items(runner, state=first.state) == {7: BIG + 2}


def test_line_items_are_read_all_the_same_if_deals_may_not_be(
    runner: Any, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    make(portal, "line_items", 1)
    make(portal, "deals", 5)
    portal.associate("line_items", 1, "deals", 5, type_id=20)
    catalog = runner.catalog("line_item")
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "crm.objects.line_items.read"})
    assert line_items(runner, catalog=catalog, access_token="pat-na1-narrow") == {1: None}
    assert "property_deal_id stays empty" in caplog.text
    assert "crm.objects.deals.read" in caplog.text


def test_without_associations_there_is_no_deal_in_a_line_item(
    runner: Any, portal: Portal, server: RunningServer
) -> None:
    make(portal, "line_items", 1)
    output = runner.sync("line_item", associations=False)
    assert "property_deal_id" not in output.records("line_item")[0]
    assert associated(server) == 0


def test_a_property_of_that_name_of_the_accounts_own_comes_first(
    runner: Any, portal: Portal
) -> None:
    portal.define_property("line_items", {"name": "deal_id", "type": "string"})
    portal.create("line_items", {"deal_id": "own"}, at=NOON - DAY, record_id=1)
    make(portal, "deals", 5)
    portal.associate("line_items", 1, "deals", 5, type_id=20)
    assert line_items(runner) == {1: "own"}


@pytest.mark.parametrize(
    ("stream", "count"),
    [("ticket_contact", 1), ("ticket_engagement", 1), ("engagement", 2), ("deal_stage", 1)],
)
def test_a_catalog_may_hold_a_table_without_the_objects_it_comes_from(
    runner: Any, portal: Portal, stream: str, count: int
) -> None:
    make(portal, "tickets", 1)
    make(portal, "contacts", 50)
    make(portal, "emails", 100)
    make(portal, "calls", 101)
    portal.create("deals", {"dealstage": "new"}, at=NOON - DAY, record_id=7)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    portal.associate("emails", 100, "tickets", 1, type_id=224)
    whole = runner.catalog(stream)
    entries = [e for e in whole["streams"] if e["tap_stream_id"] == stream]
    output = runner.sync(catalog={"streams": entries})
    assert output.error is None
    assert len(output.records(stream)) == count
    assert {m["stream"] for m in output.messages if m["type"] == "RECORD"} == {stream}


def test_chosen_pairs_work_with_a_catalog_that_holds_few_objects(
    runner: Any, portal: Portal, server: RunningServer
) -> None:
    make(portal, "tickets", 1)
    make(portal, "contacts", 50)
    portal.associate("tickets", 1, "contacts", 50, type_id=16)
    pairs = {"association_pairs": ["tickets/contacts", "deals/companies"]}
    whole = runner.catalog("ticket", "ticket_contact", **pairs)
    kept = ("ticket", "ticket_contact")
    entries = [e for e in whole["streams"] if e["tap_stream_id"] in kept]
    output = runner.sync(catalog={"streams": entries}, **pairs)
    assert output.error is None
    assert len(output.records("ticket_contact")) == 1
