"""A whole portal with its associations, against what the account's limits allow.

    python bench/tap_portal.py [--scale 1.0] [--latency 0.3] [--tier professional]

At scale 1: 1,000,000 tickets of 100 properties, 300,000 contacts and 100,000 companies of 60,
and every association between them. The stand-in keeps the tier's limits and takes the given time
for each answer, in a process of its own; the tap runs through its console script with its output
thrown away.

The least time that the limits allow is the largest over the three budgets of
(requests / limit - 1) * interval: the first interval's allowance may be used at once.

The sequential client asks the same questions one after another. It is measured on a slice and
extrapolated to the same number of requests; the table says so.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.hubspot.budgets import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

TAP = Path(sys.executable).with_name("tap-hubspot-support")
TOKEN = "pat-na1-sandbox-0000"
SIZES = {"tickets": (1_000_000, 100), "contacts": (300_000, 60), "companies": (100_000, 60)}
TABLES = ("ticket", "contact", "company", "ticket_contact", "ticket_company", "association")
BUDGETS = ("general", "search", "associations")
WINDOW = 10.0
SLICE = 40
WANTED = 1.1


class Ended(NamedTuple):
    """What one run of the tap took."""

    seconds: float
    requests: dict[str, int]
    records: int
    megabytes: float
    log: str


def main() -> None:
    options = _options()
    sizes = {name: (max(1, int(n * options.scale)), p) for name, (n, p) in SIZES.items()}
    with _stand_in(sizes, options) as url:
        ended = _run(url)
        one_by_one = _seconds_per_request(url)
    allowed = _least_seconds(ended.requests, options.tier)
    ratio = ended.seconds / allowed if allowed else float("nan")
    everything = sum(ended.requests.values())
    print("| client | records | requests | seconds | allowed by the limits | ratio | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| the tap | {ended.records:,} | {everything:,} ({_told(ended.requests)}) "
        f"| {ended.seconds:,.0f} | {allowed:,.0f} | {ratio:.2f} | {ended.megabytes:.0f} |"
    )
    print(
        f"| sequential, {SLICE} requests measured, the rest extrapolated | {ended.records:,} "
        f"| {everything:,} | {one_by_one * everything:,.0f} | {allowed:,.0f} "
        f"| {one_by_one * everything / max(allowed, 1):.2f} | |"
    )
    if options.scale >= 1 and ratio > WANTED:
        raise SystemExit(f"Wanted: at most {WANTED} times what the limits allow.\n{ended.log}")


def _run(url: str) -> Ended:
    with tempfile.TemporaryDirectory() as folder:
        path, catalog = Path(folder, "config.json"), Path(folder, "catalog.json")
        path.write_text(json.dumps({"api_base_url": url, "access_token": TOKEN}))
        catalog.write_text(json.dumps(_catalog(path)))
        # The budget that discovery has used comes back within one window.
        time.sleep(WINDOW)
        command = [str(TAP), "--config", str(path), "--catalog", str(catalog)]
        ended = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
    if ended.returncode != 0:
        raise SystemExit(ended.stderr)
    return _read(ended.stderr)


def _read(log: str) -> Ended:
    last = next(line for line in log.splitlines() if "run finished" in line)

    def number(name: str) -> float:
        found = re.search(rf"\b{name}=([0-9.]+)", last)
        return float(found[1]) if found else 0.0

    requests = {budget: int(number(f"requests_{budget}")) for budget in BUDGETS}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Ended(number("seconds"), requests, int(number("records")), peak, log)


def _catalog(config: Path) -> dict[str, Any]:
    found = subprocess.run(
        [str(TAP), "--config", str(config), "--discover"], capture_output=True, check=True
    )
    catalog: dict[str, Any] = json.loads(found.stdout)
    for stream in catalog["streams"]:
        root = next(item for item in stream["metadata"] if not item["breadcrumb"])
        root["metadata"]["selected"] = stream["stream"] in TABLES
    return catalog


def _least_seconds(requests: dict[str, int], tier: str) -> float:
    limits = TIERS[tier]
    windows = {
        "general": (limits.burst, WINDOW),
        "associations": (limits.association_burst, WINDOW),
        "search": (5, 1.0),
    }
    return max(
        (requests[budget] / limit - 1) * interval for budget, (limit, interval) in windows.items()
    )


def _seconds_per_request(url: str) -> float:
    """One request after another over one kept connection's worth of latency."""
    after, started = "", time.monotonic()
    for _ in range(SLICE):
        query = "limit=100&properties=subject" + (f"&after={after}" if after else "")
        request = urllib.request.Request(
            f"{url}/crm/objects/2026-09/tickets?{query}",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        with urllib.request.urlopen(request) as reply:
            page = json.load(reply)
        after = page.get("paging", {}).get("next", {}).get("after", "")
    return (time.monotonic() - started) / SLICE


def _told(requests: dict[str, int]) -> str:
    return ", ".join(f"{requests[budget]:,} {budget}" for budget in BUDGETS)


@contextmanager
def _stand_in(sizes: dict[str, tuple[int, int]], options: argparse.Namespace) -> Iterator[str]:
    bulk = ",".join(f"{name}={count}x{width}" for name, (count, width) in sizes.items())
    command = [
        *(sys.executable, "-m", "sandbox.hubspot", "--bulk", bulk, "--tier", options.tier),
        *("--latency", str(options.latency)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--latency", type=float, default=0.3)
    parser.add_argument("--tier", choices=sorted(TIERS), default="professional")
    return parser.parse_args()


if __name__ == "__main__":
    main()
