"""How much of HubSpot's allowed request rate the tap uses, and that it never exceeds it.

    python bench/tap_rate.py [--tier professional] [--latency 0.3]

The stand-in enforces the tier's limit (requests in any rolling 10 seconds) and takes the given
time for every answer. The rate is taken over whole multiples of the limit: from the first
request to the one that comes a multiple of the limit later, so that the burst with which every
rolling window begins does not flatter it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox.hubspot.behaviour import Behaviour
from sandbox.hubspot.budgets import TIERS
from sandbox.hubspot.bulk import BulkPortal
from sandbox.hubspot.server import serve

sys.path.insert(0, str(Path(__file__).parent))
from tap_throughput import TOKEN, run_tap

PAGE = 100
WINDOWS = 4
TARGET = 0.95


def main() -> None:
    options = _options()
    limit = TIERS[options.tier].burst
    records = PAGE * limit * (WINDOWS + 1)
    behaviour = Behaviour(latency=options.latency, tier=options.tier)
    with serve(BulkPortal(records, 20, 0.5), behaviour) as server:
        run_tap({"api_base_url": server.url, "access_token": TOKEN})
        general = [r for r in server.journal if not r.path.endswith("/search")]
        refused = sum(r.status == 429 for r in server.journal)  # noqa: PLR2004
    # Discovery ran before, in a process of its own; the sync begins with the same request.
    start = max(n for n, request in enumerate(general) if "/properties/" in request.path)
    times = [request.at for request in general[start:]]
    seconds = times[WINDOWS * limit] - times[0]
    rate, allowed = WINDOWS * limit / seconds, limit / 10
    print("| tier | latency | requests | seconds | requests/s | allowed | share | 429 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| {options.tier} | {options.latency} s | {WINDOWS * limit} | {seconds:.1f} "
        f"| {rate:.2f} | {allowed:.1f} | {rate / allowed:.1%} | {refused} |"
    )
    if refused or rate < TARGET * allowed:
        raise SystemExit(f"Wanted: at least {TARGET:.0%} of the allowed rate and no 429.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--tier", choices=sorted(TIERS), default="professional")
    parser.add_argument("--latency", type=float, default=0.3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
