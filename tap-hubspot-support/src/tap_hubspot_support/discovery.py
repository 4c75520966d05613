"""Which objects and tables there are, from all portals or from a catalog made earlier."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import AbortedSyncPausedException, ConfigValidationError

from tap_hubspot_support._endings import FAILURES
from tap_hubspot_support.behind import objects_behind
from tap_hubspot_support.client import ForbiddenError, UnreachableError
from tap_hubspot_support.columns import Column, Definition, columns_of, merged, table_schema
from tap_hubspot_support.links.borrowing import borrowed_definitions
from tap_hubspot_support.links.family import check_pairs
from tap_hubspot_support.objects import STANDARD
from tap_hubspot_support.registry import FAMILIES, REFERENCES
from tap_hubspot_support.rejections import REJECTED_VALUE
from tap_hubspot_support.rows import fixed_columns
from tap_hubspot_support.tables import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

logger = logging.getLogger(__name__)

_AT_A_TIME = 8
_EXPECTED = "ticket"
"""The object this tap is named for: a token that may not read it is a wrong one."""


@dataclass
class Found:
    """What one portal has.

    Attributes:
        objects: Its object types, without those the token may not read.
        columns: Property columns by table.
        failures: Why the properties of a table could not be read.
        failure: Why nothing could be read.
    """

    objects: list[ObjectType] = field(default_factory=list)
    columns: dict[str, list[Column]] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    failure: Exception | None = None


def explore(run: Run) -> Found:
    """The objects of a portal with their properties.

    Raises:
        UnreachableError: Nobody answers, and this is the only portal.
        AbortedSyncPausedException: To come back later, and this is the only portal.
        ConfigValidationError: The settings name an object that does not exist.
    """
    found = Found()
    try:
        found.objects = _existing(run)
        _read_columns(run, found)
    except (*FAILURES, AbortedSyncPausedException) as failure:
        alone = not run.settings.many_portals
        if alone and isinstance(failure, (UnreachableError, AbortedSyncPausedException)):
            raise
        found.failure = failure
        found.objects = found.objects or _chosen(run, STANDARD)
    run.objects = tuple(found.objects)
    return found


def recognise(run: Run, names: Collection[str]) -> Found:
    """The objects that a catalog's streams are about; asks only about custom objects.

    Args:
        run: The portal.
        names: The catalog's streams.
    """
    standard = _chosen(run, STANDARD)
    found = Found(objects=[o for o in standard if o.table in names])
    found.objects += objects_behind(names, run.settings, found.objects, standard)
    try:
        if _unexplained(run.settings, names):
            own = _chosen(run, [s.object_type for s in run.schemas])
            found.objects += [o for o in own if o.table in names]
            found.objects += objects_behind(names, run.settings, found.objects, own)
    except (*FAILURES, AbortedSyncPausedException) as failure:
        found.failure = failure
    run.objects = tuple(found.objects)
    return found


def record_table(object_type: ObjectType, columns: Iterable[Column]) -> Table:
    """The table of an object with these property columns."""
    key = f"property_{object_type.modified}"
    all_columns = [*columns, *object_type.copies]
    schema = table_schema(fixed_columns(object_type), all_columns)
    for copy in object_type.copies:
        schema["properties"][copy.name] = copy.kind.schema
    return Table(
        object_type.table,
        (object_type.key,),
        schema["properties"],
        grain=f"one row per {_thing(object_type)}, live or deleted",
        replication_key=key if key in schema["properties"] else None,
    )


def _thing(object_type: ObjectType) -> str:
    return (object_type.engagement or object_type.table).lower().replace("_", " ")


def united(found: Sequence[Found]) -> dict[str, list[Column]]:
    """Property columns by table, over all portals; text where their types differ."""
    tables: dict[str, dict[str, list[Column]]] = {}
    for one in found:
        for table, columns in one.columns.items():
            for column in columns:
                tables.setdefault(table, {}).setdefault(column.name, []).append(column)
    return {
        table: [
            Column(name, same[0].property, merged(c.kind for c in same))
            for name, same in sorted(columns.items())
        ]
        for table, columns in tables.items()
    }


def all_objects(found: Iterable[Found]) -> list[ObjectType]:
    """The object types of all portals, each table once."""
    return list({o.table: o for one in found for o in reversed(one.objects)}.values())


def all_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:
    """All tables that are read whole."""
    return [reference for family in REFERENCES for reference in family(settings, objects)]


def fixed_tables(settings: Settings, objects: Sequence[ObjectType]) -> list[Table]:
    """All tables whose columns do not depend on the account."""
    beside = [table for family in FAMILIES for table in family.tables(settings, objects)]
    whole = [table for ref in all_references(settings, objects) for table in ref.tables]
    return [*beside, *whole, REJECTED_VALUE]


def _unexplained(settings: Settings, names: Collection[str]) -> set[str]:
    """Names of streams that only custom objects can explain."""
    known = {o.table for o in STANDARD} | {t.name for t in fixed_tables(settings, STANDARD)}
    return set(names) - known


def _existing(run: Run) -> list[ObjectType]:
    own = [schema.object_type for schema in run.schemas] if _may_be_custom(run) else []
    chosen = _chosen(run, [*STANDARD, *own])
    _check_names(run, chosen)
    check_pairs(run.settings, chosen)
    return [o for o in chosen if not o.switchable or _is_enabled(run, o)]


def _may_be_custom(run: Run) -> bool:
    names = run.settings.objects
    return not names or any(not any(o.is_called(n) for o in STANDARD) for n in names)


def _chosen(run: Run, objects: Iterable[ObjectType]) -> list[ObjectType]:
    names = run.settings.objects
    return [o for o in objects if not names or any(o.is_called(name) for name in names)]


def _check_names(run: Run, chosen: Sequence[ObjectType]) -> None:
    for name in run.settings.objects:
        if not any(o.is_called(name) for o in chosen):
            reason = f"objects: the account has no object {name!r}"
            known = ", ".join(o.table for o in STANDARD)
            instruction = f"Use one of {known}, or the name of a custom object"
            raise ConfigValidationError("unknown object", errors=[f"{reason}. {instruction}"])


def _is_enabled(run: Run, object_type: ObjectType) -> bool:
    if run.enabled.get(object_type.type_id, False):
        return True
    logger.info("not switched on in this account, so left out: %s", object_type.table)
    return False


def _read_columns(run: Run, found: Found) -> None:
    with ThreadPoolExecutor(_AT_A_TIME, "properties") as pool:
        answers = list(pool.map(lambda o: _columns(run, o), found.objects))
    for object_type, answer in zip(list(found.objects), answers, strict=True):
        if not isinstance(answer, Exception):
            found.columns[object_type.table] = answer
        elif isinstance(answer, (UnreachableError, AbortedSyncPausedException)):
            raise answer
        elif isinstance(answer, ForbiddenError) and _may_be_missing(run, object_type):
            logger.warning("left out: %s", answer)
            found.objects.remove(object_type)
        else:
            found.failures[object_type.table] = answer


def _may_be_missing(run: Run, object_type: ObjectType) -> bool:
    return not run.settings.objects and object_type.table != _EXPECTED


def _columns(run: Run, object_type: ObjectType) -> list[Column] | Exception:
    try:
        definitions = _with_borrowed(run, object_type)
    except (*FAILURES, AbortedSyncPausedException) as failure:
        return failure
    allow = _meant(run.settings.allow, object_type)
    deny = _meant(run.settings.deny, object_type)
    columns = columns_of(
        definitions,
        [*allow, *object_type.always] if allow else [],
        [name for name in deny if name not in object_type.always],
    )
    known = {column.property for column in columns}
    # HubSpot sends these with every record, whether or not it defines them.
    own = [Definition(n, "datetime") for n in object_type.always if n not in known]
    return sorted([*columns, *columns_of(own, [], [])], key=lambda column: column.property)


def _with_borrowed(run: Run, object_type: ObjectType) -> list[Definition]:
    """All definitions; what the account defined itself comes before what is borrowed."""
    return [*borrowed_definitions(run, object_type), *run.definitions(object_type)]


def _meant(names: Iterable[str], object_type: ObjectType) -> list[str]:
    """The property names of an allow or deny list that are about an object.

    `ticket.subject` is about tickets, `subject` about all.
    """
    found = []
    for name in names:
        table, dot, property_name = name.partition(".")
        if not dot:
            found.append(name)
        elif object_type.is_called(table):
            found.append(property_name)
    return found


def is_left_out(column: str, settings: Settings, object_type: ObjectType) -> bool:
    """Whether the allow and deny lists leave out a property of a catalog."""
    allow, deny = _meant(settings.allow, object_type), _meant(settings.deny, object_type)
    if column in object_type.always:
        return False
    return column in deny or bool(allow and column not in allow)


def schemas_of(catalog: Any) -> dict[str, dict[str, Any]]:
    """The schema of each stream of a catalog."""
    return {entry.tap_stream_id: entry.schema.to_dict() for entry in catalog.streams}
