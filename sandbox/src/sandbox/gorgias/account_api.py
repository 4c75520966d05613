"""The account itself and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.gorgias.call import json_reply
from sandbox.gorgias.instants import wire_instant

if TYPE_CHECKING:
    from sandbox.exchange import Reply
    from sandbox.gorgias.call import Call


def account(call: Call) -> Reply:
    """The account, with its settings."""
    call.require("account:read")
    desk = call.desk
    shape = {
        "domain": desk.domain,
        "created_datetime": wire_instant(desk.created_datetime),
        "status": {"status": "active"},
        "current_subscription": {"status": "active", "trial_end_datetime": None},
        "settings": _settings(call),
    }
    return json_reply(shape, records=1)


def settings(call: Call) -> Reply:
    """The settings, by type if so asked."""
    call.require("account:read")
    wanted = call.one("type")
    data = [one for one in _settings(call) if wanted in (None, one["type"])]
    meta = {"prev_cursor": None, "next_cursor": None}
    return json_reply({"object": "list", "uri": call.path, "data": data, "meta": meta})


def _settings(call: Call) -> list[dict[str, Any]]:
    return [
        {"id": number, "type": kind, "data": data}
        for number, (kind, data) in enumerate(sorted(call.desk.settings.items()), start=1)
    ]
