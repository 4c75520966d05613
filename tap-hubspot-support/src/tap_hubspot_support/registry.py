"""Where tables beside the records are plugged in: one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_hubspot_support.companions import Family
    from tap_hubspot_support.references import ReferenceFamily

FAMILIES: tuple[Family, ...] = ()
"""Companions: tables written from the pages of the object walks."""

REFERENCES: tuple[ReferenceFamily, ...] = ()
"""Tables read whole on each run."""
