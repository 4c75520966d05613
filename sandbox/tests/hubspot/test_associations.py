"""Associations: batch read, one record, labels, inline (row 13)."""

from __future__ import annotations

import base64
from urllib.parse import unquote

import pytest

BATCH = "/crm/associations/2026-09/tickets/companies/batch/read"


@pytest.fixture
def linked(portal, clock):
    """Ticket 501 has companies 901 (plain and primary) and 902 (labelled); 777 has none."""
    for record_id in (501, 777):
        portal.create("tickets", {}, at=clock.now, record_id=record_id)
    for record_id in (901, 902):
        portal.create("companies", {"name": "Acme"}, at=clock.now, record_id=record_id)
    portal.associate("tickets", 501, "companies", 901, type_id=339)
    portal.associate("tickets", 501, "companies", 901, type_id=26, label="Primary")
    portal.associate(
        "tickets", 501, "companies", 902, type_id=37, category="USER_DEFINED", label="Reseller"
    )


def _many(portal, clock, count):
    portal.create("tickets", {}, at=clock.now, record_id=501)
    for company in range(1, count + 1):
        portal.create("companies", {}, at=clock.now, record_id=company)
        portal.associate("tickets", 501, "companies", company, type_id=339)


def test_a_batch_in_which_every_input_has_companions_is_a_200(client, linked):
    answer = client.post(BATCH, {"inputs": [{"id": "501"}]})
    assert answer.status_code == 200
    (result,) = answer.json()["results"]
    assert result == {
        "from": {"id": "501"},
        "to": [
            {
                "toObjectId": 901,
                "associationTypes": [
                    {"category": "HUBSPOT_DEFINED", "typeId": 339, "label": None},
                    {"category": "HUBSPOT_DEFINED", "typeId": 26, "label": "Primary"},
                ],
            },
            {
                "toObjectId": 902,
                "associationTypes": [
                    {"category": "USER_DEFINED", "typeId": 37, "label": "Reseller"}
                ],
            },
        ],
    }


