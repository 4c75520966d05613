"""The tap's settings in their typed form, and the accounts they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError

from tap_gorgias.accounts import Account, accounts_of
from tap_gorgias.accounts_sheet import first_worksheet, read_entries
from tap_gorgias.instants import instant
from tap_gorgias.settings_schema import DEFAULT_KEY_FILE, DEFAULT_URL, LADDER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tap_gorgias.accounts_sheet import Open


@dataclass(frozen=True)
class Settings:
    """The settings of one run; durations are in the unit their name says."""

    start: datetime | None
    limit: int | None
    overlap_seconds: int
    lookback_days: float
    survey_lookback_days: float
    agent_email_pattern: re.Pattern[str] | None
    statistics_months: int
    statistics_refresh_months: int
    statistics_sources: tuple[str, ...]
    statistics_concurrency: int
    whole_numbers: bool
    count_unanswered_surveys: bool
    max_retries: int
    base_wait: float
    max_wait: float
    quota_share: float
    quota_interval_seconds: float
    max_concurrency: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Settings:
        """Typed settings of a validated configuration.

        Raises:
            ConfigValidationError: A value that the schema could not judge is wrong.
        """
        return cls(
            start=_start(config.get("start_date")),
            limit=config.get("limit"),
            overlap_seconds=config.get("overlap_seconds", 3600),
            lookback_days=float(config.get("lookback_days", 3)),
            survey_lookback_days=float(config.get("survey_lookback_days", 60)),
            agent_email_pattern=_pattern(config.get("agent_email_pattern")),
            statistics_months=config.get("statistics_months", 19),
            statistics_refresh_months=config.get("statistics_refresh_months", 3),
            statistics_sources=_sources(config.get("statistics_sources")),
            statistics_concurrency=max(1, config.get("statistics_concurrency", 4)),
            whole_numbers=config.get("whole_numbers", False),
            count_unanswered_surveys=config.get("count_unanswered_surveys", False),
            max_retries=config.get("max_retries", 5),
            base_wait=float(config.get("base_wait", 2)),
            max_wait=float(config.get("max_wait", 600)),
            quota_share=min(1.0, max(0.01, float(config.get("quota_share", 1)))),
            quota_interval_seconds=float(config.get("quota_interval_seconds", 20)),
            max_concurrency=max(1, config.get("max_concurrency", 8)),
        )

    def with_limit(self, limit: int) -> Settings:
        """The same with another record limit, for a short look."""
        return replace(self, limit=limit)


def accounts_in(config: Mapping[str, Any], open_sheet: Open = first_worksheet) -> list[Account]:
    """The accounts to read, from the settings or the sheet they name.

    Raises:
        ConfigValidationError: None are given, or the sheet cannot be read.
    """
    entries = config.get("accounts") or []
    sheet = config.get("accounts_sheet_id")
    if not entries and sheet:
        path = config.get("google_credentials_path") or DEFAULT_KEY_FILE
        entries = read_entries(path, sheet, open_sheet)
    if not entries:
        raise _wrong(
            "No accounts are given. List them in the setting accounts, or name the spreadsheet "
            "that does in accounts_sheet_id."
        )
    return accounts_of(entries, config.get("api_base_url") or DEFAULT_URL)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error:
        raise _wrong(
            "agent_email_pattern is no regular expression. A plain part of the address will do."
        ) from None


def _start(text: str | None) -> datetime | None:
    try:
        return instant(text) if text else None
    except ValueError:
        raise _wrong(
            "start_date is no date. Write it as 2026-01-31 or 2026-01-31T00:00:00Z."
        ) from None


def _sources(names: list[str] | None) -> tuple[str, ...]:
    wanted = tuple(names or LADDER)
    if unknown := sorted(set(wanted) - set(LADDER)):
        raise _wrong(f"statistics_sources knows no {unknown[0]!r}. Use {', '.join(LADDER)}.")
    return wanted


def _wrong(reason: str) -> ConfigValidationError:
    return ConfigValidationError("settings", errors=[reason])
