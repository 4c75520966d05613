"""What an object's properties are, and how a sample of its records uses them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_hubspot_support.columns import Column, Definition, columns_of
from tap_hubspot_support.values import CONVERTERS, Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tap_hubspot_support.objects import ObjectType

_ENUMERATION = "enumeration"
_OWN_KEY_FIELDS = {
    "ticket": ("subject", "hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"),
    "contact": ("email", "firstname", "lastname", "hubspot_owner_id"),
    "company": ("name", "domain", "hubspot_owner_id"),
    "deal": ("dealname", "amount", "pipeline", "dealstage", "hubspot_owner_id"),
    "line_item": ("name", "quantity", "price", "amount"),
    "product": ("name", "price"),
    "quote": ("hs_title", "hs_status"),
}
_ANY_KEY_FIELDS = ("hs_timestamp", "hubspot_owner_id")


@dataclass
class Findings:
    """One property: its definition, its column, and what the sample showed.

    Attributes:
        definition: What HubSpot says about it.
        column: What it becomes.
        filled: Sampled records with a value.
        misfits: Values that do not fit the column's type; they would be null in the table.
        options: How often each option of an enumeration occurs, by the option's name.
        others: Values of an enumeration that are none of its options; they stay unsaid.
    """

    definition: Definition
    column: Column
    filled: int = 0
    misfits: int = 0
    options: Counter[str] = field(default_factory=Counter)
    others: int = 0


@dataclass
class Analysis:
    """Everything an exploration found; no value of a record but the names of options.

    Attributes:
        object_type: What was explored.
        portal_id: The account.
        api_version: The paths that were used.
        generated_at: The server's time (ISO 8601).
        in_account: Live records as the account counts them; None if it does not tell.
        sampled: Records looked at.
        seconds: How long it took.
        findings: One entry per property, by name.
    """

    object_type: ObjectType
    portal_id: int
    api_version: str
    generated_at: str
    in_account: int | None
    sampled: int
    seconds: float
    findings: list[Findings]

    @property
    def by_type(self) -> dict[str, int]:
        """Number of properties by HubSpot's types, the commonest first."""
        return dict(Counter(f.definition.type for f in self.findings).most_common())

    @property
    def errors(self) -> int:
        """Sampled values that do not fit their columns."""
        return sum(f.misfits for f in self.findings)

    @property
    def empty(self) -> list[str]:
        """Properties without a value in the whole sample."""
        return [f.definition.name for f in self.findings if not f.filled]

    @property
    def key_fields(self) -> dict[str, float]:
        """How complete the fields are that nobody can do without: 1.0 is a value everywhere."""
        own = _OWN_KEY_FIELDS.get(self.object_type.table, _ANY_KEY_FIELDS)
        known = {f.definition.name: f for f in self.findings}
        names = [name for name in (*self.object_type.always, *own) if name in known]
        return {name: self.fill_rate(known[name]) for name in names}

    def fill_rate(self, findings: Findings) -> float:
        """Share of the sampled records with a value, 0 to 1."""
        return round(findings.filled / self.sampled, 4) if self.sampled else 0.0


def findings_of(
    definitions: Iterable[Definition],
    records: Sequence[Any],
    value: Callable[[Any, str], str | None],
) -> list[Findings]:
    """What a sample of records says about the live properties of their type.

    Args:
        definitions: All property definitions.
        records: The sample.
        value: The text of a record's property.
    """
    known = {d.name: d for d in definitions}
    found = [Findings(known[c.property], c) for c in columns_of(known.values(), (), ())]
    for each in found:
        for record in records:
            _count(each, value(record, each.definition.name))
    return found


def _count(findings: Findings, text: str | None) -> None:
    if text is None or not text.strip():
        return
    findings.filled += 1
    convert = CONVERTERS.get(findings.column.kind)
    if convert is not None:
        try:
            convert(text)
        except Misfit:
            findings.misfits += 1
    if findings.definition.type == _ENUMERATION:
        _count_options(findings, text)


def _count_options(findings: Findings, text: str) -> None:
    options = {option.value for option in findings.definition.options}
    # A checkbox holds several values; what is no option may be anything, so it is not written.
    for part in text.split(";") if findings.definition.field_type == "checkbox" else [text]:
        if part in options:
            findings.options[part] += 1
        else:
            findings.others += 1
