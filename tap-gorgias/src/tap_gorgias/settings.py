"""The tap's settings: their JSON schema and their typed form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError

from tap_gorgias.accounts import Account, accounts_of
from tap_gorgias.accounts_sheet import first_worksheet, read_entries
from tap_gorgias.clock import instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tap_gorgias.accounts_sheet import Open

LADDER = ("reporting", "legacy", "raw")
"""Where the monthly figures may come from, in the order of preference."""

_URL = "https://{client}.gorgias.com"
_KEY_FILE = "./builtin/service_account.json"
_ACCOUNT = th.ObjectType(
    th.Property("client", th.StringType, required=True, description="`acme` of acme.gorgias.com"),
    th.Property("authorization", th.StringType, secret=True, description="base64 of email:key"),
    th.Property("username", th.StringType, description="E-mail address of the key's user"),
    th.Property("api_key", th.StringType, secret=True, description="API key"),
    th.Property("channels", th.ArrayType(th.StringType), description="Channels; none means all"),
    th.Property("api_base_url", th.StringType, description="Scheme and host, if another"),
    th.Property("timezone", th.StringType, description="Zone of its months, if not its own"),
)
SETTINGS_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "accounts",
        th.ArrayType(_ACCOUNT),
        secret=True,
        title="Accounts",
        description="The accounts to read: `client`, then `authorization` (base64 of email:key, "
        "with or without `Basic`, or `Bearer` and an OAuth token) or `username` and `api_key`; "
        "optional `channels`, `timezone` and `api_base_url`.",
    ),
    th.Property(
        "accounts_sheet_id",
        th.StringType,
        title="Spreadsheet of accounts",
        description="Google spreadsheet whose first worksheet lists the accounts in the columns "
        "Client, Authentication and Channel; read when `accounts` is not given. Needs the extra "
        "`sheet`.",
    ),
    th.Property(
        "google_credentials_path",
        th.StringType,
        default=_KEY_FILE,
        title="Service account key",
        description="File with the key of the Google service account that may read that "
        "spreadsheet.",
    ),
    th.Property(
        "api_base_url",
        th.StringType(pattern="^https?://[^?#]+"),
        default=_URL,
        title="API base URL",
        description="Scheme and host of every account, `{client}` standing for its name; change "
        "it only to read from a stand-in.",
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="On the first run, load only what was changed (tickets, customers) or created "
        "(messages, surveys, events) at or after this instant.",
    ),
    th.Property(
        "limit",
        th.IntegerType,
        title="Record limit",
        description="Most records to emit per stream, account and run; the next run goes on from "
        "there.",
    ),
    th.Property(
        "overlap_seconds",
        th.IntegerType,
        default=3600,
        title="Overlap",
        description="How far before its bookmark a stream is read again, because Gorgias indexes "
        "changes with a delay.",
    ),
    th.Property(
        "lookback_days",
        th.NumberType,
        default=3,
        title="Look-back of messages",
        description="How many days of messages are read again on each run. Older messages are "
        "read again when their ticket has changed.",
    ),
    th.Property(
        "survey_lookback_days",
        th.NumberType,
        default=60,
        title="Look-back of surveys",
        description="How many days of surveys are read again on each run, because scores come "
        "late. Older ones are read again when their ticket has changed.",
    ),
    th.Property(
        "agent_email_pattern",
        th.StringType,
        title="Agents' addresses",
        description="Regular expression, found anywhere in a user's e-mail address in any case: "
        "only these users have rows in `agent_statistics`. Without it all have.",
    ),
    th.Property(
        "statistics_months",
        th.IntegerType,
        default=19,
        title="Months of statistics",
        description="Complete months that the first run loads; the current month never is one.",
    ),
    th.Property(
        "statistics_refresh_months",
        th.IntegerType,
        default=3,
        title="Months to refresh",
        description="Latest complete months that later runs load again: a closed ticket that is "
        "reopened and a late survey change them.",
    ),
    th.Property(
        "statistics_sources",
        th.ArrayType(th.StringType),
        default=list(LADDER),
        title="Sources of statistics",
        description="Where figures may come from, the best first: `reporting` (six requests a "
        "month), `legacy` (two requests per agent, channel and month), `raw` (computed from all "
        "tickets, messages and surveys).",
    ),
    th.Property(
        "statistics_concurrency",
        th.IntegerType,
        default=4,
        title="Figures at a time",
        description="Most requests for figures in flight per account. What helps is the allowed "
        "rate times the latency: 2 per second and 1.5 seconds make 3.",
    ),
    th.Property(
        "whole_numbers",
        th.BooleanType,
        default=False,
        title="Whole numbers",
        description="Cut every figure to a whole number and write 0 where there is none, as the "
        "spreadsheets of old had it.",
    ),
    th.Property(
        "count_unanswered_surveys",
        th.BooleanType,
        default=False,
        title="Count unanswered surveys",
        description="Count the surveys themselves where none was answered, which the share of "
        "answers cannot tell; takes a request per hundred surveys and tickets more. Without it "
        "`csat_sent` is null there.",
    ),
    th.Property(
        "max_retries",
        th.IntegerType,
        default=5,
        title="Attempts",
        description="How often a request is repeated after a refusal or failure that may pass.",
    ),
    th.Property(
        "base_wait",
        th.NumberType,
        default=2,
        title="First wait",
        description="Seconds before the first repetition, doubled each time; a longer "
        "`Retry-After` is honoured.",
    ),
    th.Property(
        "max_wait",
        th.NumberType,
        default=600,
        title="Longest patience",
        description="Seconds that one request may take with all its repetitions.",
    ),
    th.Property(
        "quota_share",
        th.NumberType,
        default=1.0,
        title="Share of the quota",
        description="Part of each account's request limit this tap may use, above 0 up to 1.",
    ),
    th.Property(
        "quota_interval_seconds",
        th.NumberType,
        default=20,
        title="Seconds of the quota",
        description="Time in which a full bucket of requests runs empty: 20, on Gorgias' "
        "Enterprise plan 10.",
    ),
    th.Property(
        "max_concurrency",
        th.IntegerType,
        default=8,
        title="Accounts at a time",
        description="Most accounts read side by side. Within one, the allowed two requests a "
        "second leave nothing to gain.",
    ),
).to_dict()


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
        path = config.get("google_credentials_path") or _KEY_FILE
        entries = read_entries(path, sheet, open_sheet)
    if not entries:
        raise _wrong(
            "No accounts are given. List them in the setting accounts, or name the spreadsheet "
            "that does in accounts_sheet_id."
        )
    return accounts_of(entries, config.get("api_base_url") or _URL)


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
