"""HubSpot's own Python client reads every object of a whole account, only its host changed."""

from __future__ import annotations

import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.objects import BatchReadInputSimplePublicObjectId, PublicObjectSearchRequest
from sandbox.hubspot.portal import DEFAULT_TOKEN
from sandbox.hubspot.server import Behaviour, serve
from sandbox.world import World

NAMES = {
    "tickets": "tickets",
    "contacts": "contacts",
    "companies": "companies",
    "deals": "deals",
    "line_items": "line_items",
    "products": "products",
    "quotes": "quotes",
    "calls": "calls",
    "emails": "emails",
    "meetings": "meetings",
    "notes": "notes",
    "tasks": "tasks",
    "appointments": "0-421",
    "divisions": "p_divisions",
    "installations": "2-28111333",
}
"""Every object type, and a name by which a path may call it."""
DISCOVERED = {"tickets", "contacts", "companies", "deals", "line_items", "products", "quotes"}
"""The types for which the client has methods of their own."""
PAIRS = [
    ("tickets", "contacts"),
    ("tickets", "companies"),
    ("tickets", "deals"),
    ("tickets", "emails"),
    ("contacts", "companies"),
    ("companies", "companies"),
    ("companies", "contacts"),
    ("deals", "contacts"),
    ("deals", "companies"),
    ("deals", "line_items"),
    ("line_items", "deals"),
    ("quotes", "line_items"),
    ("calls", "contacts"),
    ("emails", "companies"),
    ("meetings", "deals"),
    ("notes", "tickets"),
    ("tasks", "contacts"),
    ("appointments", "contacts"),
    ("divisions", "companies"),
    ("divisions", "installations"),
    ("installations", "divisions"),
]


@pytest.fixture(scope="module")
def world():
    made = World(tickets=60, elapsed=lambda: 0)
    for _ in range(3):
        made.advance(4)
    made.settle(2)
    return made


@pytest.fixture(scope="module")
def hubspot(world):
    with serve(world.portal, Behaviour(limits=False)) as server:
        yield HubSpot(access_token=DEFAULT_TOKEN, host=server.url)


def _ids(world, kind, *, archived=False):
    return [str(one.id) for one in world.portal.records(kind, archived=archived)]


def _everything(hubspot, kind, **arguments):
    found, after = [], None
    while True:
        page = hubspot.crm.objects.basic_api.get_page(
            NAMES[kind], limit=100, after=after, **arguments
        )
        found += page.results
        if page.paging is None:
            return found
        after = page.paging.next.after


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("archived", [False, True])
def test_it_lists_every_record_of_every_object(hubspot, world, kind, archived):
    records = _everything(hubspot, kind, archived=archived)
    assert [one.id for one in records] == _ids(world, kind, archived=archived)
    assert all(one.archived is archived for one in records)
    assert all((one.archived_at is not None) is archived for one in records)


@pytest.mark.parametrize("kind", sorted(DISCOVERED))
def test_its_own_methods_for_an_object_list_the_same(hubspot, world, kind):
    assert [one.id for one in getattr(hubspot.crm, kind).get_all()] == _ids(world, kind)


@pytest.mark.parametrize("kind", NAMES)
def test_it_reads_batches_with_all_properties_and_history(hubspot, world, kind):
    ids = _ids(world, kind)[:40]
    names = list(world.portal.definitions[kind])
    request = BatchReadInputSimplePublicObjectId(
        inputs=[{"id": one} for one in ids],
        properties=names,
        properties_with_history=[world.portal.known(kind).kind.created],
    )
    answer = hubspot.crm.objects.batch_api.read(NAMES[kind], request)
    assert sorted(one.id for one in answer.results) == sorted(ids)
    for one in answer.results:
        stored = world.portal.get(kind, int(one.id))
        assert one.properties == {name: stored.properties.get(name) for name in names}


@pytest.mark.parametrize("kind", NAMES)
def test_it_searches_by_the_modified_date_of_every_object(hubspot, world, kind):
    records = list(world.portal.records(kind))
    bound = sorted(one.updated_at for one in records)[-5]
    request = PublicObjectSearchRequest(
        filter_groups=[
            {
                "filters": [
                    {
                        "propertyName": world.portal.known(kind).kind.modified,
                        "operator": "GTE",
                        "value": str(bound),
                    }
                ]
            }
        ],
        sorts=["hs_object_id"],
        limit=200,
    )
    answer = hubspot.crm.objects.search_api.do_search(NAMES[kind], request)
    expected = [str(one.id) for one in records if one.updated_at >= bound]
    assert [one.id for one in answer.results] == expected[:200]
    assert answer.total == len(expected) >= 5


