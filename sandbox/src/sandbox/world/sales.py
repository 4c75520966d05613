"""Deals with their line items, the products sold, and the quotes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.world.crm_properties import DEAL_TYPES, QUOTE_STATES
from sandbox.world.entries import Change, Entry, Staged
from sandbox.world.life import Move
from sandbox.world.links import Label
from sandbox.world.pipelines import other_pipelines
from sandbox.world.property import stage_properties
from sandbox.world.tickets import stay_values
from sandbox.world.values import DAY_MS, UNSET, Value, boolean, decimal, identifier, instant, text

if TYPE_CHECKING:
    from sandbox.world.office import Office
    from sandbox.world.pipelines import Pipeline

DECISION_MAKER = Label(51, 52, "Decision maker")
PRODUCTS = 40
MOST_LINES = 4
_WORK = "AUTOMATION_PLATFORM"


class Sales:
    """Sells to the customers."""

    def __init__(self, office: Office, tickets: int) -> None:
        self._office = office
        self._links = office.links
        self.pipelines = other_pipelines("deals", office.start)
        stages = [stage for one in self.pipelines.values() for stage in one.stages]
        generated = [one for stage in stages for one in stage_properties(stage)]
        self.deals = office.open_book("deals", *generated)
        for name in ("products", "line_items", "quotes"):
            office.open_book(name)
        self.publish_pipelines()
        for at in office.instants(PRODUCTS):
            self.add_product(at)
        for at in office.instants(max(40, tickets // 10)):
            self.add_deal(at)
        self._crowd()

    def publish_pipelines(self) -> None:
        """Show the deal pipelines as they are now."""
        shape = [one.definition() for one in self.pipelines.values() if not one.deleted]
        self._office.portal.set_pipelines("deals", shape)

    def add_product(self, at: int) -> Entry:
        """A new product."""
        number = len(self._office.books["products"].entries)
        price = self._price()
        own = {
            "name": text(f"Plan {number}"),
            "hs_sku": text(f"SKU-{number:04d}"),
            "price": decimal(_digits(price), str(price)),
        }
        return self._office.add("products", at, own)

    def add_deal(self, at: int) -> Entry:
        """A new deal with its customers, line items and sometimes a quote."""
        office = self._office
        pipeline = office.rng.choice(list(self.pipelines.values()))
        moves = list(self._moves(pipeline, at))
        amount = self.amount()
        own = {
            "dealname": text(f"Deal {len(self.deals.entries)}"),
            "dealtype": text(office.rng.choice(DEAL_TYPES)),
            "pipeline": text(pipeline.id),
            "amount": amount,
            "closedate": instant(moves[-1].at + 30 * DAY_MS),
            **self.stage_values(moves),
            **office.owner_values(),
        }
        history = {"dealstage": [Change(m.at, m.stage, _WORK, "wf-3") for m in moves]}
        deal = office.add("deals", at, own, moves=moves, history=history)
        self._link(deal)
        for _ in range(office.rng.randint(0, MOST_LINES)):
            self.add_line_item(at, deal.id)
        if office.chance(0.25):
            self.add_quote(at, deal.id)
        return deal

    def add_line_item(self, at: int, deal: int | None) -> Entry:
        """A line item of a deal, or one that nobody has taken yet."""
        office = self._office
        product = office.any("products")
        price, quantity = self._price(), office.rng.choice((1, 1, 2, 3, 10))
        own = {
            "name": office.words(),
            "price": decimal(_digits(price), str(price)),
            "quantity": decimal(str(quantity)),
            "amount": decimal(_digits(price * quantity)),
            "hs_product_id": UNSET if product is None else identifier(product),
        }
        line = office.add("line_items", at, own)
        if deal is not None:
            self._links.link(("line_items", line.id), ("deals", deal))
        return line

    def add_quote(self, at: int, deal: int) -> Entry:
        """A quote for a deal, to its customers, over its line items."""
        office = self._office
        own = {
            "hs_title": text(f"Quote {len(office.books['quotes'].entries)}"),
            "hs_status": text(office.rng.choice(QUOTE_STATES)),
            "hs_expiration_date": instant(at + 30 * DAY_MS),
            "hs_quote_amount": self.amount(),
        }
        quote = office.add("quotes", at, own)
        self._links.link(("quotes", quote.id), ("deals", deal))
        for far in ("contacts", "companies", "line_items"):
            for end, _ in self._links.of(("deals", deal), far)[:2]:
                self._links.link(("quotes", quote.id), end)
        return quote

    def enter(self, deal: Staged, at: int) -> None:
        """A deal comes into another stage, sometimes of another pipeline."""
        office = self._office
        pipeline = self.pipelines[deal.moves[-1].pipeline]
        if office.chance(0.1):
            pipeline = office.rng.choice(list(self.pipelines.values()))
        stages = [*pipeline.open_stages, *pipeline.closed_stages]
        stage = office.rng.choice(stages)
        deal.moves.append(Move(at, pipeline.id, stage.id, stage.closed))
        values = {**self.stage_values(deal.moves), "closedate": instant(at)}
        if deal.value("pipeline").wire != pipeline.id:
            values["pipeline"] = text(pipeline.id)
        self.deals.change(deal.id, values, at=at, source=_WORK)

    def stage_values(self, moves: list[Move]) -> dict[str, Value]:
        """What follows from the stages a deal went through."""
        last = moves[-1]
        stages = self.pipelines[last.pipeline].stages
        stage = next(one for one in stages if one.id == last.stage)
        return {
            **stay_values(moves),
            "dealstage": text(last.stage),
            "hs_is_closed": boolean(last.closed),
            "hs_is_closed_won": boolean(stage.won),
            "hs_deal_stage_probability": decimal(stage.probability or "0"),
        }

    def _moves(self, pipeline: Pipeline, at: int) -> list[Move]:
        office = self._office
        way = [*pipeline.open_stages, office.rng.choice(pipeline.closed_stages)]
        moves = []
        for stage in way[: office.rng.randint(1, len(way))]:
            if at > office.until:
                break
            moves.append(Move(at, pipeline.id, stage.id, stage.closed))
            at += 1 + int(office.rng.expovariate(1 / (5 * DAY_MS)))
        return moves

    def _link(self, deal: Entry) -> None:
        office, end = self._office, ("deals", deal.id)
        for number, contact in enumerate(office.ends("contacts", office.rng.randint(1, 3))):
            self._links.link(end, contact)
            if number == 0 and office.chance(0.5):
                self._links.link(end, contact, DECISION_MAKER)
        if office.chance(0.8):
            (company,) = office.ends("companies", 1)
            self._links.link_primary(end, company)
        if office.chance(0.2):
            for ticket in office.ends("tickets", 1):
                self._links.link(ticket, end)

    def _crowd(self) -> None:
        """One deal has more line items than a page of inline associations holds."""
        for at in self._office.instants(120):
            self.add_line_item(at, self.deals.live[0])

    def amount(self) -> Value:
        """A sum of money."""
        cents = self._office.rng.randrange(1, 100_000_000)
        return decimal(_digits(Decimal(cents) / 100), f"{cents // 100}.{cents % 100:02d}")

    def _price(self) -> Decimal:
        return Decimal(self._office.rng.randrange(1, 1_000_000)).scaleb(
            -self._office.rng.choice((0, 2, 4))
        )


def _digits(number: Decimal) -> str:
    """Decimal digits without exponent and trailing zeros."""
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
