"""The kinds of records there are, as data: one line each."""

from __future__ import annotations

from dataclasses import dataclass, field

from tap_hubspot_support.columns import Column
from tap_hubspot_support.kinds import Kind


@dataclass(frozen=True)
class Borrowed:
    """A property that a record has only by association: the id of the record it belongs to.

    Attributes:
        property: Its name, as if it were one of the record's own.
        far: The other record's type, as paths name it.
    """

    property: str
    far: str


@dataclass(frozen=True)
class ObjectType:
    """One kind of CRM records and the table it becomes.

    Attributes:
        table: Name of its table and stream, singular.
        path: Its name in paths; custom objects go by their type id.
        type_id: HubSpot's number of it, such as `0-5`; custom ones start with `2-`.
        key: Key column. Every table has `id` with the same value too.
        modified: Property that moves when a record changes.
        created: Property with the instant of creation.
        copies: Un-prefixed columns that hold a property's value once more.
        names: Further names that the setting `objects` understands.
        switchable: Whether an account has to switch it on before it exists.
        pipelined: Whether it has pipelines.
        associable: Whether it can have associations at all.
        engagement: `CALL` and so on, for the kinds that share the key `engagement_id`.
        borrowed: A property that is filled from associations.
    """

    table: str
    path: str
    type_id: str
    key: str = "id"
    modified: str = "hs_lastmodifieddate"
    created: str = "createdate"
    copies: tuple[Column, ...] = ()
    names: tuple[str, ...] = ()
    switchable: bool = False
    pipelined: bool = False
    associable: bool = True
    engagement: str | None = None
    borrowed: Borrowed | None = None
    always: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "always", ("hs_object_id", self.created, self.modified))

    @property
    def is_custom(self) -> bool:
        """Whether the account defined it itself."""
        return self.type_id.startswith("2-")

    @property
    def singular(self) -> str:
        """Its name in link tables and history tables: `ticket`, `engagement`."""
        return "engagement" if self.engagement else self.table

    def is_called(self, name: str) -> bool:
        """Whether a name that somebody chose means this object type."""
        return name.lower() in {
            n.lower() for n in (self.table, self.path, self.type_id, *self.names)
        }


def _engagement(kind: str, path: str, type_id: str) -> ObjectType:
    return ObjectType(
        f"engagement_{kind}",
        path,
        type_id,
        key="engagement_id",
        created="hs_createdate",
        names=(kind,),
        engagement=kind.upper(),
    )


_DEAL_COPIES = (
    Column("deal_pipeline_id", "pipeline", Kind.TEXT),
    Column("deal_pipeline_stage_id", "dealstage", Kind.TEXT),
    Column("owner_id", "hubspot_owner_id", Kind.INTEGER),
)
STANDARD: tuple[ObjectType, ...] = (
    ObjectType("ticket", "tickets", "0-5", pipelined=True),
    ObjectType("contact", "contacts", "0-1", modified="lastmodifieddate"),
    ObjectType("company", "companies", "0-2"),
    ObjectType("deal", "deals", "0-3", key="deal_id", copies=_DEAL_COPIES, pipelined=True),
    ObjectType("line_item", "line_items", "0-8", borrowed=Borrowed("deal_id", "deals")),
    ObjectType("product", "products", "0-7", associable=False),
    ObjectType("quote", "quotes", "0-14", created="hs_createdate"),
    _engagement("call", "calls", "0-48"),
    _engagement("email", "emails", "0-49"),
    _engagement("meeting", "meetings", "0-47"),
    _engagement("note", "notes", "0-46"),
    _engagement("task", "tasks", "0-27"),
    ObjectType(
        "appointment",
        "appointments",
        "0-421",
        created="hs_createdate",
        switchable=True,
        pipelined=True,
    ),
)
"""HubSpot's own object types that this tap reads."""
