"""The rules as the dbt project states them."""

from datetime import date
from pathlib import Path

import pytest
from sandbox.world.support_settings import rules_of, schedule_of

PROJECT = Path(__file__).parents[3] / "transform"
UTC_LIKE = "Asia/Kathmandu"
WEEKEND = {"starts": "friday 18:00", "ends": "monday 05:00"}


def meta(**changes) -> dict:
    return {"weekend": WEEKEND, "business_hours": {}, "shifts": {}, **changes}


def test_the_projects_own_rules_are_read() -> None:
    rules = rules_of(PROJECT)
    assert rules.reporting_zone.key == "America/Halifax"
    assert rules.schedule.zone.key == "America/New_York"
    assert rules.schedule.business_hours[0] == ((540, 1020),)
    assert rules.schedule.business_hours[6] == ()
    assert rules.schedule.weekend == (4 * 1440 + 1080, 300)
    assert rules.schedule.agents["tomas lindqvist"][6] == ((1320, 1800),)
    assert rules.agent(" nadia O ") == "Nadia Okafor"
    assert rules.agent("Nobody Known", "nobody@example.com") == "Nobody Known"
    assert rules.is_manager("morgan vale ")
    assert not rules.is_manager("Nadia Okafor")


def test_zones_can_be_others() -> None:
    rules = rules_of(PROJECT, reporting_zone=UTC_LIKE, schedule_zone="Europe/Vienna")
    assert rules.reporting_zone.key == UTC_LIKE
    assert rules.schedule.zone.key == "Europe/Vienna"


def test_an_address_finds_its_agent_when_the_name_does_not(tmp_path) -> None:
    for name in ("dbt_project.yml", "models/schedule/schedule.yml", "seeds/agent_aliases.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((PROJECT / name).read_bytes())
    with (tmp_path / "seeds/agent_aliases.csv").open("a", encoding="utf-8") as aliases:
        aliases.write("JO.W@Example.com ,Jonas Weber\n")
    rules = rules_of(tmp_path)
    assert rules.agent("jo.w@example.com", "jo.w@example.com") == "Jonas Weber"
    assert rules.agent("Somebody", " jo.w@example.COM") == "Jonas Weber"
    assert rules.agent("Elif", "jo.w@example.com") == "Elif Demir"


def test_holidays_full_days_and_nights_are_read(new_york) -> None:
    plan = schedule_of(
        meta(
            business_hours={"monday": "full", "Tuesday": ["22:00-06:00", "8:00-24:00"]},
            holidays={date(2026, 7, 1): "Canada Day", "2026-12-25": "Christmas"},
        ),
        new_york,
    )
    assert plan.business_hours[0] == ((0, 1440),)
    assert plan.business_hours[1] == ((1320, 1800), (480, 1440))
    assert plan.holidays == {date(2026, 7, 1): "Canada Day", date(2026, 12, 25): "Christmas"}


@pytest.mark.parametrize("wrong", ["9h-17h", "09:00", "25:00-26:00", "24:30-25:00", "09:00-09:00"])
def test_what_is_no_range_is_refused(new_york, wrong) -> None:
    with pytest.raises(ValueError, match="Write"):
        schedule_of(meta(shifts={"monday": [wrong]}), new_york)


def test_what_is_no_weekday_is_refused(new_york) -> None:
    with pytest.raises(ValueError, match="freitag"):
        schedule_of(meta(shifts={"freitag": ["09:00-17:00"]}), new_york)


@pytest.fixture
def new_york():
    return rules_of(PROJECT).schedule.zone
