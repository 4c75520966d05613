"""Reads the rules of the dbt project: its variables, its schedule, and the agents' aliases."""

from __future__ import annotations

import csv
import re
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml

from sandbox.world.support_rules import Range, Rules, Schedule, Week, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES = 1440
WHOLE_DAY = "full"
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def rules_of(
    project: Path, *, reporting_zone: str | None = None, schedule_zone: str | None = None
) -> Rules:
    """The rules of a dbt project.

    Args:
        project: The folder of `dbt_project.yml`, with `models/schedule/schedule.yml` and
            `seeds/agent_aliases.csv` below it.
        reporting_zone: Another zone than the project's `reporting_timezone`.
        schedule_zone: Another zone than the project's `schedule_timezone`.

    Raises:
        ValueError: The schedule holds something that is no time, no range or no weekday.
        OSError: A file is missing.
    """
    told = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    plan = yaml.safe_load((project / "models/schedule/schedule.yml").read_text(encoding="utf-8"))
    zone = ZoneInfo(schedule_zone or told["schedule_timezone"])
    return Rules(
        reporting_zone=ZoneInfo(reporting_zone or told["reporting_timezone"]),
        schedule=schedule_of(plan["models"][0]["config"]["meta"], zone),
        aliases=_aliases(project / "seeds/agent_aliases.csv"),
        deny=_names(told["agent_deny_list"]),
        allow=_names(told["agent_allow_list"]),
        keep_unassigned=bool(told["keep_unassigned"]),
        spam_pipelines=_names(told["spam_pipelines"]),
        chat_pipelines=_names(told["live_chat_pipelines"]),
    )


def schedule_of(meta: Mapping[str, Any], zone: ZoneInfo) -> Schedule:
    """A schedule as `schedule.yml` writes it (the mapping below `meta`).

    Raises:
        ValueError: Something is no time, no range or no weekday.
    """
    weekend = meta["weekend"]
    agents = meta.get("agents") or {}
    return Schedule(
        zone=zone,
        weekend=(_moment_of_week(weekend["starts"]), _moment_of_week(weekend["ends"])),
        business_hours=_week(meta["business_hours"]),
        early_minutes=int(meta.get("early_minutes") or 0),
        shifts=_week(meta["shifts"]),
        agents={folded(name): _week(week) for name, week in agents.items()},
        holidays={_day(day): str(name) for day, name in (meta.get("holidays") or {}).items()},
    )


def _aliases(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {folded(row["alias"]): row["agent_name"].strip() for row in csv.DictReader(lines)}


def _names(listed: Iterable[str] | None) -> frozenset[str]:
    return frozenset(map(folded, listed or ()))


def _week(days: Mapping[str, Any] | None) -> Week:
    found = {_weekday(day): _ranges(told) for day, told in (days or {}).items()}
    return tuple(found.get(number, ()) for number in range(len(DAYS)))


def _ranges(told: str | list[str] | None) -> tuple[Range, ...]:
    listed = [told] if isinstance(told, str) else told or []
    return tuple(map(_range, listed))


def _range(told: str) -> Range:
    if folded(told) == WHOLE_DAY:
        return 0, DAY_MINUTES
    begins, dash, ends = told.partition("-")
    if not dash:
        raise ValueError(f"{told!r} is no range. Write one such as 09:00-17:00.")
    first, last = _clock(begins), _clock(ends)
    if first in (last, DAY_MINUTES):
        raise ValueError(f"{told!r} has no length. Write {WHOLE_DAY} for the whole day.")
    return first, last if last > first else last + DAY_MINUTES


def _moment_of_week(told: str) -> int:
    day, _, clock = told.strip().partition(" ")
    return _weekday(day) * DAY_MINUTES + _clock(clock)


def _weekday(name: str) -> int:
    if folded(name) not in DAYS:
        raise ValueError(f"{name!r} is no weekday. Write one of {', '.join(DAYS)}.")
    return DAYS.index(folded(name))


def _clock(told: str) -> int:
    found = _CLOCK.fullmatch(told.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    if minutes > DAY_MINUTES:
        raise ValueError(f"{told!r} is no time of a day. Write one such as 09:00.")
    return minutes


def _day(told: date | str) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)
