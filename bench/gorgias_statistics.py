"""A first load of monthly figures: requests and time, against a request per agent and figure.

    python bench/gorgias_statistics.py [--agents 20] [--accounts 3] [--latency 0.3]

tap-gorgias runs for real, as a program of its own, against a stand-in that enforces the limit of an
API key (40 requests in 20 seconds per account) and takes the given time for every answer. The other
way asks for each agent, month and figure by itself, account after account, and waits as long as a
refusal says; it would take an hour, so it is run on a clock of its own that waiting moves.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from sandbox.gorgias.behaviour import Behaviour
from sandbox.gorgias.server import RunningServer, serve
from sandbox.world.helpdesk import HelpdeskPart, credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

Agents = dict[str, list[tuple[int, str]]]

NOW = 1_780_315_200_000  # 2026-06-01T12:00:00Z
MONTHS = 19
COMPANY = "getwrrk"
CHANNELS = ["email"]
NAMES = (
    "median-first-response-time",
    "total-one-touch-tickets",
    "total-tickets-closed",
    "total-messages-sent",
    "satisfaction-surveys",
    "median-resolution-time",
)
MOST_STATISTICS = 6 * MONTHS
SLACK = 1.2


class MovedClock:
    """Seconds that pass when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def main() -> None:
    options = _options()
    part = HelpdeskPart(
        lambda: NOW, NOW, tickets=600, accounts=options.accounts, agents=options.agents
    )
    agents = {name: _agents(part, name)[: options.agents] for name in part.offices}
    ours = _with_tap(part, agents, options.latency)
    theirs = _one_by_one(part, agents, options.latency)
    print("| way | account | agents | requests | of them figures | refused | seconds |")
    print("|---|---|---|---|---|---|---|")
    for way, found in (("tap-gorgias", ours), ("one by one", theirs)):
        for name, ids in agents.items():
            cells = [way, name, len(ids), *(found[key][name] for key in ("all", "figures", "429"))]
            print(f"| {' | '.join(map(str, cells))} | {found['seconds'][name]:.1f} |")
        print(f"| {way} | together | | {sum(found['all'].values())} | | | {found['total']:.1f} |")
    _check(ours)


def _with_tap(part: HelpdeskPart, agents: Agents, latency: float) -> dict[str, Any]:
    with serve(part.desks, Behaviour(latency=latency)) as server:
        started = time.monotonic()
        _run_tap(part, agents, server)
        total = time.monotonic() - started
        journal = list(server.journal)
    return _summary(journal, total)


def _run_tap(part: HelpdeskPart, agents: Agents, server: RunningServer) -> None:
    settings = {
        "accounts": [_account(part, name, server) for name in part.offices],
        "agent_email_pattern": "|".join(
            sorted({f"^{re.escape(email)}$" for chosen in agents.values() for _, email in chosen})
        ),
        "statistics_months": MONTHS,
    }
    tap = str(Path(sys.executable).with_name("tap-gorgias"))
    with tempfile.TemporaryDirectory() as folder:
        config, catalog = Path(folder) / "config.json", Path(folder) / "catalog.json"
        config.write_text(json.dumps(settings))
        found = json.loads(subprocess.check_output([tap, "--discover"], stderr=subprocess.DEVNULL))
        for entry in found["streams"]:
            root = next(one for one in entry["metadata"] if not one["breadcrumb"])
            root["metadata"]["selected"] = entry["tap_stream_id"] == "agent_statistics"
        catalog.write_text(json.dumps(found))
        command = [tap, "--config", str(config), "--catalog", str(catalog)]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def _one_by_one(part: HelpdeskPart, agents: dict[str, list[int]], latency: float) -> dict[str, Any]:
    clock = MovedClock()
    seconds: dict[str, float] = {}
    counts: dict[str, Counter[str]] = {key: Counter() for key in ("all", "figures", "429")}
    with serve(part.desks, Behaviour(), now=clock) as server, requests.Session() as session:
        for name, ids in agents.items():
            begun = clock.now
            session.auth = credentials(part.offices[name])
            for question in _questions(server.urls[name], ids):
                refused = _ask(session, *question, clock, latency)
                counts["all"][name] += 1 + refused
                counts["figures"][name] += 1
                counts["429"][name] += refused
            seconds[name] = clock.now - begun
    return {**counts, "seconds": seconds, "total": clock.now}


def _questions(url: str, agents: list[tuple[int, str]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for agent, _ in agents:
        for start, end in _months():
            period = {"start_datetime": start, "end_datetime": end}
            filters = {"agents": [agent], "channels": CHANNELS, "period": period}
            for figure in NAMES:
                yield f"{url}/api/stats/{figure}", {"filters": filters}


def _ask(
    session: requests.Session, url: str, body: dict[str, Any], clock: MovedClock, latency: float
) -> int:
    """One figure; returns how often it was refused before."""
    refused = 0
    while True:
        reply = session.post(url, json=body, timeout=30)
        clock.now += latency
        if reply.status_code != 429:  # noqa: PLR2004
            reply.raise_for_status()
            return refused
        refused += 1
        clock.now += float(reply.headers["Retry-After"])


def _months() -> list[tuple[str, str]]:
    ends, year, month = [], 2026, 6
    for _ in range(MONTHS):
        after = f"{year}-{month:02}-01T00:00:00+00:00"
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        ends.append((f"{year}-{month:02}-01T00:00:00+00:00", after))
    return ends


def _agents(part: HelpdeskPart, name: str) -> list[tuple[int, str]]:
    users = part.offices[name].desk.tables["users"].all()
    return sorted((u["id"], u["email"]) for u in users if COMPANY in (u["email"] or "").lower())


def _account(part: HelpdeskPart, name: str, server: RunningServer) -> dict[str, Any]:
    username, key = credentials(part.offices[name])
    url = server.urls[name]
    return {
        "client": name,
        "username": username,
        "api_key": key,
        "api_base_url": url,
        "channels": CHANNELS,
    }


def _summary(journal: list[Any], total: float) -> dict[str, Any]:
    first, last = {}, {}
    for one in journal:
        first.setdefault(one.account, one.at)
        last[one.account] = one.at
    return {
        "all": Counter(one.account for one in journal),
        "figures": Counter(one.account for one in journal if "/stats" in one.path),
        "429": Counter(one.account for one in journal if one.status == 429),  # noqa: PLR2004
        "seconds": {name: last[name] - first[name] for name in first},
        "total": total,
    }


def _check(ours: dict[str, Any]) -> None:
    slowest = max(ours["seconds"].values())
    if max(ours["figures"].values()) > MOST_STATISTICS or sum(ours["429"].values()):
        raise SystemExit(f"Wanted: at most {MOST_STATISTICS} requests per account and no refusal.")
    if ours["total"] > SLACK * slowest + 3:
        raise SystemExit("Wanted: the time of the slowest account, not the sum.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--accounts", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
