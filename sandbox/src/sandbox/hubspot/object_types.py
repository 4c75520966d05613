"""HubSpot's object types: ids, names in paths, scopes, and the properties every portal has.

Source: the object type and default-property tables of HubSpot's CRM guides.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectType:
    """One object type; `name` is the plural path name the portal uses everywhere."""

    name: str
    singular: str
    type_id: str
    read_scopes: frozenset[str]
    created: str = "createdate"
    modified: str = "hs_lastmodifieddate"
    extra_defaults: tuple[str, ...] = ()
    custom: bool = False
    optional: bool = False

    @property
    def system(self) -> tuple[str, str, str]:
        """The three properties every answer carries, asked for or not."""
        return ("hs_object_id", self.created, self.modified)

    @property
    def defaults(self) -> tuple[str, ...]:
        """The properties answered when a request names none."""
        return tuple(sorted({*self.system, *self.extra_defaults}))

    def path_names(self, portal_id: int) -> tuple[str, ...]:
        """Return the names by which a path may call the type."""
        if self.custom:
            return (self.type_id, f"p_{self.name}", f"p{portal_id}_{self.name}")
        return (self.name, self.singular, self.type_id)

    def inline_key(self, portal_id: int) -> str:
        """Return the key of inline associations; for custom types a guess, nobody knows.

        Line items are written with a space there.
        """
        return f"p{portal_id}_{self.name}" if self.custom else self.name.replace("_", " ")

    @property
    def upper(self) -> str:
        """The name used inside error messages, such as TICKET."""
        return self.singular.upper()


EMAIL_BODY_SCOPE = "sales-email-read"
EMAIL_BODIES = frozenset({"hs_body_preview", "hs_email_headers", "hs_email_html", "hs_email_text"})
"""What of an e-mail only that scope opens."""
_CONTACTS_READ = frozenset({"crm.objects.contacts.read"})
_COMMERCE = "e-commerce"


def _activity(name: str, singular: str, type_id: str) -> ObjectType:
    return ObjectType(name, singular, type_id, _CONTACTS_READ, created="hs_createdate")


def _commerce(name: str, singular: str, type_id: str, *extra: str) -> ObjectType:
    scopes = frozenset({f"crm.objects.{name}.read", _COMMERCE})
    return ObjectType(name, singular, type_id, scopes, extra_defaults=extra)


def _plain(name: str, singular: str, type_id: str) -> ObjectType:
    return ObjectType(name, singular, type_id, frozenset({f"crm.objects.{name}.read"}))


def _dated(name: str, singular: str, type_id: str, *, optional: bool = False) -> ObjectType:
    scopes = frozenset({f"crm.objects.{name}.read"})
    return ObjectType(name, singular, type_id, scopes, created="hs_createdate", optional=optional)


STANDARD: tuple[ObjectType, ...] = (
    ObjectType(
        "tickets",
        "ticket",
        "0-5",
        frozenset({"tickets"}),
        extra_defaults=(
            "content",
            "hs_pipeline",
            "hs_pipeline_stage",
            "hs_ticket_category",
            "hs_ticket_priority",
            "subject",
        ),
    ),
    ObjectType(
        "contacts",
        "contact",
        "0-1",
        _CONTACTS_READ,
        modified="lastmodifieddate",
        extra_defaults=("email", "firstname", "lastname"),
    ),
    ObjectType(
        "companies",
        "company",
        "0-2",
        frozenset({"crm.objects.companies.read"}),
        extra_defaults=("domain", "name"),
    ),
    ObjectType(
        "deals",
        "deal",
        "0-3",
        frozenset({"crm.objects.deals.read"}),
        extra_defaults=("amount", "closedate", "dealname", "dealstage", "pipeline"),
    ),
    _commerce("products", "product", "0-7", "description", "name", "price"),
    _commerce("line_items", "line_item", "0-8", "amount", "price", "quantity"),
    ObjectType(
        "quotes",
        "quote",
        "0-14",
        frozenset({"crm.objects.quotes.read", _COMMERCE}),
        created="hs_createdate",
        extra_defaults=("hs_expiration_date", "hs_public_url_key", "hs_status", "hs_title"),
    ),
    _activity("calls", "call", "0-48"),
    _activity("emails", "email", "0-49"),
    _activity("meetings", "meeting", "0-47"),
    _activity("notes", "note", "0-46"),
    _activity("tasks", "task", "0-27"),
    _activity("communications", "communication", "0-18"),
    _activity("postal_mail", "postal_mail", "0-116"),
    _plain("leads", "lead", "0-136"),
    _plain("orders", "order", "0-123"),
    _plain("carts", "cart", "0-142"),
    _plain("invoices", "invoice", "0-53"),
    _plain("commerce_payments", "commerce_payment", "0-101"),
    _plain("subscriptions", "subscription", "0-69"),
    _plain("users", "user", "0-115"),
    _plain("goal_targets", "goal_target", "0-74"),
    _dated("feedback_submissions", "feedback_submission", "0-19"),
    _dated("appointments", "appointment", "0-421", optional=True),
    _dated("courses", "course", "0-410", optional=True),
    _dated("listings", "listing", "0-420", optional=True),
    _dated("services", "service", "0-162", optional=True),
)

DATETIME_DEFAULTS = frozenset(
    {"createdate", "hs_createdate", "hs_lastmodifieddate", "lastmodifieddate", "closedate"}
    | {"hs_expiration_date"}
)
NUMBER_DEFAULTS = frozenset({"hs_object_id", "amount", "price", "quantity"})
ENUMERATION_DEFAULTS = frozenset(
    {
        "hs_pipeline",
        "hs_pipeline_stage",
        "hs_ticket_category",
        "hs_ticket_priority",
        "dealstage",
        "pipeline",
    }
)

# (from, to) -> (typeId, reverse typeId) of the association without a label.
DEFAULT_ASSOCIATIONS: dict[tuple[str, str], tuple[int, int]] = {
    ("tickets", "contacts"): (16, 15),
    ("tickets", "companies"): (339, 340),
    ("tickets", "deals"): (28, 27),
    ("tickets", "tickets"): (452, 452),
    ("contacts", "contacts"): (449, 449),
    ("companies", "companies"): (450, 450),
    ("deals", "deals"): (451, 451),
    ("contacts", "companies"): (279, 280),
    ("contacts", "deals"): (4, 3),
    ("deals", "companies"): (341, 342),
    ("line_items", "deals"): (20, 19),
    ("quotes", "deals"): (64, 63),
    ("quotes", "line_items"): (67, 68),
    ("quotes", "contacts"): (69, 70),
    ("quotes", "companies"): (71, 72),
    ("calls", "companies"): (182, 181),
    ("calls", "contacts"): (194, 193),
    ("calls", "deals"): (206, 205),
    ("calls", "tickets"): (220, 219),
    ("emails", "companies"): (186, 185),
    ("emails", "contacts"): (198, 197),
    ("emails", "deals"): (210, 209),
    ("emails", "tickets"): (224, 223),
    ("meetings", "companies"): (188, 187),
    ("meetings", "contacts"): (200, 199),
    ("meetings", "deals"): (212, 211),
    ("meetings", "tickets"): (226, 225),
    ("notes", "companies"): (190, 189),
    ("notes", "contacts"): (202, 201),
    ("notes", "deals"): (214, 213),
    ("notes", "tickets"): (228, 227),
    ("tasks", "companies"): (192, 191),
    ("tasks", "contacts"): (204, 203),
    ("tasks", "deals"): (216, 215),
    ("tasks", "tickets"): (230, 229),
    ("appointments", "contacts"): (906, 907),
    ("appointments", "companies"): (908, 909),
    ("appointments", "deals"): (944, 945),
    ("appointments", "tickets"): (946, 947),
}
# The pairs in which HubSpot keeps one companion marked as the primary one.
PRIMARY_ASSOCIATIONS: dict[tuple[str, str], tuple[int, int]] = {
    ("tickets", "companies"): (26, 25),
    ("contacts", "companies"): (1, 2),
    ("deals", "companies"): (5, 6),
}


def known_type_id(table: dict[tuple[str, str], tuple[int, int]], near: str, far: str) -> int | None:
    """Return the type id of a pair in either order, or None when HubSpot defines none."""
    if (near, far) in table:
        return table[near, far][0]
    return table[far, near][1] if (far, near) in table else None


def reverse_of(from_type: str, to_type: str, type_id: int) -> int:
    """Return the type id of the opposite direction; the same id when HubSpot names none."""
    for table in (DEFAULT_ASSOCIATIONS, PRIMARY_ASSOCIATIONS):
        if known_type_id(table, from_type, to_type) == type_id:
            return known_type_id(table, to_type, from_type) or type_id
    return type_id
