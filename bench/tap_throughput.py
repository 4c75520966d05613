"""How fast the tap moves records when nothing outside holds it back, and what memory it takes.

    python bench/tap_throughput.py [--records 200000] [--properties 100]

The stand-in serves generated tickets (half of the values unset) from a process of its own,
without latency and with limits that do not bind; the tap runs through its console script with
its output thrown away. On two cores the stand-in has one and the tap the other.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TAP = Path(sys.executable).with_name("tap-hubspot-support")
TOKEN = "pat-na1-sandbox-0000"
UNBINDING = 1_000_000


def main() -> None:
    options = _options()
    if options.serve:
        _serve(options.records, options.properties, options.serve)
        return
    print("| run | records | properties | seconds | records/s | CPU s | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with _stand_in(options.records, options.properties) as url:
        for number in range(1, options.runs + 1):
            _row(number, options.records, options.properties, url)


def _row(number: int, records: int, properties: int, url: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, log = run_tap({"api_base_url": url, "access_token": TOKEN})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = re.search(r"ticket:(\d+)", log)
    if found is None or int(found[1]) != records:
        raise SystemExit("The tap did not emit every record:\n" + log)
    rate = records / seconds
    print(
        f"| {number} | {records:,} | {properties} | {seconds:.1f} | {rate:,.0f} "
        f"| {cpu:.1f} | {after.ru_maxrss / 1024:.0f} |",
        flush=True,
    )


def run_tap(config: dict[str, Any]) -> tuple[float, str]:
    """Run one full sync of tickets; returns (seconds of the sync itself, log)."""
    with tempfile.TemporaryDirectory() as folder:
        path, catalog = Path(folder, "config.json"), Path(folder, "catalog.json")
        path.write_text(json.dumps(config))
        catalog.write_text(json.dumps(_only_tickets(path)))
        command = [str(TAP), "--config", str(path), "--catalog", str(catalog)]
        ended = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
    if ended.returncode != 0:
        raise SystemExit(ended.stderr)
    seconds = re.search(r"run finished .* seconds=([0-9.]+)", ended.stderr)
    return float(seconds[1] if seconds else 0), ended.stderr


def _only_tickets(config: Path) -> dict[str, Any]:
    found = subprocess.run(
        [str(TAP), "--config", str(config), "--discover"], capture_output=True, check=True
    )
    catalog: dict[str, Any] = json.loads(found.stdout)
    for stream in catalog["streams"]:
        root = next(item for item in stream["metadata"] if not item["breadcrumb"])
        root["metadata"]["selected"] = stream["stream"] == "ticket"
    return catalog


@contextmanager
def _stand_in(records: int, properties: int) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    size = ["--records", str(records), "--properties", str(properties)]
    with subprocess.Popen([sys.executable, __file__, "--serve", str(port), *size]) as server:
        try:
            _await_port(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The stand-in did not start.")


def _serve(records: int, properties: int, port: int) -> None:
    import uvicorn  # noqa: PLC0415 - only the serving process needs it
    from sandbox.hubspot.app import HubSpotApp  # noqa: PLC0415
    from sandbox.hubspot.behaviour import Behaviour  # noqa: PLC0415
    from sandbox.hubspot.bulk import BulkPortal  # noqa: PLC0415
    from sandbox.loopback import server_config  # noqa: PLC0415

    behaviour = Behaviour(limits=False, burst_limit=UNBINDING, daily_limit=100 * UNBINDING)
    app = HubSpotApp(BulkPortal(records, properties, 0.5), behaviour, keep_journal=False)
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    uvicorn.Server(server_config(app)).run(sockets=[listener])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--properties", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
