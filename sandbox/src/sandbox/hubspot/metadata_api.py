"""Properties, owners, pipelines, the account, tokens."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.hubspot.budgets import TIERS
from sandbox.hubspot.objects_api import API_HOST
from sandbox.hubspot.record_text import sensitive_scopes
from sandbox.hubspot.replies import ApiError, Reply, invalid, json_reply, unauthenticated
from sandbox.hubspot.wire import instant_text

if TYPE_CHECKING:
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.object_types import ObjectType

OWNERS_MAXIMUM = 500
_LEVELS = ("non_sensitive", "sensitive", "highly_sensitive")


def list_properties(call: Call) -> Reply:
    """Answer all definitions of a type at one level of sensitivity, without paging."""
    kind = call.kind()
    call.require(_family(kind))
    level = call.one("dataSensitivity") or "non_sensitive"
    if level not in _LEVELS:
        raise invalid(f"dataSensitivity must be one of {', '.join(_LEVELS)}.")
    if level != "non_sensitive":
        call.require(sensitive_scopes(kind, level))
    archived = call.flag("archived")
    found = [
        definition
        for definition in call.portal.definitions[kind.name].values()
        if definition["dataSensitivity"] == level and bool(definition["archived"]) == archived
    ]
    return json_reply({"results": found}, records=len(found))


def get_property(call: Call) -> Reply:
    """Answer one definition."""
    kind = call.kind()
    call.require(_family(kind))
    definition = call.portal.definitions[kind.name].get(call.parameters["name"])
    if definition is None or bool(definition["archived"]) != call.flag("archived"):
        raise ApiError(404, "No property has this name.", "OBJECT_NOT_FOUND")
    return json_reply(definition)


def list_groups(call: Call) -> Reply:
    """Answer the property groups that the definitions name."""
    kind = call.kind()
    call.require(_family(kind))
    names = dict.fromkeys(d["groupName"] for d in call.portal.definitions[kind.name].values())
    groups = [
        {"name": name, "label": name.capitalize(), "displayOrder": position, "archived": False}
        for position, name in enumerate(names)
    ]
    return json_reply({"results": groups})


def list_owners(call: Call) -> Reply:
    """Answer a page of owners: active ones, or only deactivated ones."""
    call.require({"crm.objects.owners.read"})
    limit = call.integer("limit", 100)
    if not 1 <= limit <= OWNERS_MAXIMUM:
        raise invalid(f"The limit must lie between 1 and {OWNERS_MAXIMUM}.")
    start, email = call.integer("after", 0), call.one("email")
    found = [
        owner
        for owner in sorted(call.portal.owners.values(), key=lambda o: int(o["id"]))
        if int(owner["id"]) >= start
        and bool(owner.get("archived")) == call.flag("archived")
        and (email is None or owner.get("email") == email)
    ]
    body: dict[str, Any] = {"results": [_owner(owner) for owner in found[:limit]]}
    if len(found) > limit:
        after = str(int(found[limit - 1]["id"]) + 1)
        link = f"{API_HOST}{call.path}?limit={limit}&after={after}"
        body["paging"] = {"next": {"after": after, "link": link}}
    return json_reply(body, records=len(body["results"]))


def get_owner(call: Call) -> Reply:
    """Answer one owner by its id, or by user id with idProperty=userId."""
    call.require({"crm.objects.owners.read"})
    wanted, key = call.parameters["id"], call.one("idProperty") or "id"
    for owner in call.portal.owners.values():
        if str(owner.get(key)) == wanted and bool(owner.get("archived")) == call.flag("archived"):
            return json_reply(_owner(owner))
    raise ApiError(404, "resource not found")


def _owner(owner: dict[str, Any]) -> dict[str, Any]:
    """A deactivated owner has no user id, only the one that includes inactive users."""
    archived = bool(owner.get("archived"))
    answered = {"archived": archived, "type": "PERSON", **owner}
    if archived:
        answered["userIdIncludingInactive"] = owner.get("userIdIncludingInactive") or owner.get(
            "userId"
        )
        answered["userId"] = None
    else:
        answered.setdefault("userIdIncludingInactive", owner.get("userId"))
    return answered


def list_pipelines(call: Call) -> Reply:
    """Answer the live pipelines of a type with their stages."""
    return json_reply({"results": _pipelines(call)})


def get_pipeline(call: Call) -> Reply:
    """Answer one pipeline; an unknown one is a 404 without a body."""
    return json_reply(_pipeline(call))


def list_stages(call: Call) -> Reply:
    """Answer the stages of one pipeline."""
    return json_reply({"results": _pipeline(call)["stages"]})


def _pipeline(call: Call) -> dict[str, Any]:
    for pipeline in _pipelines(call):
        if pipeline["id"] == call.parameters["id"]:
            return pipeline
    raise ApiError(404, None)


def _pipelines(call: Call) -> list[dict[str, Any]]:
    kind = call.kind()
    call.require(_family(kind))
    live = [p for p in call.portal.pipelines.get(kind.name, ()) if not p.get("archived")]
    return [_textual(pipeline) for pipeline in live]


def _textual(pipeline: dict[str, Any]) -> dict[str, Any]:
    stages = [
        {
            "archived": False,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            **stage,
            "metadata": {k: _text(v) for k, v in stage.get("metadata", {}).items()},
        }
        for stage in pipeline.get("stages", ())
        if not stage.get("archived")
    ]
    return {"archived": False, "displayOrder": 0, **pipeline, "stages": stages}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _family(kind: ObjectType) -> set[str]:
    return {*kind.read_scopes, f"crm.schemas.{kind.name}.read"}


def account_details(call: Call) -> Reply:
    """Answer the account: id, time zone and its present offset."""
    portal = call.portal
    now = datetime.fromtimestamp(portal.clock() / 1000, tz=timezone.utc)
    offset = now.astimezone(ZoneInfo(portal.time_zone)).utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    sign, minutes = ("-" if seconds < 0 else "+"), abs(seconds) // 60
    body = {
        "portalId": portal.portal_id,
        "accountType": portal.account_type,
        "timeZone": portal.time_zone,
        "companyCurrency": portal.company_currency,
        "additionalCurrencies": [],
        "utcOffset": f"{sign}{minutes // 60:02d}:{minutes % 60:02d}",
        "utcOffsetMilliseconds": seconds * 1000,
        "uiDomain": portal.ui_domain,
        "dataHostingLocation": portal.data_hosting_location,
    }
    return json_reply(body)


def daily_usage(call: Call) -> Reply:
    """Answer how much of the account's day is used."""
    behaviour = call.behaviour
    limit = behaviour.daily_limit
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": TIERS[behaviour.tier].daily if limit is None else limit,
        "currentUsage": call.service.budgets.daily_usage(),
        "collectedAt": instant_text(call.portal.clock()),
        "fetchStatus": "SUCCESS",
        "resetsAt": instant_text(_next_midnight(call)),
    }
    return json_reply({"results": [usage]})


def _next_midnight(call: Call) -> int:
    zone = ZoneInfo(call.portal.time_zone)
    now = datetime.fromtimestamp(call.portal.clock() / 1000, tz=zone)
    # A day and a few hours on is always tomorrow, even when a clock change shortens a day.
    later = datetime.fromtimestamp(now.replace(hour=0, minute=0).timestamp() + 93_600, tz=zone)
    midnight = later.replace(hour=0, minute=0, second=0, microsecond=0)
    return int(midnight.timestamp() * 1000)


def token_info(call: Call) -> Reply:
    """Answer what a private app's token may do; sensitive scopes carry a suffix here."""
    token = call.json().get("tokenKey")
    scopes = call.portal.tokens.get(str(token))
    if scopes is None:
        raise unauthenticated()
    listed = sorted({"oauth", *(f"{s}.v2" if "sensitive" in s else s for s in scopes)})
    body = {
        "userId": 1,
        "hubId": call.portal.portal_id,
        "appId": 99,
        "scopes": listed,
        "isUserToken": False,
    }
    return json_reply(body)
