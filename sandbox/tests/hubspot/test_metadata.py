"""Types, versions, properties, owners, pipelines, the account (rows 17 to 19)."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v3/objects/tickets",
        "/crm/objects/2026-03/tickets",
        "/crm/objects/2026-09/tickets",
        "/crm/objects/2026-09/ticket",
        "/crm/objects/2026-09/0-5",
        "/crm/objects/2026-09/tickets/",
        "/crm/v3/owners/",
        "/crm/owners/2026-09",
        "/crm/v3/pipelines/tickets",
        "/crm/pipelines/2026-03/0-5",
        "/crm/v3/properties/tickets",
        "/crm/properties/2026-09/tickets",
        "/crm/properties/2026-09/tickets/groups",
        "/crm/v3/limits/records",
        "/crm/limits/2026-09/records",
        "/account-info/v3/details",
        "/account-info/2026-09/details",
        "/crm/v3/schemas",
        "/crm-object-schemas/v3/schemas",
        "/crm-object-schemas/2026-09/schemas",
        "/crm/object-library/2026-09/enablement",
        "/crm/v4/associations/tickets/companies/labels",
    ],
)
def test_numbered_and_date_based_paths_lead_to_the_same_core(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/crm/objects/2024-09/tickets", 404),
        ("/crm/2026-09/objects/tickets", 404),
        ("/crm/objects/v3/tickets", 404),
        ("/crm/v4/objects/tickets", 404),
        ("/crm/objects/tickets", 404),
        ("/", 404),
        ("/crm/v3/objects/tickets/search", 404),
        ("/crm/v3/objects/tickets/batch/read", 405),
    ],
)
def test_other_versions_and_methods_do_not_exist(client, path, status):
    assert client.get(path).status_code == status


def test_both_families_answer_the_same_record(client, add_tickets):
    add_tickets(1)
    numbered = client.get("/crm/v3/objects/tickets").json()
    assert numbered == client.get("/crm/objects/2026-09/tickets").json()


class TestTypes:
    @pytest.fixture
    def portal(self, portal, clock):
        portal.define_custom_object("divisions", "2-28111222", primary_property="division_name")
        portal.create("divisions", {"division_name": "North"}, at=clock.now, record_id=5)
        return portal

    @pytest.mark.parametrize("name", ["2-28111222", "p_divisions", "p4242_divisions"])
    def test_a_custom_object_answers_to_its_id_and_qualified_names(self, client, name):
        (row,) = client.get(f"/crm/v3/objects/{name}").json()["results"]
        assert list(row["properties"]) == ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"]

    @pytest.mark.parametrize("name", ["divisions", "p1_divisions", "nonsense", "0-999"])
    def test_a_bare_or_unknown_name_cannot_be_inferred(self, client, name):
        answer = client.get(f"/crm/v3/objects/{name}")
        assert answer.status_code == 400
        assert answer.json()["message"] == f"Unable to infer object type from: {name}"

    def test_the_schema_tells_id_name_and_properties(self, client):
        (schema,) = client.get("/crm-object-schemas/2026-09/schemas").json()["results"]
        assert schema["objectTypeId"] == "2-28111222"
        assert schema["fullyQualifiedName"] == "p4242_divisions"
        assert "division_name" in [definition["name"] for definition in schema["properties"]]
        one = client.get("/crm/v3/schemas/p4242_divisions", includePropertyDefinitions="false")
        assert "properties" not in one.json()
        assert client.get("/crm/v3/schemas/2-1").status_code == 404

    def test_record_limits_count_custom_objects_apart(self, client, add_tickets):
        add_tickets(3)
        body = client.get("/crm/limits/2026-09/records").json()
        usage = {
            entry["objectTypeId"]: entry["usage"] for entry in body["hubspotDefinedObjectTypes"]
        }
        assert usage["0-5"] == 3
        assert body["customObjectTypes"]["overallUsage"] == 1
        assert body["customObjectTypes"]["byObjectType"][0]["objectTypeId"] == "2-28111222"


def test_a_property_definition_has_every_field_the_client_needs(client):
    definitions = client.get("/crm/properties/2026-09/tickets").json()["results"]
    by_name = {definition["name"]: definition for definition in definitions}
    assert by_name["closed_date"]["type"] == "datetime"
    assert by_name["hs_object_id"]["type"] == "number"
    assert set(by_name["vip"]) >= {
        "label",
        "fieldType",
        "groupName",
        "options",
        "calculated",
        "dataSensitivity",
        "modificationMetadata",
        "archived",
        "createdAt",
    }
    one = client.get("/crm/properties/2026-09/tickets/vip").json()
    assert one == by_name["vip"]
    assert client.get("/crm/properties/2026-09/tickets/nonsense").status_code == 404


def test_archived_and_sensitive_definitions_come_only_when_asked_for(client, portal):
    portal.define_property("tickets", {"name": "gone", "archived": True})
    portal.define_property("tickets", {"name": "secret", "dataSensitivity": "sensitive"})
    portal.define_property("tickets", {"name": "top", "dataSensitivity": "highly_sensitive"})
    path = "/crm/properties/2026-09/tickets"

    def names(**query):
        return {definition["name"] for definition in client.get(path, **query).json()["results"]}

    assert not {"gone", "secret", "top"} & names()
    assert names(archived="true") == {"gone"}
    assert names(dataSensitivity="sensitive") == {"secret"}
    assert names(dataSensitivity="highly_sensitive") == {"top"}
    assert client.get(path, dataSensitivity="rather").status_code == 400


def test_highly_sensitive_values_are_answered_but_cannot_be_searched(client, portal, clock):
    portal.define_property("tickets", {"name": "top", "dataSensitivity": "highly_sensitive"})
    portal.create("tickets", {"top": "x"}, at=clock.now, record_id=1)
    path = "/crm/objects/2026-09/tickets/1"
    assert client.get(path, properties="top").json()["properties"]["top"] == "x"
    assert client.found({"propertyName": "top", "operator": "EQ", "value": "x"}) == []


OWNER = {
    "email": "a@example.com",
    "type": "PERSON",
    "firstName": "Ada",
    "lastName": "L",
    "createdAt": "2024-01-01T00:00:00Z",
    "updatedAt": "2024-01-01T00:00:00Z",
}


class TestOwners:
    @pytest.fixture
    def portal(self, portal):
        portal.set_owner({**OWNER, "id": "41001", "userId": 9001, "teams": [{"id": "3"}]})
        portal.set_owner({**OWNER, "id": "41005", "userId": 9005, "email": "b@example.com"})
        portal.set_owner({**OWNER, "id": "40000", "userId": 9009, "archived": True})
        return portal

    def test_active_owners_come_in_pages_ascending(self, client):
        first = client.get("/crm/owners/2026-09", limit=1).json()
        assert [owner["id"] for owner in first["results"]] == ["41001"]
        assert first["results"][0]["userIdIncludingInactive"] == 9001
        rest = client.get("/crm/owners/2026-09", **first["paging"]["next"]).json()
        assert [owner["id"] for owner in rest["results"]] == ["41005"]
        assert "paging" not in rest
        assert "teams" not in rest["results"][0]

    def test_a_deactivated_owner_has_no_user_id(self, client):
        (owner,) = client.get("/crm/owners/2026-09", archived="true").json()["results"]
        assert (owner["id"], owner["archived"]) == ("40000", True)
        assert owner["userId"] is None
        assert owner["userIdIncludingInactive"] == 9009
        assert "archivedAt" not in owner

    def test_owners_are_found_by_email_and_by_id(self, client):
        by_email = client.get("/crm/owners/2026-09", email="b@example.com").json()["results"]
        assert [owner["id"] for owner in by_email] == ["41005"]
        assert client.get("/crm/owners/2026-09/41001").json()["firstName"] == "Ada"
        assert client.get("/crm/owners/2026-09/9005", idProperty="userId").json()["id"] == "41005"
        assert client.get("/crm/owners/2026-09/40000").status_code == 404
        assert client.get("/crm/owners/2026-09", limit=501).status_code == 400


PIPELINE = {
    "id": "0",
    "label": "Support Pipeline",
    "displayOrder": 0,
    "createdAt": "1970-01-01T00:00:00Z",
    "updatedAt": "2026-01-05T08:00:00Z",
    "stages": [
        {"id": "1", "label": "New", "metadata": {"ticketState": "OPEN", "isClosed": False}},
        {"id": "4", "label": "Closed", "metadata": {"ticketState": "CLOSED", "isClosed": True}},
        {"id": "3", "label": "Old", "archived": True, "metadata": {}},
    ],
}


def test_pipelines_are_live_ones_only_and_their_metadata_is_text(client, portal):
    portal.set_pipelines("tickets", [PIPELINE, {**PIPELINE, "id": "9", "archived": True}])
    (pipeline,) = client.get("/crm/pipelines/2026-09/tickets").json()["results"]
    assert pipeline["createdAt"] == "1970-01-01T00:00:00Z"
    assert [stage["metadata"] for stage in pipeline["stages"]] == [
        {"ticketState": "OPEN", "isClosed": "false"},
        {"ticketState": "CLOSED", "isClosed": "true"},
    ]
    assert pipeline["stages"][0]["writePermissions"] == "CRM_PERMISSIONS_ENFORCEMENT"
    assert client.get("/crm/pipelines/2026-09/tickets/0").json() == pipeline
    stages = client.get("/crm/pipelines/2026-09/tickets/0/stages").json()
    assert stages == {"results": pipeline["stages"]}


def test_an_unknown_pipeline_is_a_404_with_an_empty_body(client, portal):
    answer = client.get("/crm/pipelines/2026-09/tickets/77")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("days", "offset", "milliseconds"), [(0, "-04:00", -14_400_000), (90, "-03:00", -10_800_000)]
)
def test_account_details_tell_the_present_offset_of_the_time_zone(
    client, clock, days, offset, milliseconds
):
    clock.advance(days=days)
    body = client.get("/account-info/2026-09/details").json()
    assert body["portalId"] == 4242
    assert body["timeZone"] == "America/Halifax"
    assert (body["utcOffset"], body["utcOffsetMilliseconds"]) == (offset, milliseconds)


def test_the_object_library_tells_what_is_switched_on(client, portal):
    path = "/crm/object-library/2026-09/enablement"
    portal.enabled = {"appointments"}
    assert client.get(path).json()["enablementByObjectTypeId"] == {
        "0-421": True,
        "0-410": False,
        "0-420": False,
        "0-162": False,
    }
    assert client.get("/crm/v3/objects/appointments").status_code == 200
    assert client.get("/crm/v3/objects/0-162").status_code == 403
