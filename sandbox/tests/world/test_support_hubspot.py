"""HubSpot's conversations, on a few things written and done by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from sandbox.world import World
from sandbox.world.entries import Change
from sandbox.world.support import conversations
from sandbox.world.support_rows import Rows
from sandbox.world.support_settings import rules_of
from sandbox.world.values import UNSET, identifier, instant, misfit, text

RULES = rules_of(Path(__file__).parents[3] / "transform")
SECOND = 1_000_000


@pytest.fixture
def world() -> World:
    return World(tickets=50, elapsed=lambda: 0)


@pytest.fixture
def ticket(world):
    """A live ticket of the support pipeline that nobody wrote e-mails about."""
    linked = {far[1] for near, far, _ in world.population.links.everything() if near[0] == "emails"}
    found = (world.population.ledger.tickets[key] for key in world.population.ledger.live)
    return next(one for one in found if one.moves[-1].pipeline == "0" and one.id not in linked)


def email(world, ticket, second, direction, owner=None, **more):
    at = ticket.created_at + 1000 * second
    office = world.population.office
    own = {"hs_timestamp": instant(at), "hs_email_direction": text(direction)}
    own |= {"hubspot_owner_id": identifier(owner) if owner else UNSET} | more
    entry = office.add("emails", at, own)
    world.population.links.link(("emails", entry.id), ("tickets", ticket.id))
    return entry


def ticket_of(world, ticket, rules=RULES):
    found = conversations(world, rules, world.clock())
    return next(one for one in found if one.id == f"hubspot:{ticket.id}")


def owner_id(world, name: str) -> int:
    return next(key for key, one in world.population.owners.items() if one.name == name)


def test_e_mails_are_messages_by_their_direction(world, ticket) -> None:
    email(world, ticket, 60, "EMAIL", owner_id(world, "Pri"))
    email(world, ticket, 60, "INCOMING_EMAIL")
    email(world, ticket, 70, "FORWARDED_EMAIL")
    email(world, ticket, 90, "INCOMING_EMAIL", hs_timestamp=UNSET)
    email(world, ticket, 80, "INCOMING_EMAIL")
    gone = email(world, ticket, 85, "INCOMING_EMAIL")
    world.population.office.books["emails"].archive(gone.id, at=world.clock())
    email(world, ticket, 95, "EMAIL")
    cut = email(world, ticket, 99, "EMAIL")
    world.population.links.unlink(("tickets", ticket.id), ("emails", cut.id))
    made = ticket_of(world, ticket)
    assert (made.team_messages, made.customer_messages) == (2, 2)
    turns = [
        (row["responder_name"], row["response_seconds"]) for row in Rows(RULES).responses(made)
    ]
    assert turns == [("Priya Raman", "0"), (None, "15")]


def test_an_owner_under_another_alias_is_no_transfer(world, ticket) -> None:
    names = ("Nadia", "Nadia O", "Pri", "Morgan", "Pri")
    ticket.history["hubspot_owner_id"] = [
        Change(ticket.created_at + number, str(owner_id(world, name)), "CRM_UI")
        for number, name in enumerate(names[:3])
    ]
    assert ticket_of(world, ticket).transfers == 1
    ticket.history["hubspot_owner_id"] += [
        Change(ticket.created_at + 9, str(owner_id(world, name)), "CRM_UI") for name in names[3:]
    ]  # within one millisecond
    assert ticket_of(world, ticket).transfers == 1


def test_a_live_chat_ticket_has_no_first_response_here(world, ticket) -> None:
    ticket.own["first_agent_reply_date"] = instant(ticket.created_at + 5000)
    assert ticket_of(world, ticket).human_wait == 5 * SECOND
    world.population.pipelines["0"].label = " live CHAT "
    assert ticket_of(world, ticket).human_wait is None
    ticket.own["first_agent_reply_date"] = instant(ticket.created_at)
    world.population.pipelines["0"].label = "Support"
    assert ticket_of(world, ticket).human_wait is None


def test_a_closing_that_is_no_instant_leaves_the_ticket_unresolved(world, ticket) -> None:
    ticket.moves = [type(ticket.moves[0])(ticket.created_at, "0", "4", closed=True)]
    ticket.own["closed_date"] = misfit("Unknown")
    made = ticket_of(world, ticket)
    assert (made.resolved, made.one_touch) == (None, None)
    assert made.first_resolved == made.created


def test_an_owner_who_left_goes_by_the_address(world, ticket) -> None:
    nameless = replace(RULES, aliases={})
    owner = world.population.owners[owner_id(world, "Jo W")]
    ticket.own["hubspot_owner_id"] = identifier(owner.id)
    assert ticket_of(world, ticket).agent == "Jonas Weber"
    assert ticket_of(world, ticket, nameless).agent == "Jo W"
    owner.archived = True
    assert ticket_of(world, ticket, nameless).agent == owner.email
    assert ticket_of(world, ticket).agent == "Jonas Weber"  # the aliases name the address
    ticket.own["hubspot_owner_id"] = identifier(77)
    assert ticket_of(world, ticket).agent == "77"
