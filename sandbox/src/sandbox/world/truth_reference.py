"""The rows of what records refer to: people, pipelines, property definitions, the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.tables import singular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hubspot.portal import Portal
    from sandbox.world.pipelines import Pipeline
    from sandbox.world.population import Population

Row = dict[str, Any]


def reference(population: Population, portal: Portal) -> dict[str, Any]:
    """All tables of reference data."""
    portal_id = portal.portal_id
    tables: dict[str, Any] = {
        "owner": {str(key): one.truth(portal_id) for key, one in population.owners.items()},
        **population.staff.truth(portal_id),
        "property": list(_properties(population, portal_id)),
        "property_option": list(_options(population, portal_id)),
        "account": [_account(portal)],
    }
    for object_type, pipelines in population.all_pipelines().items():
        type_id = portal.known(object_type).kind.type_id
        tables |= _pipelines(object_type, pipelines, portal_id, type_id)
    return tables


def _pipelines(
    object_type: str, pipelines: dict[str, Pipeline], portal_id: int, type_id: str
) -> dict[str, Any]:
    name = singular(object_type)
    return {
        f"{name}_pipeline": {
            key: pipeline.truth(portal_id, type_id) for key, pipeline in pipelines.items()
        },
        f"{name}_pipeline_stage": {
            f"{row['pipeline_id']}/{row['stage_id']}": row
            for pipeline in pipelines.values()
            for row in pipeline.stage_truths(portal_id)
        },
    }


def _properties(population: Population, portal_id: int) -> Iterator[Row]:
    for object_type, book in population.office.books.items():
        for one in book.properties.values():
            yield {
                "hubspot_object": singular(object_type),
                "portal_id": portal_id,
                **one.truth(book.kind.singular),
            }


def _options(population: Population, portal_id: int) -> Iterator[Row]:
    for object_type, book in population.office.books.items():
        for one in book.properties.values():
            for option in one.option_truths():
                yield {
                    "hubspot_object": singular(object_type),
                    "portal_id": portal_id,
                    **option,
                }


def _account(portal: Portal) -> Row:
    return {
        "portal_id": portal.portal_id,
        "account_type": portal.account_type,
        "time_zone": portal.time_zone,
        "company_currency": portal.company_currency,
        "ui_domain": portal.ui_domain,
        "data_hosting_location": portal.data_hosting_location,
    }
