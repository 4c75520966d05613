"""Appointments at customers' places, and the account's own objects: divisions, installations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.crm_properties import REGIONS
from sandbox.world.entries import Change, Entry, Staged
from sandbox.world.life import Move
from sandbox.world.links import Label
from sandbox.world.pipelines import Pipeline, other_pipelines
from sandbox.world.property import stage_properties
from sandbox.world.tickets import stay_values
from sandbox.world.values import DAY_MS, HOUR_MS, Value, decimal, instant, text

if TYPE_CHECKING:
    from sandbox.world.flavours import Flavour
    from sandbox.world.office import Office

DIVISIONS, INSTALLATIONS = 30, 60
HEAD = Label(155, 156, "Head of division")
_WORK = "CRM_UI"


class Fieldwork:
    """Visits to customers and what stands there."""

    def __init__(self, office: Office, tickets: int, flavour: Flavour) -> None:
        self._office = office
        self.thing = flavour.thing
        self.own_links = {
            ("divisions", "companies"): Label(145, 146, None),
            ("divisions", "contacts"): Label(147, 148, None),
            ("divisions", "tickets"): Label(149, 150, None),
            ("divisions", self.thing): Label(151, 152, None),
            (self.thing, "companies"): Label(153, 154, None),
        }
        self._links = office.links
        self.pipelines: dict[str, dict[str, Pipeline]] = {}
        self._define_objects(flavour.own_objects)
        self._open_staged("divisions")
        office.open_book(self.thing)
        if flavour.has_appointments:
            self._open_staged("appointments")
            for at in office.instants(max(24, tickets // 20)):
                self.add_appointment(at)
        for at in office.instants(DIVISIONS):
            self.add_division(at)
        for at in office.instants(INSTALLATIONS):
            self.add_thing(at)

    def publish_pipelines(self) -> None:
        """Show the pipelines as they are now."""
        for kind, pipelines in self.pipelines.items():
            shape = [one.definition() for one in pipelines.values() if not one.deleted]
            self._office.portal.set_pipelines(kind, shape)

    def add_appointment(self, at: int) -> Entry:
        """A new appointment with those who meet there."""
        own = {
            "hs_appointment_name": self._office.words(),
            "hs_appointment_start": instant(at + DAY_MS),
            "hs_appointment_end": instant(at + DAY_MS + HOUR_MS),
            **self._office.owner_values(),
        }
        entry = self._add_staged("appointments", at, own)
        for far, share in (("contacts", 1.0), ("companies", 0.6), ("deals", 0.2), ("tickets", 0.4)):
            if self._office.chance(share):
                for companion in self._office.ends(far, 1):
                    self._links.link(("appointments", entry.id), companion)
        return entry

    def add_own_object(self, at: int) -> Entry:
        """A new record of one of the account's own objects."""
        return self._office.rng.choice((self.add_division, self.add_thing))(at)

    def add_division(self, at: int) -> Entry:
        """A new division of some company."""
        office = self._office
        own = {
            "division_name": text(f"Division {len(office.books['divisions'].entries)}"),
            "region": text(office.rng.choice(REGIONS)),
            "headcount": decimal(str(office.rng.randrange(500))),
            **office.owner_values(),
        }
        entry = self._add_staged("divisions", at, own)
        for far, most in (("companies", 1), ("contacts", 4), ("tickets", 2)):
            for companion in office.ends(far, most):
                self._links.link(
                    ("divisions", entry.id), companion, self.own_links["divisions", far]
                )
        for contact, _ in self._links.of(("divisions", entry.id), "contacts")[:1]:
            self._links.link(("divisions", entry.id), contact, HEAD)
        return entry

    def add_thing(self, at: int) -> Entry:
        """A new installation or vehicle, in a division of a company."""
        office, thing = self._office, self.thing
        own = {"serial_number": text(f"SN-{len(office.books[thing].entries):05d}")}
        entry = office.add(thing, at, own)
        end = (thing, entry.id)
        for division in office.ends("divisions", 1):
            self._links.link(division, end, self.own_links["divisions", thing])
        for company in office.ends("companies", 1):
            self._links.link(end, company, self.own_links[thing, "companies"])
        return entry

    def enter(self, kind: str, entry: Staged, at: int) -> None:
        """An appointment or division comes into another stage."""
        pipeline = self.pipelines[kind][entry.moves[-1].pipeline]
        stage = self._office.rng.choice([*pipeline.open_stages, *pipeline.closed_stages])
        entry.moves.append(Move(at, pipeline.id, stage.id, stage.closed))
        self._office.books[kind].change(entry.id, _stage_values(entry.moves), at=at)

    def _add_staged(self, kind: str, at: int, own: dict[str, Value]) -> Entry:
        office = self._office
        pipeline = next(iter(self.pipelines[kind].values()))
        moves = [Move(at, pipeline.id, pipeline.open_stages[0].id, closed=False)]
        later = at + int(office.rng.expovariate(1 / (6 * DAY_MS)))
        if later <= office.until and office.chance(0.7):
            stage = office.rng.choice([*pipeline.open_stages[1:], *pipeline.closed_stages])
            moves.append(Move(later, pipeline.id, stage.id, stage.closed))
        own = {**own, "hs_pipeline": text(pipeline.id), **_stage_values(moves)}
        history = {"hs_pipeline_stage": [Change(m.at, m.stage, _WORK) for m in moves]}
        return office.add(kind, at, own, moves=moves, history=history)

    def _open_staged(self, kind: str) -> None:
        pipelines = self.pipelines[kind] = other_pipelines(kind, self._office.start)
        stages = [stage for one in pipelines.values() for stage in one.stages]
        generated = [one for stage in stages for one in stage_properties(stage)]
        self._office.open_book(kind, *generated)
        self.publish_pipelines()

    def _define_objects(self, type_ids: tuple[str, str]) -> None:
        portal, primaries = self._office.portal, ("division_name", "serial_number")
        for name, type_id, primary in zip(
            ("divisions", self.thing), type_ids, primaries, strict=True
        ):
            portal.define_custom_object(name, type_id, primary_property=primary)
        labels = [*self.own_links.items(), (("divisions", "contacts"), HEAD)]
        for (near, far), label in labels:
            ids = (label.type_id, label.reverse_id)
            portal.define_association(near, far, f"{near}_to_{far}", ids=ids, label=label.label)


def _stage_values(moves: list[Move]) -> dict[str, Value]:
    return {"hs_pipeline_stage": text(moves[-1].stage), **stay_values(moves)}
