"""After any number of runs the warehouse says what the world says, on every column and flag."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sandbox.hubspot.server import Fault
from sandbox.verification import FLAGS, Difference
from sandbox.verification_rules import is_object, key_columns, vanishes

FAULTS = [
    Fault(match=r"GET .*objects", kind="502", times=2, after=3),
    Fault(match=r"batch/read", kind="reset", times=1, after=4),
    Fault(match=r"search", kind="429_search", times=1, after=1),
    Fault(match=r"associations", kind="truncated", times=2, after=2),
    Fault(match=r"POST .*objects", kind="html", times=1, after=2),
    Fault(match=r"archived=true", kind="504", times=1, after=1),
    Fault(match=r"owners|settings", kind="503", times=2, after=0),
    Fault(match=r"pipelines", kind="429_burst", times=1, after=0, retry_after=1),
    Fault(match=r"/crm/", kind="423", times=1, after=9),
    Fault(match=r"objects", kind="cut", times=2, after=5),
    Fault(match=r"schemas|limits|properties", kind="500", times=2, after=0),
]
ROUNDS = 5
MODIFIED = ("property_hs_lastmodifieddate", "property_lastmodifieddate")
REFERENCE_LINKS = ("owner_team", "team_user", "property", "property_option")
DERIVED = "property_deal_id"

Key = tuple[Any, ...]


class Foresight:
    """What runs between two reconciliations cannot know, told from the world's own truth.

    HubSpot shows a change to an incremental run by the record's date of modification, by the
    recycle bin, or by the ids merged into a record. Without a sign of that kind there are only:

    * associations that came, went or moved while the record they are read from stayed as it was,
      and `property_deal_id`, which follows from one;
    * calculated properties that took another value while their record stayed as it was;
    * records purged out of the live ones.

    A sign of the record itself ends all of it: whatever is read again has to be right at once.
    When removed links wait for the reconciliation by choice, they may stay until then.
    """

    def __init__(self, truth: dict[str, Any], *, removals_wait: bool = False) -> None:
        self._removals_wait = removals_wait
        self._see(truth)

    def reconciled(self, truth: dict[str, Any]) -> None:
        """All is known again."""
        self._see(truth)

    def live(self, truth: dict[str, Any]) -> None:
        """The world has lived since it was seen last."""
        records, links = _records(truth), _links(truth)
        touched = {
            key for key, row in records.items() if _sign(row) != _sign(self._records.get(key))
        }
        moved = self._links.keys() ^ links.keys()
        self._parents = (
            self._parents | {_parent(key, {**self._records, **records}) for key in moved}
        ) - touched
        self._removed |= self._links.keys() - links.keys()
        cells = set(_changed_cells(self._records, records)) | self._cells
        self._cells = {(key, column) for key, column in cells if key not in touched}
        self._purged |= _gone(truth, "purged") & self._records.keys()
        self._records, self._links = records, links
        silent = {_property(cell) for cell in self._cells if cell[1] != DERIVED}
        assert silent <= _calculated(truth), "something else changed without a sign"

    def unexplained(self, found: list[Difference]) -> list[Difference]:
        """The differences that a run between two reconciliations must not leave."""
        return [one for one in found if not self._is_foreseen(one)]

    def hides_nothing(self) -> bool:
        """Whether there is nothing that may differ."""
        return not (self._parents or self._cells or self._purged)

    def _see(self, truth: dict[str, Any]) -> None:
        self._records, self._links = _records(truth), _links(truth)
        self._parents: set[Key] = set()
        self._removed: set[Key] = set()
        self._cells: set[tuple[Key, str]] = set()
        self._purged: set[Key] = set()

    def _is_foreseen(self, one: Difference) -> bool:
        if is_link(one.table):
            waits = self._removals_wait and (one.table, *one.key) in self._removed
            return waits or _parent((one.table, *one.key), self._records) in self._parents
        key = (one.key[0], one.table, one.key[-1])
        if one.table == "engagement":
            return one.column in FLAGS and any(
                k[2] == key[2] and k[0] == key[0] for k in self._purged
            )
        return (key, one.column) in self._cells or (one.column in FLAGS and key in self._purged)


def is_link(table: str) -> bool:
    return vanishes(table) and table not in REFERENCE_LINKS


def _records(truth: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    """Every record that HubSpot still has, live or in the bin."""
    gone = _gone(truth, "purged") | _gone(truth, "merged")
    return {
        key: row
        for table, rows in truth.items()
        if is_object(table) and table not in ("gone", "engagement")
        for row in rows.values()
        if (key := (row["portal_id"], table, row["id"])) not in gone
    }


def _links(truth: dict[str, Any]) -> dict[Key, Any]:
    return {
        (table, row["portal_id"], *(row[column] for column in key_columns(table))): row["label"]
        for table, rows in truth.items()
        if is_link(table)
        for row in rows
    }


def _gone(truth: dict[str, Any], state: str) -> set[Key]:
    return {
        (row["portal_id"], table, row["id"])
        for table, rows in truth["gone"].items()
        for row in rows.values()
        if row["state"] == state
    }


def _sign(row: dict[str, Any] | None) -> Any:
    """What HubSpot shows of a record having changed."""
    return row and (*(row.get(column) for column in MODIFIED), row["is_deleted"])


def _changed_cells(before: dict[Key, Any], now: dict[Key, Any]) -> Any:
    for key in before.keys() & now.keys():
        old, new = before[key], now[key]
        yield from ((key, c) for c in new if c.startswith("property_") and old.get(c) != new[c])


def _property(cell: tuple[Key, str]) -> Key:
    (portal, table, _), column = cell
    return (portal, table.removeprefix("engagement_"), column.removeprefix("property_"))


def _calculated(truth: dict[str, Any]) -> set[Key]:
    return {
        (one["portal_id"], one["hubspot_object"], one["name"])
        for one in truth["property"]
        if one["calculated"]
    }


def _parent(link: Key, records: dict[Key, Any]) -> Key:
    """The record that a link is read from: see Associations in the tap's README."""
    table, portal, left, *others = link
    if table == "association":
        return (portal, left, others[0])
    near, far = table.split("_", 1) if table != "line_item_deal" else ("line_item", "deal")
    kind, number = (far, others[0]) if far == "engagement" else (near, left)
    if kind == "engagement":
        kinds = (f"engagement_{one}" for one in ("call", "email", "meeting", "note", "task"))
        kind = next((k for k in kinds if (portal, k, number) in records), kind)
    return (portal, kind, number)


