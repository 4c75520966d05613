"""Calls, e-mails, meetings, notes and tasks, and what they were about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.crm_properties import TASK_STATES
from sandbox.world.office import ACTIVITIES
from sandbox.world.values import HOUR_MS, Value, decimal, instant, text

if TYPE_CHECKING:
    from sandbox.world.entries import Entry
    from sandbox.world.office import Office

DIRECTIONS = ("INCOMING_EMAIL", "INCOMING_EMAIL", "EMAIL", "EMAIL", "FORWARDED_EMAIL")
SHARES = {"calls": 10, "emails": 3, "meetings": 12, "notes": 12, "tasks": 12}
"""One activity of each kind for so many tickets."""
FEWEST = 12
TICKET_SHARE, COMPANY_SHARE, DEAL_SHARE = 0.6, 0.5, 0.25


class Activities:
    """What agents did, beside the tickets' own life."""

    def __init__(self, office: Office, tickets: int) -> None:
        self._office = office
        for kind in ACTIVITIES:
            office.open_book(kind)
        for kind in ACTIVITIES:
            for at in office.instants(max(FEWEST, tickets // SHARES[kind])):
                self.add(kind, at)

    def add(self, kind: str, at: int) -> Entry:
        """A new activity with those it was about."""
        own = {"hs_timestamp": instant(at - at % 1000), **self._own(kind, at)}
        entry = self._office.add(kind, at, own | self._office.owner_values())
        self._link((kind, entry.id))
        return entry

    def _own(self, kind: str, at: int) -> dict[str, Value]:
        office, rng = self._office, self._office.rng
        if kind == "calls":
            return {
                "hs_call_title": office.words(),
                "hs_call_duration": decimal(str(rng.randrange(3_600_000))),
            }
        if kind == "emails":
            return {
                "hs_email_subject": office.words(),
                "hs_email_text": office.prose(),
                "hs_email_direction": text(rng.choice(DIRECTIONS)),
            }
        if kind == "meetings":
            return {
                "hs_meeting_title": office.words(),
                "hs_meeting_start_time": instant(at),
                "hs_meeting_end_time": instant(at + HOUR_MS),
            }
        if kind == "notes":
            return {"hs_note_body": office.prose()}
        return {
            "hs_task_subject": office.words(),
            "hs_task_status": text(rng.choice(TASK_STATES)),
        }

    def _link(self, end: tuple[str, int]) -> None:
        office, links = self._office, self._office.links
        shares = (("tickets", TICKET_SHARE), ("companies", COMPANY_SHARE), ("deals", DEAL_SHARE))
        for contact in office.ends("contacts", office.rng.randint(0, 2)):
            links.link(end, contact)
        for far, share in shares:
            if office.chance(share):
                for companion in office.ends(far, 1):
                    links.link(end, companion)
