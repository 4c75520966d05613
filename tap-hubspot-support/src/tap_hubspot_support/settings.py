"""The tap's settings: their JSON schema and their typed form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk import typing as th

from tap_hubspot_support.clock import milliseconds
from tap_hubspot_support.paths import DATE_BASED, VERSIONS
from tap_hubspot_support.reads import MAX_URL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = th.ArrayType(th.StringType)
SETTINGS_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "access_token",
        th.StringType,
        required=True,
        secret=True,
        title="Access token",
        description="Service key or private app token of the HubSpot account "
        "(`pat-<region>-...`), or an OAuth access token.",
    ),
    th.Property(
        "api_base_url",
        th.StringType(pattern="^https?://[^/?#]+"),
        default="https://api.hubapi.com",
        title="API base URL",
        description="Scheme and host of the API; change it only to read from a stand-in.",
    ),
    th.Property(
        "api_version",
        th.StringType,
        default=DATE_BASED,
        allowed_values=list(VERSIONS),
        title="API version",
        description="Path family to use. Numbered versions end in September 2027.",
    ),
    th.Property(
        "start_date",
        th.DateTimeType,
        title="Start date",
        description="On the first run, load only tickets modified at or after this instant. "
        "It is kept in the state; changing it later has no effect.",
    ),
    th.Property(
        "limit",
        th.IntegerType,
        title="Record limit",
        description="Most records to emit per stream and run; the next run goes on from there.",
    ),
    th.Property(
        "properties",
        th.ObjectType(
            th.Property("allow", _NAMES, description="Property names to load; empty means all."),
            th.Property("deny", _NAMES, description="Property names never to load."),
        ),
        title="Properties",
        description="Which ticket properties become columns, by API name: `allow` and `deny` "
        "lists. `hs_object_id`, `createdate` and `hs_lastmodifieddate` are always loaded.",
    ),
    th.Property(
        "sensitive_properties",
        th.BooleanType,
        default=False,
        title="Sensitive properties",
        description="Also load properties marked sensitive or highly sensitive. The token then "
        "needs the scopes `tickets.sensitive` and `tickets.highly_sensitive`.",
    ),
    th.Property(
        "history_properties",
        _NAMES,
        default=["hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"],
        title="History properties",
        description="Properties whose past values go to `ticket_property_history`.",
    ),
    th.Property(
        "reconcile_days",
        th.NumberType,
        default=7,
        title="Days between reconciliations",
        description="How often all tickets are listed again, which finds purged tickets and "
        "calculated values that changed silently. 0 does it on every run.",
    ),
    th.Property(
        "lookback_seconds",
        th.IntegerType,
        default=3600,
        title="Overlap",
        description="How far before the last bookmark a search starts, because HubSpot's search "
        "index lags behind.",
    ),
    th.Property(
        "quota_share",
        th.NumberType,
        default=1.0,
        title="Share of the quota",
        description="Part of every request limit this tap may use, above 0 up to 1. The rest of "
        "the daily limit is left to the account's other applications.",
    ),
    th.Property(
        "max_concurrency",
        th.IntegerType,
        default=8,
        title="Requests in flight",
        description="Most requests at a time. What helps is the allowed rate times the latency: "
        "19 per second and 0.3 seconds make 6.",
    ),
    th.Property(
        "max_url_length",
        th.IntegerType,
        default=MAX_URL_LENGTH,
        title="Longest address",
        description="Longest list address in characters; HubSpot refuses about 16,200. With more "
        "properties ids are listed and values read in batches.",
    ),
).to_dict()


@dataclass(frozen=True)
class Settings:
    """The settings of one run; durations are in the unit their name says."""

    access_token: str
    api_base_url: str
    api_version: str
    start: int | None
    limit: int | None
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    sensitive_properties: bool
    history_properties: tuple[str, ...]
    reconcile_days: float
    lookback_seconds: int
    quota_share: float
    max_concurrency: int
    max_url_length: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Settings:
        """Typed settings of a validated configuration."""
        lists = config.get("properties") or {}
        start = config.get("start_date")
        return cls(
            access_token=config.get("access_token", ""),
            api_base_url=config.get("api_base_url", "https://api.hubapi.com"),
            api_version=config.get("api_version", DATE_BASED),
            start=milliseconds(msgspec.convert(_full(start), datetime)) if start else None,
            limit=config.get("limit"),
            allow=tuple(lists.get("allow") or ()),
            deny=tuple(lists.get("deny") or ()),
            sensitive_properties=config.get("sensitive_properties", False),
            history_properties=tuple(config.get("history_properties") or ()),
            reconcile_days=config.get("reconcile_days", 7),
            lookback_seconds=config.get("lookback_seconds", 3600),
            quota_share=min(1.0, max(0.01, config.get("quota_share", 1.0))),
            max_concurrency=max(1, config.get("max_concurrency", 8)),
            max_url_length=config.get("max_url_length", MAX_URL_LENGTH),
        )


def _full(start: str) -> str:
    return start if "T" in start or " " in start else f"{start}T00:00:00Z"
