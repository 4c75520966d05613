"""Several object types in one bulk portal, their associations, and records changed lately."""

from __future__ import annotations

import pytest
import requests
from sandbox.hubspot.__main__ import application, parser
from sandbox.hubspot.bulk import BulkPortal
from sandbox.hubspot.portal import DEFAULT_TOKEN
from sandbox.hubspot.server import Behaviour
from sandbox.loopback import listening

MODIFIED = {"contacts": "lastmodifieddate"}
SIZES = {"contacts": (300, 60), "companies": (100, 60)}


@pytest.fixture
def portal():
    return BulkPortal(1_000, 40, others=SIZES)


def _companions(client, near, far, ids):
    """What batch read says, as far ids by near id."""
    body = {"inputs": [{"id": str(one)} for one in ids]}
    answer = client.post(f"/crm/associations/2026-09/{near}/{far}/batch/read", body)
    return {
        int(result["from"]["id"]): [to["toObjectId"] for to in result["to"]]
        for result in answer.json()["results"]
    }


@pytest.mark.parametrize("kind", ["tickets", "contacts", "companies"])
def test_every_type_is_listed_counted_searched_and_described(client, portal, kind):
    count, width = {"tickets": (1_000, 40), **SIZES}[kind]
    definitions = client.get(f"/crm/properties/2026-09/{kind}").json()["results"]
    assert len(definitions) == width
    seen, after = [], "0"
    while after:
        page = client.get(f"/crm/objects/2026-09/{kind}", limit=100, after=after).json()
        seen += page["results"]
        after = page.get("paging", {}).get("next", {}).get("after")
    assert [int(row["id"]) for row in seen] == list(portal.series[kind].ids)
    assert f"/record/{portal.series[kind].kind.type_id}/{seen[0]['id']}" in seen[0]["url"]
    usage = client.get("/crm/v3/limits/records").json()["hubspotDefinedObjectTypes"]
    assert [u["usage"] for u in usage if u["objectTypeId"] == portal.table(kind).kind.type_id] == [
        count
    ]
    newest = [{"propertyName": "hs_object_id", "direction": "DESCENDING"}]
    answer = client.search({"sorts": newest, "limit": 1}, kind).json()
    assert (answer["total"], answer["results"][0]["id"]) == (count, seen[-1]["id"])


@pytest.mark.parametrize(
    ("near", "far"), [("tickets", "contacts"), ("tickets", "companies"), ("contacts", "companies")]
)
def test_associations_say_the_same_from_both_ends(client, portal, near, far):
    forward = _companions(client, near, far, portal.series[near].ids)
    backward = _companions(client, far, near, portal.series[far].ids)
    assert forward
    pairs = {(one, other) for one, others in forward.items() for other in others}
    assert pairs == {(one, other) for other, ones in backward.items() for one in ones}
    assert all(others == sorted(others) for others in [*forward.values(), *backward.values()])


def test_tickets_have_one_to_three_contacts_and_at_most_one_company(client, portal):
    ids = portal.series["tickets"].ids
    contacts = _companions(client, "tickets", "contacts", ids)
    assert {len(found) for found in contacts.values()} == {1, 2, 3}
    assert len(contacts) == 1_000
    assert len(_companions(client, "tickets", "companies", ids)) == 750


def test_labels_in_use_are_listed(client):
    path = "/crm/associations/2026-09/{}/labels"
    labels = client.get(path.format("tickets/contacts")).json()["results"]
    assert [(label["typeId"], label["label"]) for label in labels] == [
        (16, None),
        (37, "Decision maker"),
    ]
    labels = client.get(path.format("companies/tickets")).json()["results"]
    assert [label["typeId"] for label in labels] == [25, 340]


def _since(at, name="hs_lastmodifieddate"):
    return {"propertyName": name, "operator": "GTE", "value": str(at)}


@pytest.mark.parametrize("kind", ["tickets", "contacts"])
def test_a_search_by_modified_date_finds_exactly_the_records_changed_lately(client, portal, kind):
    before = portal.clock() - 60_000
    name = MODIFIED.get(kind, "hs_lastmodifieddate")
    assert client.found(_since(before, name), kind=kind) == []
    portal.change_some(kind, 50)
    found = client.found(_since(before, name), kind=kind)
    assert len(found) == 50
    assert [int(one) for one in found] == sorted(map(int, found))
    body = {"inputs": [{"id": found[0]}, {"id": found[-1]}], "properties": [name]}
    batch = client.post(f"/crm/objects/2026-09/{kind}/batch/read", body).json()["results"]
    listed = client.get(f"/crm/objects/2026-09/{kind}", after=found[0], limit=1).json()["results"]
    assert all(row["properties"][name] == row["updatedAt"] > "2026" for row in [*batch, *listed])


def test_changed_records_leave_their_old_place_and_come_by_pages(client, portal):
    portal.change_some("tickets", 100)
    everything = client.search({"filters": [_since(1)], "limit": 1}).json()
    assert everything["total"] == 1_000
    late = {"propertyName": "hs_lastmodifieddate", "operator": "LT", "value": "1760000000000"}
    assert len(client.found(late)) == 200
    assert client.search({"filters": [late]}).json()["total"] == 900
    seen, last = [], "0"
    while page := client.found(
        _since(portal.clock() - 60_000),
        {"propertyName": "hs_object_id", "operator": "GT", "value": last},
        limit=30,
    ):
        seen, last = seen + page, page[-1]
    assert len(seen) == len(set(seen)) == 100


def test_searches_mix_old_and_late_changes_in_order(client, portal):
    portal.change_some("tickets", 100)
    ids = list(portal.series["tickets"].ids)
    assert [int(one) for one in client.found(_since(1))] == ids[:200]
    descending = [{"propertyName": "hs_object_id", "direction": "DESCENDING"}]
    assert [int(one) for one in client.found(_since(1), sorts=descending)] == ids[:-201:-1]
    by_date = [{"propertyName": "hs_lastmodifieddate", "direction": "DESCENDING"}]
    assert [int(one) for one in client.found(sorts=by_date, limit=2)] == [ids[990], ids[980]]


def test_types_without_records_answer_as_in_any_portal(client):
    assert client.ids("/crm/objects/2026-09/deals") == []
    assert client.found(kind="deals") == []
    assert _companions(client, "tickets", "deals", [1]) == {}


def test_the_command_line_names_types_sizes_and_changes():
    options = parser().parse_args(
        ["--bulk", "tickets=50x20,contacts=10x10", "--changed", "tickets=5,contacts=2"]
    )
    with listening(application(options, Behaviour(limits=False))) as url:
        headers = {"Authorization": f"Bearer {DEFAULT_TOKEN}"}
        answer = requests.get(f"{url}/crm/objects/2026-09/contacts", headers=headers, timeout=10)
        assert len(answer.json()["results"]) == 10
    assert parser().parse_args(["--bulk", "1000000x100", "--changed", "500"]).bulk == {
        "tickets": (1_000_000, 100)
    }


@pytest.mark.parametrize("wrong", ["tickets=50", "x", "tickets=ax3"])
def test_a_wrong_size_is_refused(wrong):
    with pytest.raises(SystemExit):
        parser().parse_args(["--bulk", wrong])
    with pytest.raises(SystemExit):
        application(parser().parse_args(["--bulk", "goats=5x5"]), Behaviour())
