"""What a call of the new statistics asks for, checked word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.gorgias.errors import invalid, unknown_choice
from sandbox.gorgias.statistics.periods import local_period, zone
from sandbox.gorgias.statistics.scopes import GRANULARITIES, MEMBERS, OPERATORS, SCOPES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sandbox.gorgias.behaviour import Behaviour
    from sandbox.gorgias.statistics.periods import Period
    from sandbox.gorgias.statistics.scopes import Scope


@dataclass(frozen=True)
class Filter:
    """One condition; `values` are text, those of tags and custom fields objects."""

    member: str
    operator: str
    values: list[Any]

    def admits(self, value: object) -> bool:
        """Whether a value passes."""
        return (str(value) in self.values) != (self.operator == "not-one-of")


@dataclass(frozen=True)
class Query:
    """A checked question.

    Attributes:
        period: None of its instants is outside.
        granularity: Rows per time bucket, or None for totals.
    """

    name: str
    scope: Scope
    zone: ZoneInfo
    period: Period
    measures: list[str]
    dimensions: list[str]
    filters: list[Filter]
    granularity: str | None
    order: list[tuple[str, bool]]

    def wanted(self, member: str) -> list[Any] | None:
        """The values a member must have one of; None when it is not narrowed."""
        found = [one.values for one in self.filters if one.member == member]
        return found[0] if found else None


def read_query(body: dict[str, Any], behaviour: Behaviour) -> Query:
    """Check a body.

    Raises:
        ApiError: 400, naming what is wrong and what would be valid.
    """
    query = body.get("query")
    if not isinstance(query, dict):
        raise invalid("query", "Missing data for required field.")
    name = query.get("scope")
    if not isinstance(name, str) or name not in SCOPES:
        raise unknown_choice("query.scope", str(name), SCOPES)
    scope, place = SCOPES[name], zone(query.get("timezone"))
    filters = [_filter(one, behaviour) for one in _list(query, "filters")]
    if name == "ticket-fields" and not any(one.member == "customFieldId" for one in filters):
        raise invalid("query.filters", "The filter customFieldId is required for this scope.")
    measures = _measures(query, name, behaviour)
    dimensions = [
        _known(one, "query.dimensions", scope.dimensions) for one in _list(query, "dimensions")
    ]
    return Query(
        name,
        scope,
        place,
        _period(filters, place),
        measures,
        dimensions,
        [one for one in filters if not one.member.startswith("period")],
        _granularity(query, scope),
        _order(query, [*measures, *dimensions]),
    )


def _list(query: dict[str, Any], name: str) -> list[Any]:
    value = query.get(name, [])
    if not isinstance(value, list):
        raise invalid(f"query.{name}", "Not a valid list.")
    return value


def _known(given: Any, field: str, valid: Any) -> str:
    if not isinstance(given, str) or given not in valid:
        raise unknown_choice(field, str(given), valid)
    return str(given)


def _measures(query: dict[str, Any], name: str, behaviour: Behaviour) -> list[str]:
    valid = set(SCOPES[name].measures)
    if name == "satisfaction-surveys":
        valid &= set(behaviour.survey_measures)
    given = _list(query, "measures")
    if not given:
        raise invalid("query.measures", "Missing data for required field.")
    return [_known(one, "query.measures", valid) for one in given]


def _filter(given: Any, behaviour: Behaviour) -> Filter:
    if not isinstance(given, dict):
        raise invalid("query.filters", "Not an object.")
    member = _known(given.get("member"), "query.filters.member", MEMBERS)
    nested = member in ("tags", "customFields")
    operator = given.get("operator", "one-of" if nested else None)
    operator = _known(operator, "query.filters.operator", OPERATORS)
    values = given.get("values")
    if not isinstance(values, list) or not values:
        raise invalid("query.filters.values", "Missing data for required field.")
    if nested and not all(isinstance(one, dict) and _is_nested(one) for one in values):
        raise invalid("query.filters.values", "Not an object with operator and values.")
    if not nested:
        if not behaviour.integer_values and not all(isinstance(one, str) for one in values):
            raise invalid("query.filters.values", "Not a valid string.")
        values = [str(one) for one in values]
    return Filter(member, operator, values)


def _is_nested(one: dict[str, Any]) -> bool:
    return isinstance(one.get("values"), list) and one.get("operator", "one-of") in OPERATORS


def _period(filters: list[Filter], place: ZoneInfo) -> Period:
    ends = {}
    for member, operator in (("periodStart", "afterDate"), ("periodEnd", "beforeDate")):
        found = [one for one in filters if one.member == member]
        if not found:
            raise invalid("query.filters", f"The filter {member} is required.")
        _known(found[0].operator, "query.filters.operator", {operator})
        ends[member] = str(found[0].values[0])
    return local_period(ends["periodStart"], ends["periodEnd"], place)


def _granularity(query: dict[str, Any], scope: Scope) -> str | None:
    given = _list(query, "time_dimensions")
    if not given:
        return None
    one = given[0] if isinstance(given[0], dict) else {}
    _known(one.get("dimension"), "query.time_dimensions.dimension", {scope.time_dimension})
    wanted = one.get("granularity")
    return _known(wanted, "query.time_dimensions.granularity", GRANULARITIES)


def _order(query: dict[str, Any], valid: list[str]) -> list[tuple[str, bool]]:
    found = []
    for one in _list(query, "order"):
        if not isinstance(one, list) or len(one) != 2 or one[1] not in ("asc", "desc"):  # noqa: PLR2004
            raise invalid("query.order", "Write it as [[name, asc or desc]].")
        found.append((_known(one[0], "query.order", valid), one[1] == "desc"))
    return found