@pytest.mark.parametrize("lonely", ["777", "424242"])
def test_an_input_without_companions_is_missing_and_named_in_a_207(client, linked, lonely):
    answer = client.post(BATCH, {"inputs": [{"id": lonely}, {"id": "501"}]})
    assert answer.status_code == 207
    body = answer.json()
    assert [result["from"]["id"] for result in body["results"]] == ["501"]
    assert body["numErrors"] == 1
    (error,) = body["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["message"] == f"No company is associated with ticket {lonely}."
    assert error["context"] == {
        "fromObjectId": [lonely],
        "fromObjectType": ["ticket"],
        "toObjectType": ["company"],
    }


def test_the_other_direction_has_the_reverse_type(client, linked):
    path = "/crm/associations/2026-09/companies/tickets/batch/read"
    (result,) = client.post(path, {"inputs": [{"id": "901"}]}).json()["results"]
    (far,) = result["to"]
    assert far["toObjectId"] == 501
    assert [kind["typeId"] for kind in far["associationTypes"]] == [340, 25]


@pytest.mark.parametrize("size", [100, 500])
def test_each_input_pages_by_itself_with_a_token_of_base64(client, server, portal, clock, size):
    _many(portal, clock, size + 1)
    server.behaviour.association_page = size
    (result,) = client.post(BATCH, {"inputs": [{"id": "501"}]}).json()["results"]
    assert len(result["to"]) == size
    after = result["paging"]["next"]["after"]
    assert base64.b64decode(unquote(after)).decode() == f"0-2-{size}"
    (rest,) = client.post(BATCH, {"inputs": [{"id": "501", "after": after}]}).json()["results"]
    assert [far["toObjectId"] for far in rest["to"]] == [size + 1]
    assert "paging" not in rest


def test_a_thousand_inputs_are_the_most(client, linked):
    inputs = [{"id": "501"}] * 1_001
    assert client.post(BATCH, {"inputs": inputs}).status_code == 400
    assert client.post(BATCH, {"inputs": inputs[:1_000]}).status_code == 200


def test_a_made_up_token_is_refused(client, linked):
    answer = client.post(BATCH, {"inputs": [{"id": "501", "after": "nonsense"}]})
    assert answer.status_code == 400


def test_the_old_numbered_batch_answers_names_and_ignores_the_token(client, portal, clock):
    _many(portal, clock, 101)
    path = "/crm/v3/associations/tickets/companies/batch/read"
    first = client.post(path, {"inputs": [{"id": "501"}]}).json()["results"][0]
    assert first["to"][0] == {"id": "1", "type": "ticket_to_company_unlabeled"}
    assert len(first["to"]) == 100
    after = first["paging"]["next"]["after"]
    again = client.post(path, {"inputs": [{"id": "501", "after": after}]}).json()["results"][0]
    assert again == first


@pytest.mark.parametrize(
    ("prefix", "status"),
    [("/crm/v4/objects", 200), ("/crm/objects/2026-03", 200), ("/crm/objects/2026-09", 404)],
)
def test_one_records_companions_are_served_where_the_release_has_the_path(
    client, linked, prefix, status
):
    answer = client.get(f"{prefix}/tickets/501/associations/companies", limit=1)
    assert answer.status_code == status
    if status == 200:
        body = answer.json()
        assert [far["toObjectId"] for far in body["results"]] == [901]
        after = body["paging"]["next"]["after"]
        path = f"{prefix}/tickets/501/associations/companies"
        assert client.get(path, after=after).json()["results"][0]["toObjectId"] == 902


def test_labels_list_hubspots_own_types_and_those_in_use(client, linked):
    answer = client.get("/crm/associations/2026-09/tickets/companies/labels").json()
    assert [(kind["typeId"], kind["label"]) for kind in answer["results"]] == [
        (26, "Primary"),
        (37, "Reseller"),
        (339, None),
    ]


@pytest.mark.parametrize("path", ["/crm/objects/2026-09/tickets", "/crm/v3/objects/tickets/501"])
def test_list_and_get_carry_one_entry_per_type(client, linked, path):
    answer = client.get(path, associations="companies,contacts,nonsense").json()
    row = answer["results"][0] if "results" in answer else answer
    assert row["associations"] == {
        "companies": {
            "results": [
                {"id": "901", "type": "ticket_to_company_unlabeled"},
                {"id": "901", "type": "ticket_to_company"},
                {"id": "902", "type": "reseller"},
            ]
        }
    }


def test_a_record_without_companions_has_no_associations_at_all(client, linked):
    rows = client.get("/crm/objects/2026-09/tickets", associations="companies").json()["results"]
    assert "associations" not in rows[1]


def test_inline_associations_stop_at_one_hundred_with_a_cursor(client, portal, clock):
    _many(portal, clock, 130)
    path = "/crm/objects/2026-09/tickets/501"
    companies = client.get(path, associations="companies").json()["associations"]["companies"]
    assert len(companies["results"]) == 100
    after = companies["paging"]["next"]["after"]
    rest = client.post(BATCH, {"inputs": [{"id": "501", "after": after}]}).json()["results"][0]
    assert len(rest["to"]) == 30


def test_neither_adding_nor_removing_an_association_moves_a_modified_date(
    client, portal, clock, linked
):
    before = client.get("/crm/objects/2026-09/tickets/501").json()
    clock.advance(hours=1)
    portal.dissociate("tickets", 501, "companies", 902)
    assert client.get("/crm/objects/2026-09/tickets/501").json() == before
    (result,) = client.post(BATCH, {"inputs": [{"id": "501"}]}).json()["results"]
    assert [far["toObjectId"] for far in result["to"]] == [901]


def test_companions_in_the_bin_do_not_count(client, portal, clock, linked):
    portal.archive("companies", 901, at=clock.now)
    portal.purge("companies", 902)
    assert client.post(BATCH, {"inputs": [{"id": "501"}]}).status_code == 207
    portal.restore("companies", 901, at=clock.now)
    assert client.post(BATCH, {"inputs": [{"id": "501"}]}).status_code == 200


def test_inline_associations_call_line_items_by_two_words(client, portal, clock):
    portal.create("deals", {}, at=clock.now, record_id=1)
    portal.create("line_items", {}, at=clock.now, record_id=2)
    portal.associate("line_items", 2, "deals", 1, type_id=20)
    deal = client.get("/crm/objects/2026-09/deals/1", associations="line_items").json()
    assert deal["associations"]["line items"]["results"] == [
        {"id": "2", "type": "deal_to_line_item"}
    ]


def test_one_of_several_types_can_be_taken_away(client, portal, clock):
    portal.create("contacts", {}, at=clock.now, record_id=1)
    portal.create("companies", {}, at=clock.now, record_id=2)
    portal.associate("contacts", 1, "companies", 2, type_id=279)
    portal.associate("contacts", 1, "companies", 2, type_id=1, label="Primary")
    portal.dissociate("contacts", 1, "companies", 2, type_id=1)
    for near, far, left in (("contacts", "companies", 279), ("companies", "contacts", 280)):
        path = f"/crm/v4/objects/{near}/{1 if near == 'contacts' else 2}/associations/{far}"
        (companion,) = client.get(path).json()["results"]
        assert [kind["typeId"] for kind in companion["associationTypes"]] == [left]


def test_a_pair_of_labels_reads_otherwise_from_the_other_side(client, portal, clock):
    for record_id in (1, 2):
        portal.create("companies", {}, at=clock.now, record_id=record_id)
    portal.associate(
        *("companies", 1, "companies", 2),
        type_id=13,
        label="Child Company",
        reverse_type_id=14,
        reverse_label="Parent Company",
    )
    for record_id, label in ((1, "Child Company"), (2, "Parent Company")):
        path = f"/crm/v4/objects/companies/{record_id}/associations/companies"
        (companion,) = client.get(path).json()["results"]
        assert companion["associationTypes"][0]["label"] == label


def test_associations_the_account_defined_are_listed_before_anybody_uses_them(client, portal):
    portal.define_custom_object("divisions", "2-9")
    portal.define_association("divisions", "companies", "divisions_to_companies", ids=(145, 146))
    near = client.get("/crm/associations/2026-09/2-9/companies/labels").json()["results"]
    far = client.get("/crm/associations/2026-09/companies/p_divisions/labels").json()["results"]
    assert [one["typeId"] for one in near + far] == [145, 146]
    (schema,) = client.get("/crm-object-schemas/2026-09/schemas").json()["results"]
    assert [(one["id"], one["fromObjectTypeId"]) for one in schema["associations"]] == [
        ("145", "2-9"),
        ("146", "0-2"),
    ]
    path = "/crm-object-schemas/2026-09/schemas"
    (bare,) = client.get(path, includeAssociationDefinitions="false").json()["results"]
    assert bare["associations"] == []
