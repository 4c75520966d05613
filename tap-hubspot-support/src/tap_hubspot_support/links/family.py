"""All link tables, and the companions that feed them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from singer_sdk.exceptions import ConfigValidationError

from tap_hubspot_support.links.companions import FarEnd, NearEnd
from tap_hubspot_support.links.tables import Pair, oriented, possible_pairs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tap_hubspot_support.companions import Companion
    from tap_hubspot_support.facts import Schema
    from tap_hubspot_support.links.settings import LinkSettings
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings
    from tap_hubspot_support.tables import Table


logger = logging.getLogger(__name__)

_LIKELY = ("ticket", "deal", "contact", "company")


class LinkFamily:
    """Associations between all loaded objects."""

    def tables(self, settings: Settings, objects: Sequence[ObjectType]) -> list[Table]:
        """One table per named pair, and one for all others, as far as they can have rows."""
        custom = [o.type_id for o in objects if o.is_custom]
        anything = [(a, b.type_id) for a in custom for b in objects]
        pairs = chosen_pairs(settings.links, objects, anything)
        return list({pair.table_name: pair.table for pair in pairs}.values())

    def companions(
        self, run: Run, object_type: ObjectType, wanted: Collection[str]
    ) -> list[Companion]:
        """The pairs that are read from this object type, and those that end in it."""
        found = [pair for pair in pairs_of(run) if pair.table_name in wanted]
        near = [p for p in found if p.near.type_id == object_type.type_id]
        far = [p for p in found if p.far.type_id == object_type.type_id and p not in near]
        tombstones = run.settings.link_removals == "tombstone"
        made: list[Companion] = [NearEnd(pair, tombstones=tombstones) for pair in near]
        # Without the records' own table nobody needs a walk over this end.
        if object_type.table in wanted:
            made += [FarEnd(pair, tombstones=tombstones) for pair in far]
        return made


def pairs_of(run: Run) -> list[Pair]:
    """The pairs of one portal, as far as its schemas let custom objects be associated."""
    # Who loads no custom object need not ask about them.
    schemas = run.schemas if any(o.is_custom for o in run.objects) else ()
    told = [pair for schema in schemas for pair in _told_by(schema, run.objects)]
    return chosen_pairs(run.settings.links, run.objects, told)


def _told_by(schema: Schema, objects: Iterable[ObjectType]) -> list[tuple[str, str]]:
    """Pairs of a custom object; a schema that names none is taken not to tell."""
    named = [
        (str(link.get("fromObjectTypeId")), str(link.get("toObjectTypeId")))
        for link in schema.associations
    ]
    likely = [o.type_id for o in objects if o.is_custom or o.table in _LIKELY]
    return named or [(schema.object_type_id, type_id) for type_id in likely]


def chosen_pairs(
    settings: LinkSettings, objects: Sequence[ObjectType], custom: Iterable[Collection[str]]
) -> list[Pair]:
    """The pairs to read, each once; those of objects that are not loaded are left out.

    Args:
        settings: What is wanted.
        objects: The loaded object types.
        custom: Pairs of type ids that custom objects can form.
    """
    if not settings.wanted:
        return []
    if not settings.pairs:
        return possible_pairs(objects, custom)
    named = [(_called(one, objects), _called(other, objects)) for one, other in settings.pairs]
    chosen = [oriented(one, other) for one, other in named if one and other]
    return list({pair.name: pair for pair in chosen}.values())


def check_pairs(settings: Settings, objects: Sequence[ObjectType]) -> None:
    """Look for names that mean no object; in one of several portals an object may be missing.

    Args:
        settings: The portal's settings.
        objects: All objects of the portal that are to be loaded.

    Raises:
        ConfigValidationError: A pair names an object that is not loaded.
    """
    for name in dict.fromkeys(name for pair in settings.links.pairs for name in pair):
        if _called(name, objects) is None:
            reason = f"association_pairs: no object {name!r} is loaded"
            known = ", ".join(o.path for o in objects)
            instruction = f"Use one of {known}, or add it to the setting objects"
            if not settings.many_portals:
                raise ConfigValidationError("unknown object", errors=[f"{reason}. {instruction}"])
            logger.warning("portal %s: %s", settings.name, reason)


def _called(name: str, objects: Sequence[ObjectType]) -> ObjectType | None:
    return next((o for o in objects if o.is_called(name)), None)
