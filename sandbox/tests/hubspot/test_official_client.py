"""HubSpot's own Python client reads the stand-in, nothing changed but its host."""

from __future__ import annotations

import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.tickets import BatchReadInputSimplePublicObjectId, PublicObjectSearchRequest
from hubspot.crm.tickets.exceptions import ApiException
from sandbox.hubspot.portal import DEFAULT_TOKEN


@pytest.fixture
def hubspot(server):
    return HubSpot(access_token=DEFAULT_TOKEN, host=server.url)


@pytest.fixture
def linked(portal, clock, add_tickets):
    ids = add_tickets(3)
    portal.create("companies", {"name": "Acme"}, at=clock.now, record_id=901)
    portal.associate("tickets", ids[0], "companies", 901, type_id=339)
    return ids


def test_it_reads_all_tickets_page_by_page(hubspot, add_tickets):
    ids = add_tickets(250)
    tickets = hubspot.crm.tickets.get_all(properties=["subject", "vip"])
    assert [int(ticket.id) for ticket in tickets] == ids
    assert tickets[0].properties["subject"] == "Ticket 0"
    assert tickets[0].properties["vip"] is None
    assert tickets[0].created_at.utcoffset().total_seconds() == 0


def test_it_reads_history_in_pages_of_fifty(hubspot, server, add_tickets):
    add_tickets(60)
    tickets = hubspot.crm.tickets.get_all(properties_with_history=["hs_pipeline_stage"])
    assert len(tickets) == 60
    (version,) = tickets[0].properties_with_history["hs_pipeline_stage"]
    assert (version.value, version.source_type) == ("1", "CRM_UI")
    assert [request.records for request in server.journal] == [50, 10]


def test_it_reads_archived_tickets(hubspot, portal, clock, add_tickets):
    add_tickets(2)
    portal.archive("tickets", 101, at=clock.now)
    (archived,) = hubspot.crm.tickets.get_all(archived=True)
    assert archived.archived is True
    assert archived.archived_at.isoformat() == "2026-02-02T02:40:00+00:00"


def test_it_reads_one_ticket_with_its_associations(hubspot, linked):
    ticket = hubspot.crm.tickets.basic_api.get_by_id(str(linked[0]), associations=["companies"])
    (company,) = ticket.associations["companies"].results
    assert (company.id, company.type) == ("901", "ticket_to_company_unlabeled")


def test_it_reads_a_batch_with_a_missing_ticket(hubspot, add_tickets):
    add_tickets(1)
    batch = BatchReadInputSimplePublicObjectId(
        inputs=[{"id": "101"}, {"id": "999"}], properties=["subject"], properties_with_history=[]
    )
    answer = hubspot.crm.tickets.batch_api.read(batch)
    assert [ticket.id for ticket in answer.results] == ["101"]
    assert answer.num_errors == 1
    assert answer.errors[0].context == {"ids": ["999"]}


def test_it_searches(hubspot, add_tickets):
    add_tickets(5)
    request = PublicObjectSearchRequest(
        filter_groups=[
            {"filters": [{"propertyName": "hs_object_id", "operator": "GT", "value": "101"}]}
        ],
        sorts=["-hs_object_id"],
        properties=["subject"],
        limit=2,
    )
    answer = hubspot.crm.tickets.search_api.do_search(request)
    assert answer.total == 4
    assert [ticket.id for ticket in answer.results] == ["113", "110"]
    assert answer.paging.next.after == "2"


def test_it_reads_owners(hubspot, portal):
    stamps = {"createdAt": "2024-01-01T00:00:00Z", "updatedAt": "2024-01-01T00:00:00.5Z"}
    team = {"id": "3", "name": "North", "primary": True}
    portal.set_owner({"id": "41", "userId": 9, "firstName": "Ada", "teams": [team], **stamps})
    portal.set_owner({"id": "42", "userId": 10, "type": "QUEUE", **stamps})
    portal.set_owner({"id": "43", "userId": 11, "archived": True, **stamps})
    first, second = hubspot.crm.owners.get_all()
    assert (first.id, first.user_id, first.first_name, first.type) == ("41", 9, "Ada", "PERSON")
    assert first.teams[0].name == "North"
    assert second.type == "QUEUE"
    (gone,) = hubspot.crm.owners.owners_api.get_page(archived=True).results
    assert (gone.user_id, gone.user_id_including_inactive) == (None, 11)


def test_it_reads_pipelines_and_stages(hubspot, portal):
    stamps = {"createdAt": "1970-01-01T00:00:00Z", "updatedAt": "2026-01-05T08:00:00Z"}
    stage = {"id": "1", "label": "New", "displayOrder": 0, "metadata": {"isClosed": "false"}}
    pipeline = {"id": "0", "label": "Support", "displayOrder": 0, "stages": [{**stage, **stamps}]}
    portal.set_pipelines("tickets", [{**pipeline, **stamps}])
    (answered,) = hubspot.crm.pipelines.pipelines_api.get_all("tickets").results
    assert (answered.id, answered.created_at.year) == ("0", 1970)
    (answered_stage,) = hubspot.crm.pipelines.pipeline_stages_api.get_all("tickets", "0").results
    assert answered_stage.metadata == {"isClosed": "false"}


def test_it_reads_properties_and_groups(hubspot):
    definitions = hubspot.crm.properties.core_api.get_all("tickets").results
    by_name = {definition.name: definition for definition in definitions}
    assert by_name["closed_date"].type == "datetime"
    assert by_name["subject"].hubspot_defined is True
    assert hubspot.crm.properties.core_api.get_by_name("tickets", "vip").type == "bool"
    groups = hubspot.crm.properties.groups_api.get_all("tickets").results
    assert "ticketinformation" in [group.name for group in groups]


def test_it_reads_associations_in_batches_and_of_one_record(hubspot, linked):
    request = BatchInputPublicFetchAssociationsBatchRequest(
        inputs=[{"id": str(record_id)} for record_id in linked]
    )
    answer = hubspot.crm.associations.v4.batch_api.get_page("tickets", "companies", request)
    (result,) = answer.results
    assert result._from.id == str(linked[0])
    (company,) = result.to
    # Its model calls the number text.
    assert company.to_object_id == "901"
    assert company.association_types[0].type_id == 339
    assert answer.num_errors == 2
    (one,) = hubspot.crm.associations.v4.basic_api.get_page(
        "tickets", str(linked[0]), "companies"
    ).results
    assert one.to_object_id == "901"


def test_it_reads_association_labels_and_custom_schemas(hubspot, portal):
    labels = hubspot.crm.associations.v4.schema.definitions_api.get_all("tickets", "companies")
    assert {label.type_id for label in labels.results} == {26, 339}
    portal.define_custom_object("divisions", "2-28111222", primary_property="division_name")
    (schema,) = hubspot.crm.schemas.core_api.get_all().results
    assert schema.object_type_id == "2-28111222"


def test_it_raises_its_own_error_with_the_envelope(hubspot, portal):
    portal.tokens[DEFAULT_TOKEN] = frozenset()
    with pytest.raises(ApiException) as refusal:
        hubspot.crm.tickets.basic_api.get_page()
    assert refusal.value.status == 403
    assert "MISSING_SCOPES" in refusal.value.body
