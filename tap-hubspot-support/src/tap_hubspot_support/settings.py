"""The tap's settings: their JSON schema and their typed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th

from tap_hubspot_support.histories import DEFAULT_HISTORY, HISTORY_PROPERTY
from tap_hubspot_support.instants import instant
from tap_hubspot_support.links.settings import LINK_PROPERTIES, LinkSettings
from tap_hubspot_support.log_file import LOG_PROPERTY
from tap_hubspot_support.paths import DATE_BASED, VERSIONS
from tap_hubspot_support.reads import MAX_URL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_ADDRESS = "https://api.hubapi.com"
LINK_REMOVALS = ("reconcile", "tombstone")
_NAMES = th.ArrayType(th.StringType)
_ADDRESS = th.StringType(pattern="^https?://[^/?#]+")
_SHARE = th.NumberType(exclusive_minimum=0, maximum=1)
_PORTAL = th.ObjectType(
    th.Property("name", th.StringType, description="What messages call it."),
    th.Property("access_token", th.StringType, required=True, secret=True),
    th.Property("api_base_url", _ADDRESS),
    th.Property("quota_share", _SHARE),
    th.Property("start_date", th.DateTimeType),
    th.Property("objects", _NAMES),
)
SETTINGS_SCHEMA: dict[str, Any] = th.PropertiesList(
    th.Property(
        "access_token",
        th.StringType,
        secret=True,
        title="Access token",
        description="Service key or private app token of the HubSpot account "
        "(`pat-<region>-...`), or an OAuth access token. Needed unless `portals` is set.",
    ),
    th.Property(
        "api_base_url",
        _ADDRESS,
        default=DEFAULT_ADDRESS,
        title="API base URL",
        description="Scheme and host of the API; change it only to read from a stand-in.",
    ),
    th.Property(
        "portals",
        th.ArrayType(_PORTAL),
        secret=True,
        title="Portals",
        description="Several HubSpot accounts to read in one run, each with its own token: a list "
        "of objects with `name`, `access_token` and, where they differ from the settings beside "
        "this one, `api_base_url`, `quota_share`, `start_date`, `objects`. Every key then begins "
        "with `portal_id`.",
    ),
    th.Property(
        "objects",
        _NAMES,
        title="Objects",
        description="Kinds of records to read: table names, names in HubSpot's paths or type ids; "
        "custom objects also by their fully qualified name. Empty means tickets, whatever else "
        "the token may read, and every custom object.",
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
        description="On the first run, load only records modified at or after this instant. "
        "It is kept in the state; changing it later has no effect.",
    ),
    th.Property(
        "limit",
        th.IntegerType(minimum=1),
        title="Record limit",
        description="Most records to emit per stream, portal and run; the next run goes on from "
        "there.",
    ),
    th.Property(
        "properties",
        th.ObjectType(
            th.Property("allow", _NAMES, description="Property names to load; empty means all."),
            th.Property("deny", _NAMES, description="Property names never to load."),
        ),
        title="Properties",
        description="Which properties become columns, by API name: `allow` and `deny` lists. "
        "`subject` means that property of every kind of records, `ticket.subject` that of one. "
        "The id and the dates of creation and modification are always loaded.",
    ),
    th.Property(
        "sensitive_properties",
        th.BooleanType,
        default=False,
        title="Sensitive properties",
        description="Also load properties marked sensitive or highly sensitive. The token then "
        "needs scopes such as `tickets.sensitive` and `tickets.highly_sensitive`.",
    ),
    HISTORY_PROPERTY,
    *LINK_PROPERTIES,
    th.Property(
        "reconcile_days",
        th.NumberType(minimum=0),
        default=7,
        title="Days between reconciliations",
        description="How often all records are listed again, which finds purged records, removed "
        "links, and calculated values that changed silently. 0 does it on every run.",
    ),
    th.Property(
        "link_removals",
        th.StringType,
        default=LINK_REMOVALS[0],
        allowed_values=list(LINK_REMOVALS),
        title="How removed links are told",
        description="`reconcile`: at the next reconciliation, by ACTIVATE_VERSION. `tombstone`: "
        "also with the record that lost them, by a record that has `_sdc_deleted_at` and only a "
        "part of the key and stands for all rows with it; target-postgres understands that.",
    ),
    th.Property(
        "lookback_seconds",
        th.IntegerType(minimum=0),
        default=3600,
        title="Overlap",
        description="How far before the last bookmark a search starts, because HubSpot's search "
        "index lags behind.",
    ),
    th.Property(
        "quota_share",
        _SHARE,
        default=1.0,
        title="Share of the quota",
        description="Part of every request limit this tap may use, above 0 up to 1. The rest of "
        "the daily limit is left to the account's other applications.",
    ),
    th.Property(
        "max_concurrency",
        th.IntegerType(minimum=1),
        default=16,
        title="Requests in flight",
        description="Most requests at a time, over all portals. What helps is the allowed rate "
        "times the latency: 19 lists, 15 associations and 5 searches per second at 0.3 seconds "
        "make 12.",
    ),
    th.Property(
        "schema_cache",
        th.StringType,
        title="Schema cache",
        description="File in which discovery keeps the columns it found and finds them again. Off "
        "by default: new properties then show at once.",
    ),
    th.Property(
        "schema_cache_hours",
        th.NumberType(minimum=0),
        default=24,
        title="Age of the schema cache",
        description="For how many hours the file is good.",
    ),
    th.Property(
        "max_url_length",
        th.IntegerType,
        default=MAX_URL_LENGTH,
        title="Longest address",
        description="Longest list address in characters; HubSpot refuses about 16,200. With more "
        "properties ids are listed and values read in batches.",
    ),
    LOG_PROPERTY,
).to_dict()


@dataclass(frozen=True)
class Settings:
    """The settings of one portal's run; durations are in the unit their name says."""

    name: str
    many_portals: bool
    access_token: str
    api_base_url: str
    api_version: str
    objects: tuple[str, ...]
    start: int | None
    limit: int | None
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    sensitive_properties: bool
    history_properties: Mapping[str, Sequence[str]]
    links: LinkSettings
    link_removals: str
    reconcile_days: float
    lookback_seconds: int
    quota_share: float
    max_concurrency: int
    max_url_length: int

    @classmethod
    def of_portals(cls, config: Mapping[str, Any]) -> list[Settings]:
        """Typed settings of every portal of a validated configuration."""
        portals = config.get("portals")
        if not portals:
            return [cls.of(config)]
        named = ({"name": f"portal {n}"} | dict(p) for n, p in enumerate(portals, start=1))
        return [cls.of({**config, **portal}) for portal in named]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Settings:
        """Typed settings of one portal: the flat ones, overridden by its own."""
        lists = config.get("properties") or {}
        start = config.get("start_date")
        return cls(
            name=config.get("name") or "",
            many_portals=bool(config.get("portals")),
            access_token=config.get("access_token", ""),
            api_base_url=config.get("api_base_url", DEFAULT_ADDRESS),
            api_version=config.get("api_version", DATE_BASED),
            objects=tuple(config.get("objects") or ()),
            start=instant(start) if start else None,
            limit=config.get("limit"),
            allow=tuple(lists.get("allow") or ()),
            deny=tuple(lists.get("deny") or ()),
            sensitive_properties=config.get("sensitive_properties", False),
            history_properties=config.get("history_properties", DEFAULT_HISTORY) or {},
            links=LinkSettings.of(config),
            link_removals=config.get("link_removals", LINK_REMOVALS[0]),
            reconcile_days=config.get("reconcile_days", 7),
            lookback_seconds=config.get("lookback_seconds", 3600),
            quota_share=max(0.01, config.get("quota_share", 1.0)),
            max_concurrency=config.get("max_concurrency", 16),
            max_url_length=config.get("max_url_length", MAX_URL_LENGTH),
        )


def secrets_of(config: Mapping[str, Any]) -> list[str]:
    """Every access token of a configuration that may be wrong in any way."""
    portals = config.get("portals")
    holders = [config, *(portals if isinstance(portals, list) else ())]
    found = (h.get("access_token") for h in holders if isinstance(h, dict) or h is config)
    return [str(secret) for secret in found if secret]