def _companions(hubspot, near, far, ids):
    """Far ids and type ids by near id, every page of every record."""
    found, inputs = {}, [{"id": one} for one in ids]
    while inputs:
        request = BatchInputPublicFetchAssociationsBatchRequest(inputs=inputs[:1000])
        answer = hubspot.crm.associations.v4.batch_api.get_page(NAMES[near], NAMES[far], request)
        inputs = inputs[1000:]
        for result in answer.results:
            kinds = [
                (int(to.to_object_id), {k.type_id for k in to.association_types})
                for to in result.to
            ]
            found.setdefault(result._from.id, []).extend(kinds)
            if result.paging:
                inputs.append({"id": result._from.id, "after": result.paging.next.after})
    return found


@pytest.mark.parametrize(("near", "far"), PAIRS)
def test_it_reads_the_associations_of_every_pair(hubspot, world, near, far):
    ids = _ids(world, near)
    expected = {
        one: [(far_id, {k.type_id for k in kinds}) for far_id, kinds in companions]
        for one in ids
        if (companions := world.portal.associated(near, int(one), far))
    }
    assert expected
    assert _companions(hubspot, near, far, ids) == expected
    one = max(expected, key=lambda key: len(expected[key]))
    page = hubspot.crm.associations.v4.basic_api.get_page(NAMES[near], one, NAMES[far], limit=500)
    assert [int(to.to_object_id) for to in page.results] == [i for i, _ in expected[one]][:500]
    labels = hubspot.crm.associations.v4.schema.definitions_api.get_all(NAMES[near], NAMES[far])
    used = set().union(*(kinds for each in expected.values() for _, kinds in each))
    assert used <= {label.type_id for label in labels.results}


@pytest.mark.parametrize("kind", NAMES)
def test_it_reads_the_property_definitions_of_every_object(hubspot, world, kind):
    definitions = hubspot.crm.properties.core_api.get_all(NAMES[kind]).results
    assert {one.name: one.type for one in definitions} == {
        name: one["type"] for name, one in world.portal.definitions[kind].items()
    }


@pytest.mark.parametrize("kind", ["tickets", "deals", "appointments", "divisions"])
def test_it_reads_the_pipelines_of_every_staged_object(hubspot, world, kind):
    pipelines = hubspot.crm.pipelines.pipelines_api.get_all(NAMES[kind]).results
    assert [(one.id, [s.id for s in one.stages]) for one in pipelines] == [
        (one["id"], [s["id"] for s in one["stages"]]) for one in world.portal.pipelines[kind]
    ]


def test_it_reads_the_schemas_of_the_accounts_own_objects(hubspot):
    schemas = hubspot.crm.schemas.core_api.get_all().results
    assert [one.name for one in schemas] == ["divisions", "installations"]
    one = hubspot.crm.schemas.core_api.get_by_id("p4242_divisions")
    assert one.object_type_id == "2-28111222"
    assert {definition.name for definition in one.associations} >= {"divisions_to_companies"}
    assert "region" in {definition.name for definition in one.properties}


def test_it_reads_owners_users_roles_and_teams(hubspot, world):
    owners = hubspot.crm.owners.get_all()
    assert {one.id for one in owners} == {
        key for key, one in world.portal.owners.items() if not one["archived"]
    }
    assert any(len(one.teams or []) > 1 for one in owners)
    users = hubspot.settings.users.users_api.get_page(limit=100).results
    assert {one.id for one in users} == world.portal.users.keys()
    (one,) = (user for user in users if user.id == "9001")
    assert hubspot.settings.users.users_api.get_by_id("9001").email == one.email
    roles = hubspot.settings.users.roles_api.get_all().results
    assert {one.id for one in roles} == world.portal.roles.keys()
    teams = hubspot.settings.users.teams_api.get_all().results
    assert {one.name for one in teams} == {"Support", "Escalations"}