def disturb(pipeline: Any, faults: list[Fault]) -> None:
    """Let every account fail in these ways, and in no other."""
    for behaviour in pipeline.sandbox.hubspot.behaviours.values():
        behaviour.faults[:] = map(replace, faults)


def live(pipeline: Any) -> dict[str, Any]:
    pipeline.sandbox.world.advance(hours=4)
    pipeline.sandbox.world.settle(minutes=2)
    truth: dict[str, Any] = pipeline.sandbox.world.truth()
    return truth


def live_and_load(pipeline: Any, faults_of_round: Any, reconciled: Any, rounds: int = 10) -> None:
    """A full run and some more; between reconciliations only what is foreseen may differ."""
    waits = pipeline.tap_config["link_removals"] == "reconcile"
    disturb(pipeline, faults_of_round(0))
    pipeline.until_clean()
    assert pipeline.differences() == []
    foresight = Foresight(pipeline.sandbox.world.truth(), removals_wait=waits)
    for number in range(1, rounds + 1):
        truth = live(pipeline)
        foresight.live(truth)
        disturb(pipeline, faults_of_round(number))
        pipeline.tap_config["reconcile_days"] = 0 if number in reconciled else 7
        pipeline.until_clean()
        if number in reconciled:
            foresight.reconciled(truth)
        assert foresight.hides_nothing() == (number in reconciled)
        assert foresight.unexplained(pipeline.differences()) == [], f"in round {number}"


@pytest.mark.capability(
    *("S0-09", "S0-29", "S2-56", "S4-42", "S4-53", "S2-24", "S2-08", "S2-42", "S4-44", "S4-45"),
)
def test_rounds_of_life_and_faults_in_two_accounts_leave_no_difference(
    whole_hubspot_over: Any,
) -> None:
    pipeline = whole_hubspot_over()
    live_and_load(pipeline, lambda n: FAULTS[2 * n : 2 * n + 2], (2, ROUNDS), ROUNDS)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("removals", ["tombstone", "reconcile"])
@pytest.mark.parametrize("reconciled", [range(1, 11), (4, 10)], ids=["always", "seldom"])
def test_all_faults_in_every_round_leave_no_difference(
    whole_hubspot_over: Any, removals: str, reconciled: Any
) -> None:
    pipeline = whole_hubspot_over(tickets=600)
    pipeline.tap_config["link_removals"] = removals
    live_and_load(pipeline, lambda _: FAULTS, reconciled)


def test_a_change_the_search_index_shows_late_arrives_with_a_later_run(pipeline_over: Any) -> None:
    pipeline = pipeline_over(
        tickets=100, search_lag_ms=(180_000, 180_000), behaviour={"limits": False}
    )
    pipeline.tap_config = {"objects": ["tickets"]}
    world = pipeline.sandbox.world
    world.settle(minutes=4)
    pipeline.until_clean()
    changed = next(world.portal.records("tickets")).id
    world.portal.change("tickets", changed, {"subject": "Seen late"}, at=world.clock())
    subject = f"select property_subject from hubspot.ticket where id = {changed}"
    world.settle(minutes=1)  # the window is past the change, the index is not
    pipeline.until_clean()
    assert pipeline.query(subject) != [("Seen late",)]
    world.settle(minutes=4)
    pipeline.until_clean()
    assert pipeline.query(subject) == [("Seen late",)]
