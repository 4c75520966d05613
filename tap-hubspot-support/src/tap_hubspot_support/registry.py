"""Where tables beside the records are plugged in: one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_support.engagements import EngagementFamily
from tap_hubspot_support.histories import HistoryFamily
from tap_hubspot_support.links.family import LinkFamily
from tap_hubspot_support.mergers import MergerFamily
from tap_hubspot_support.reference_tables.account import account_references
from tap_hubspot_support.reference_tables.definitions import definition_references
from tap_hubspot_support.reference_tables.labels import label_references
from tap_hubspot_support.reference_tables.owners import owner_references
from tap_hubspot_support.reference_tables.people import people_references
from tap_hubspot_support.reference_tables.pipelines import pipeline_references
from tap_hubspot_support.reference_tables.schemas import schema_references

if TYPE_CHECKING:
    from tap_hubspot_support.companions import Family
    from tap_hubspot_support.references import ReferenceFamily

FAMILIES: tuple[Family, ...] = (
    LinkFamily(),
    HistoryFamily(),
    EngagementFamily(),
    MergerFamily(),
)
"""Companions: tables written from the pages of the object walks."""

REFERENCES: tuple[ReferenceFamily, ...] = (
    account_references,
    owner_references,
    people_references,
    pipeline_references,
    definition_references,
    schema_references,
    label_references,
)
"""Tables read whole on each run."""
