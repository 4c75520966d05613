"""The tap's settings as a JSON schema, from which the README's table is made."""

from __future__ import annotations

from typing import Any

from singer_sdk import typing as th

LADDER = ("reporting", "legacy", "raw")
"""Where the monthly figures may come from, in the order of preference."""

DEFAULT_URL = "https://{client}.gorgias.com"
DEFAULT_KEY_FILE = "./builtin/service_account.json"
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
        default=DEFAULT_KEY_FILE,
        title="Service account key",
        description="File with the key of the Google service account that may read that "
        "spreadsheet.",
    ),
    th.Property(
        "api_base_url",
        th.StringType(pattern="^https?://[^?#]+"),
        default=DEFAULT_URL,
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
