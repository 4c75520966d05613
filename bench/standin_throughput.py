"""How fast the HubSpot stand-in answers, so that no one takes its speed for the tap's.

Lists records of 100 properties from one client over one connection, limits off, and prints
records per second of wall time and of the server's own CPU time: the bulk portal, and an
ordinary portal on its first pass (every record encoded) and on later ones.

Run: `python bench/standin_throughput.py [--records 100000]`
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox.hubspot.bulk import BulkPortal
from sandbox.hubspot.portal import DEFAULT_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/crm/objects/2026-09/tickets"
HEADERS = {"Authorization": f"Bearer {DEFAULT_TOKEN}"}
AFTER = b'"paging":{"next":{"after":"'


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=100_000)
    records = options.parse_args().records
    print(f"{'portal':<24}{'records/s':>12}{'per CPU s':>12}{'peak MB':>9}")
    with serving("--bulk", f"{records}x100") as server:
        report("bulk", server, records)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portal.json"
        count = min(records, 20_000)
        path.write_text(json.dumps(portal_file(count)), encoding="utf-8")
        with serving("--portal", str(path)) as server:
            for label in ("ordinary, first pass", "ordinary, later pass"):
                report(label, server, count)


class Server:
    """A stand-in in its own process, and what it costs."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.connection = http.client.HTTPConnection(address)

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=HEADERS)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != http.client.OK:
            raise SystemExit(f"The stand-in answered {response.status}.")
        return body

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """Run a stand-in without limits until the block ends."""
    command = [sys.executable, "-m", "sandbox.hubspot", "--no-limits", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Server(process, urlsplit(process.stdout.readline().strip()).netloc)
    finally:
        process.kill()
        process.wait()


def report(label: str, server: Server, expected: int) -> None:
    """List everything once and print what it took."""
    definitions = json.loads(server.get("/crm/properties/2026-09/tickets"))["results"]
    names = ",".join(definition["name"] for definition in definitions)
    cpu, started = server.cpu_seconds(), time.perf_counter()
    seen = sum(pages(server, f"{PATH}?limit=100&properties={names}"))
    wall, cpu = time.perf_counter() - started, server.cpu_seconds() - cpu
    if seen != expected:
        raise SystemExit(f"{seen} records came of {expected}.")
    peak = server.peak_megabytes()
    print(f"{label:<24}{seen / wall:>12,.0f}{seen / cpu:>12,.0f}{peak:>9,.0f}")


def pages(server: Server, path: str) -> Iterator[int]:
    """Yield the number of records of each page; no page is decoded, only its cursor found."""
    after = b"0"
    while after:
        body = server.get(f"{path}&after={after.decode()}")
        yield body.count(b'"archived":')
        _, _, tail = body[-400:].partition(AFTER)
        after = tail.partition(b'"')[0]


def portal_file(count: int) -> dict[str, object]:
    """Return an ordinary portal with the bulk portal's first records."""
    bulk = BulkPortal(count, 100)
    records = [
        {
            "id": ticket.id,
            "properties": ticket.properties,
            "createdAt": ticket.created_at,
            "updatedAt": ticket.updated_at,
        }
        for ticket in map(bulk.ticket, range(count))
    ]
    definitions = list(bulk.definitions["tickets"].values())
    return {"properties": {"tickets": definitions}, "objects": {"tickets": records}}


if __name__ == "__main__":
    main()
