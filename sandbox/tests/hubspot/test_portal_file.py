"""A portal given as data."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
import requests
from sandbox.hubspot.portal import DEFAULT_TOKEN
from sandbox.hubspot.portal_file import PortalFileError, build_portal, load_portal
from sandbox.hubspot.server import Behaviour, serve

RECORD = {
    "id": "501",
    "properties": {
        "hs_object_id": "501",
        "createdate": "2026-01-14T09:31:07.412Z",
        "hs_lastmodifieddate": "2026-02-02T18:00:00Z",
        "subject": "Cannot log in",
        "home_grown": "x",
        "empty": "",
        "hs_ticket_priority": None,
    },
    "propertiesWithHistory": {
        "hs_pipeline_stage": [
            {"value": "1", "timestamp": "2026-01-14T09:31:07.412Z", "sourceType": "API"},
            {"value": "2", "timestamp": "2026-02-02T18:00:00Z", "updatedByUserId": 77},
        ]
    },
    "createdAt": "2026-01-14T09:31:07.412Z",
    "updatedAt": "2026-02-02T18:00:00Z",
    "archived": False,
    "associations": {
        "companies": {
            "results": [
                {"id": "901", "type": "ticket_to_company"},
                {"id": "901", "type": "ticket_to_company_unlabeled"},
                {"id": "902", "type": "reseller"},
            ]
        }
    },
}
ARCHIVED = {
    "id": "502",
    "properties": {},
    "createdAt": "2025-10-01T00:00:00Z",
    "updatedAt": "2025-10-02T00:00:00Z",
    "archived": True,
    "archivedAt": "2025-11-10T00:00:00Z",
}
FILE = {
    "portalId": 77,
    "timeZone": "Europe/Berlin",
    "tokens": {"pat-own": ["tickets", "crm.objects.companies.read", "crm.objects.owners.read"]},
    "owners": {"results": [{"id": "41", "userId": 9, "firstName": "Ada"}]},
    "pipelines": {"tickets": {"results": [{"id": "0", "label": "Support", "stages": []}]}},
    "properties": {"tickets": [{"name": "score", "type": "number"}]},
    "objects": {"tickets": [{"results": [RECORD], "paging": {}}, ARCHIVED]},
}


@pytest.fixture
def client(client_of_file):
    return client_of_file(FILE)


@pytest.fixture
def client_of_file(tmp_path):
    with ExitStack() as servers:

        def load(content):
            path = tmp_path / "portal.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            server = servers.enter_context(serve(load_portal(path), Behaviour(limits=False)))
            token = next(iter(content.get("tokens", {DEFAULT_TOKEN: []})))
            return lambda method, path, **more: requests.request(
                method,
                server.url + path,
                headers={"Authorization": f"Bearer {token}"},
                timeout=10,
                **more,
            )

        yield load


def test_a_record_comes_back_as_the_api_answered_it(client):
    names = [*RECORD["properties"]]
    answer = client("GET", "/crm/v3/objects/tickets", params={"properties": ",".join(names)})
    (row,) = answer.json()["results"]
    assert row["properties"] == RECORD["properties"]
    for key in ("id", "createdAt", "updatedAt", "archived"):
        assert row[key] == RECORD[key]
    assert "/contacts/77/record/0-5/501" in row["url"]


def test_history_comes_back_newest_first(client):
    path = "/crm/v3/objects/tickets/501?propertiesWithHistory=hs_pipeline_stage"
    history = client("GET", path).json()["propertiesWithHistory"]["hs_pipeline_stage"]
    assert [version["value"] for version in history] == ["2", "1"]
    assert history[0]["updatedByUserId"] == 77
    assert history[1]["sourceType"] == "API"


def test_archived_records_lie_in_the_bin_as_long_as_they_did_at_the_time_of_the_file(client):
    (row,) = client("GET", "/crm/v3/objects/tickets?archived=true").json()["results"]
    assert (row["id"], row["archivedAt"]) == ("502", ARCHIVED["archivedAt"])


def test_the_portals_time_starts_at_the_files_newest_instant(client):
    date = client("GET", "/crm/v3/owners").headers["Date"]
    assert date.startswith("Mon, 02 Feb 2026 18:00:")


def test_associations_keep_hubspots_type_ids_even_without_the_companions(client):
    path = "/crm/v4/associations/tickets/companies/batch/read"
    answer = client("POST", path, json={"inputs": [{"id": "501"}]}).json()
    first, second = answer["results"][0]["to"]
    assert first["toObjectId"] == 901
    assert [kind["typeId"] for kind in first["associationTypes"]] == [26, 339]
    assert second["associationTypes"][0]["category"] == "USER_DEFINED"
    assert second["associationTypes"][0]["label"] == "reseller"


def test_missing_definitions_are_inferred_as_text_and_given_ones_kept(client):
    definitions = client("GET", "/crm/v3/properties/tickets").json()["results"]
    types = {definition["name"]: definition["type"] for definition in definitions}
    assert types["home_grown"] == "string"
    assert types["score"] == "number"


def test_owners_pipelines_account_and_tokens_are_those_of_the_file(client):
    assert client("GET", "/crm/v3/owners").json()["results"][0]["firstName"] == "Ada"
    assert client("GET", "/crm/v3/pipelines/tickets").json()["results"][0]["label"] == "Support"
    assert client("GET", "/account-info/v3/details").json()["timeZone"] == "Europe/Berlin"
    assert client("GET", "/crm/v3/objects/contacts").status_code == 403


def test_search_finds_the_files_records(client):
    body = {"filters": [{"propertyName": "subject", "operator": "EQ", "value": "cannot log in"}]}
    answer = client("POST", "/crm/v3/objects/tickets/search", json=body).json()
    assert [row["id"] for row in answer["results"]] == ["501"]


def test_batch_read_answers_of_associations_can_be_a_section_of_their_own(client_of_file):
    result = {
        "from": {"id": "501"},
        "to": [
            {
                "toObjectId": 7,
                "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None}],
            }
        ],
    }
    call = client_of_file(
        {
            "objects": {"tickets": [{**RECORD, "associations": None}]},
            "associations": {"tickets": {"contacts": [result]}},
        }
    )
    path = "/crm/v4/associations/tickets/contacts/batch/read"
    assert call("POST", path, json={"inputs": [{"id": "501"}]}).json()["results"] == [result]


def test_custom_objects_are_described_under_schemas(client_of_file):
    schema = {"name": "divisions", "objectTypeId": "2-5", "properties": [{"name": "size"}]}
    division = {"id": 3, "properties": {"size": "1"}, "createdAt": 1000, "updatedAt": 2000}
    call = client_of_file({"schemas": [schema], "objects": {"divisions": [division]}})
    (row,) = call("GET", "/crm/v3/objects/2-5?properties=size").json()["results"]
    assert row["properties"]["size"] == "1"
    assert row["createdAt"] == "1970-01-01T00:00:01Z"


def test_an_empty_file_is_an_empty_portal(client_of_file):
    assert client_of_file({})("GET", "/crm/v3/objects/tickets").json() == {"results": []}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "the file is a list"),
        ({"ticket": []}, "'ticket' is not a section"),
        ({"portalId": "77"}, "portalId is not a whole number"),
        ({"timeZone": "Halifax"}, "timeZone is no IANA time zone"),
        ({"owners": {}}, "owners is an object"),
        ({"owners": [{"id": "x"}]}, r"owners\[0\].id is not a number"),
        ({"objects": []}, "objects is a list"),
        ({"objects": {"nonsense": []}}, "objects.nonsense names no object type"),
        ({"objects": {"tickets": [7]}}, r"objects.tickets\[0\] is a number"),
        ({"objects": {"tickets": [{"id": "x1"}]}}, r"tickets\[0\].id is not a whole number"),
        ({"objects": {"tickets": [RECORD, RECORD]}}, r"tickets\[1\].id appears twice"),
        ({"objects": {"tickets": [{"id": "1"}]}}, r"tickets\[0\].createdAt is missing"),
        (
            {"objects": {"tickets": [{**RECORD, "createdAt": "soon"}]}},
            r"tickets\[0\].createdAt is not an instant",
        ),
        (
            {"objects": {"tickets": [{**RECORD, "properties": {"score": 7}}]}},
            r"tickets\[0\].properties.score is a number. .*quote it",
        ),
        (
            {"objects": {"tickets": [{**RECORD, "propertiesWithHistory": {"a": [{}]}}]}},
            r"propertiesWithHistory.a.timestamp is not an instant",
        ),
        (
            {"objects": {"tickets": [{**RECORD, "associations": {"companies": []}}]}},
            r"tickets\[0\].associations.companies is a list",
        ),
        ({"properties": {"tickets": [{}]}}, r"properties.tickets\[0\].name is null or missing"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place_and_what_to_do(content, message):
    with pytest.raises(PortalFileError, match=message):
        build_portal(content)


def test_a_complaint_never_repeats_what_a_record_says():
    record = {**RECORD, "properties": {"subject": ["Cannot log in"]}}
    with pytest.raises(PortalFileError) as complaint:
        build_portal({"objects": {"tickets": [record]}})
    assert "Cannot log in" not in str(complaint.value)


@pytest.mark.parametrize(("text", "message"), [("{", "is not JSON"), (None, "cannot be read")])
def test_a_file_that_is_missing_or_no_json_is_named(tmp_path, text, message):
    path = tmp_path / "portal.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(PortalFileError, match=f"portal.json {message}"):
        load_portal(path)


def test_people_and_their_roles_and_teams_are_those_of_the_file(client_of_file):
    people = {
        "users": {"results": [{"id": "9001", "email": "a@example.com"}]},
        "roles": [{"id": 7, "name": "Agent", "requiresBillingWrite": False}],
        "teams": [{"id": "3", "name": "North", "userIds": ["9001"], "secondaryUserIds": []}],
    }
    call = client_of_file(people)
    assert call("GET", "/settings/v3/users").json()["results"] == people["users"]["results"]
    assert call("GET", "/settings/v3/users/roles").json()["results"][0]["id"] == "7"
    assert call("GET", "/settings/v3/users/teams").json()["results"] == people["teams"]
    with pytest.raises(PortalFileError, match=r"roles\[0\]\.id is not a number"):
        build_portal({"roles": [{"id": "agent"}]})


def test_inline_line_items_go_by_their_two_words(client_of_file):
    deal = {
        "id": "1",
        "properties": {},
        "createdAt": 1,
        "updatedAt": 1,
        "associations": {"line items": {"results": [{"id": "2", "type": "deal_to_line_item"}]}},
    }
    line = {"id": "2", "properties": {}, "createdAt": 1, "updatedAt": 1}
    call = client_of_file({"objects": {"deals": [deal], "line_items": [line]}})
    answer = call("GET", "/crm/v4/objects/line_items/2/associations/deals").json()
    assert answer["results"][0]["associationTypes"][0]["typeId"] == 20
