"""The tap's settings: their JSON schema and their typed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError

from tap_livechat.credentials import credential_of
from tap_livechat.instants import instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tap_livechat.credentials import Credential

_MOST_DAYS = 36_500
VERSIONS = ("3.5", "3.6", "3.7")
SETTINGS_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "access_token",
        th.StringType(min_length=1),
        required=True,
        secret=True,
        title="Access token",
        description="Personal access token exactly as LiveChat shows it, region prefix included "
        "(alone, as `account:token`, or encoded), or an OAuth access token.",
    ),
    th.Property(
        "account_id",
        th.StringType,
        title="Account id",
        description="The account id that the developer console shows beside the personal access "
        "token. Without it and without the pair in `access_token`, the token is sent as OAuth.",
    ),
    th.Property(
        "api_base_url",
        th.StringType(pattern="^https?://[^?#]+$"),
        default="https://api.livechatinc.com",
        title="API base address",
        description="Scheme and host of the API; change it only to read from a stand-in.",
    ),
    th.Property(
        "api_version",
        th.StringType(allowed_values=list(VERSIONS)),
        default="3.6",
        title="API version",
        description="Version of the Agent Chat, Configuration and Reports APIs. 3.5 is without "
        "summaries and the visit of a thread.",
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="On the first run, load only threads created at or after this instant. "
        "Without it everything the plan keeps is loaded.",
    ),
    th.Property(
        "lookback_days",
        th.NumberType(minimum=0, maximum=_MOST_DAYS),
        default=7,
        title="Look-back",
        description="How many days before the newest known thread are read again on each run: "
        "late ratings, tags and summaries change threads without a trace.",
    ),
    th.Property(
        "limit",
        th.IntegerType(minimum=1),
        title="Record limit",
        description="Most threads to read per run, for trials: the bookmark then stays where it "
        "was. Other streams emit at most as many rows.",
    ),
    th.Property(
        "requests_per_minute",
        th.IntegerType(minimum=1),
        default=180,
        title="Rate",
        description="Most requests in any 60 seconds. LiveChat publishes no figure.",
    ),
    th.Property(
        "max_concurrency",
        th.IntegerType(minimum=1),
        default=4,
        title="Requests in flight",
        description="Windows of the archive that are read at the same time.",
    ),
).to_dict()


@dataclass(frozen=True)
class Settings:
    """The settings of one run, checked and typed."""

    credential: Credential
    api_base_url: str
    api_version: str
    start: datetime | None
    lookback_days: float
    limit: int | None
    requests_per_minute: int
    max_concurrency: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Settings:
        """Typed settings from validated ones.

        Raises:
            ConfigValidationError: start_date names no instant.
        """
        return cls(
            credential=credential_of(config["access_token"], config.get("account_id")),
            api_base_url=config["api_base_url"],
            api_version=config["api_version"],
            start=_start_of(config.get("start_date")),
            lookback_days=float(config["lookback_days"]),
            limit=config.get("limit"),
            requests_per_minute=config["requests_per_minute"],
            max_concurrency=config["max_concurrency"],
        )


def _start_of(text: str | None) -> datetime | None:
    try:
        return instant(text) if text else None
    except (ValueError, OverflowError):
        error = "start_date: this is no instant. Write it as 2026-03-02 or 2026-03-02T09:00:00Z"
        raise ConfigValidationError("invalid start_date", errors=[error]) from None
