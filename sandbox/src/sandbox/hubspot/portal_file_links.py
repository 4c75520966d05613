"""Reading the associations of a portal file, in either shape the API answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hubspot.object_types import DEFAULT_ASSOCIATIONS, PRIMARY_ASSOCIATIONS, known_type_id
from sandbox.hubspot.portal_file_shape import PortalFileError, expect_list, expect_object

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal

_FIRST_LABEL_ID = 10_001


class LinkReader:
    """Adds a file's associations to a portal.

    Named types (`ticket_to_company`) become HubSpot's own ids where it has one; any other name
    becomes a user-defined label with an id of its own.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._labels: dict[tuple[str, str, str], int] = {}

    def inline(self, near: str, near_id: int, value: Any, place: str) -> None:
        """Add what a record carries under `associations`."""
        for name, collection in expect_object(value or {}, f"{place}.associations").items():
            spot = f"{place}.associations.{name}"
            far = self._far(name, spot)
            results = expect_object(collection, spot).get("results", [])
            for entry in expect_list(results, spot):
                self._add(near, near_id, far, expect_object(entry, spot), spot)

    def section(self, value: Any) -> None:
        """Add the file's own section: {from: {to: [batch-read results]}}."""
        for near_name, by_far in expect_object(value or {}, "associations").items():
            near = self._far(near_name, f"associations.{near_name}")
            for far_name, results in expect_object(by_far, f"associations.{near_name}").items():
                place = f"associations.{near_name}.{far_name}"
                far = self._far(far_name, place)
                for result in expect_list(results, place):
                    self._result(near, far, expect_object(result, place), place)

    def _result(self, near: str, far: str, result: dict[str, Any], place: str) -> None:
        source = expect_object(result.get("from"), f"{place}.from")
        near_id = _number(source.get("id"), f"{place}.from.id")
        for entry in expect_list(result.get("to"), f"{place}.to"):
            self._add(near, near_id, far, expect_object(entry, place), place)

    def _add(self, near: str, near_id: int, far: str, entry: dict[str, Any], place: str) -> None:
        far_id = _number(entry.get("toObjectId", entry.get("id")), f"{place}.id")
        for type_id, category, label in self._types(near, far, entry, place):
            self._portal.associate(
                near, near_id, far, far_id, type_id=type_id, category=category, label=label
            )

    def _types(
        self, near: str, far: str, entry: dict[str, Any], place: str
    ) -> list[tuple[int, str, str | None]]:
        if "associationTypes" not in entry:
            return [self._named(near, far, str(entry.get("type", "")))]
        specs = [
            expect_object(spec, place) for spec in expect_list(entry["associationTypes"], place)
        ]
        return [
            (
                _number(spec.get("typeId"), f"{place}.typeId"),
                str(spec.get("category", "HUBSPOT_DEFINED")),
                spec.get("label"),
            )
            for spec in specs
        ]

    def _named(self, near: str, far: str, name: str) -> tuple[int, str, str | None]:
        plain = known_type_id(DEFAULT_ASSOCIATIONS, near, far)
        primary = known_type_id(PRIMARY_ASSOCIATIONS, near, far)
        base = f"{self._singular(near)}_to_{self._singular(far)}"
        if primary is not None and name == base:
            return primary, "HUBSPOT_DEFINED", "Primary"
        if plain is not None and name in ("", base, f"{base}_unlabeled"):
            return plain, "HUBSPOT_DEFINED", None
        key = (near, far, name)
        type_id = self._labels.setdefault(key, _FIRST_LABEL_ID + len(self._labels))
        return type_id, "USER_DEFINED", name or None

    def _singular(self, object_type: str) -> str:
        return self._portal.table(object_type).kind.singular

    def _far(self, name: str, place: str) -> str:
        # Inline associations call line items by two words.
        kind = self._portal.resolve_type(name.replace(" ", "_"))
        if kind is None and name in self._portal.schemas:
            return name
        if kind is None:
            raise PortalFileError(f"{place} names no object type. Use its plural name.")
        return kind.name


def _number(value: Any, place: str) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isdigit():
        raise PortalFileError(f"{place} is not a whole number.")
    return int(text)
