"""The simplest events of a round: something or somebody new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.office import ACTIVITIES
from sandbox.world.pipelines import Stage
from sandbox.world.property import stage_properties

if TYPE_CHECKING:
    import random

    from sandbox.world.population import Population

NEW_STAGE, REMOVED_STAGE = "80015", "90012"


class Arrivals:
    """New records, and what comes and goes in the account's settings."""

    def __init__(self, population: Population, rng: random.Random) -> None:
        self._population = population
        self._office = population.office
        self._books = {n: b for n, b in population.office.books.items() if n != "tickets"}
        self._rng = rng

    def _create_contact(self, at: int) -> None:
        self._population.customers.add_contact(at)

    def _create_company(self, at: int) -> None:
        self._population.customers.add_company(at)

    def _create_deal(self, at: int) -> None:
        self._population.sales.add_deal(at)

    def _create_line_item(self, at: int) -> None:
        self._population.sales.add_line_item(at, self._office.any("deals"))

    def _create_product(self, at: int) -> None:
        self._population.sales.add_product(at)

    def _create_quote(self, at: int) -> None:
        deal = self._office.any("deals")
        if deal is not None:
            self._population.sales.add_quote(at, deal)

    def _create_activity(self, at: int) -> None:
        self._population.activities.add(self._rng.choice(ACTIVITIES), at)

    def _create_appointment(self, at: int) -> None:
        if "appointments" in self._books:
            self._population.fieldwork.add_appointment(at)

    def _create_own_object(self, at: int) -> None:
        self._population.fieldwork.add_own_object(at)

    def _rename_role(self, _at: int) -> None:
        self._population.staff.rename_role()

    def _add_stage(self, at: int) -> None:
        sales = self._population.sales
        pipeline = next(one for one in sales.pipelines.values() if one.id != "default")
        stage = Stage(NEW_STAGE, "On hold", len(pipeline.stages), False, at, at, probability="0.3")  # noqa: FBT003
        pipeline.stages.append(stage)
        pipeline.updated_at = at
        for one in stage_properties(stage):
            self._books["deals"].define(one)
        sales.publish_pipelines()

    def _remove_stage(self, at: int) -> None:
        """The stage vanishes from the API; appointments that stand in it keep its id."""
        fieldwork = self._population.fieldwork
        for pipeline in fieldwork.pipelines.get("appointments", {}).values():
            for stage in pipeline.stages:
                stage.deleted = stage.deleted or stage.id == REMOVED_STAGE
            pipeline.updated_at = at
        fieldwork.publish_pipelines()
