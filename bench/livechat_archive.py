"""A year of LiveChat threads beside what the rate permits, and beside asking chat by chat.

    python bench/livechat_archive.py [--threads 100000] [--per-minute 600] [--latency 0.3]

The stand-in enforces the rate (requests in any rolling minute, 429 above it) and takes the given
time for every answer. 180 a minute is what people tell each other about the real one; 600 shows
the same in less time, and asks for more requests in flight. The other way,
a summary list and one request per chat, is not run: its requests are counted.
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
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.livechat.bulk import BULK_ACCOUNT
from sandbox.livechat.tokens import DEFAULT_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

TAP = Path(sys.executable).with_name("tap-livechat")
PAGE = 100
MINUTE = 60
MOST_TIMES_THE_RATE = 1.2
MOST_MEGABYTES = 150


def main() -> None:
    options = _options()
    with _stand_in(options) as url:
        seconds, log = _run_tap(url, options.per_minute)
    threads, requests = _figure("threads", log), _figure("requests", log)
    permitted = requests / options.per_minute * MINUTE
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    one_by_one = threads + threads // PAGE
    print("| way | threads | requests | dollars | seconds | what the rate permits | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| tap-livechat | {threads:,} | {requests:,} | {_figure('dollars', log):.2f} "
        f"| {seconds:.1f} | {permitted:.1f} | {peak:.0f} |"
    )
    slow = one_by_one / options.per_minute * MINUTE
    print(
        f"| chat by chat | {threads:,} | {one_by_one:,} | {one_by_one * 0.27 / 1000:.2f} "
        f"| {slow:.0f} at least | {slow:.0f} | |"
    )
    refused = log.count("rate limit was reached")
    print(f"\n{refused} requests were refused for the rate.")
    if refused or peak > MOST_MEGABYTES or seconds > MOST_TIMES_THE_RATE * permitted:
        raise SystemExit("Wanted: no refusals, at most 150 MB, at most 1.2 times the rate's time.")


def _run_tap(url: str, per_minute: int) -> tuple[float, str]:
    config = {
        "account_id": BULK_ACCOUNT,
        "access_token": DEFAULT_TOKEN,
        "api_base_url": url,
        "requests_per_minute": per_minute,
        "max_concurrency": max(4, per_minute // 120),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.json")
        path.write_text(json.dumps(config))
        began = time.monotonic()
        ended = subprocess.run(
            [str(TAP), "--config", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return time.monotonic() - began, ended.stderr


def _figure(name: str, log: str) -> float:
    found = re.search(rf"run finished .*\b{name}=([0-9.]+)", log)
    if found is None:
        raise SystemExit("The tap did not say its figures:\n" + log)
    return float(found[1]) if "." in found[1] else int(found[1])


@contextmanager
def _stand_in(options: argparse.Namespace) -> Iterator[str]:
    command = [sys.executable, "-m", "sandbox.livechat", "--bulk", str(options.threads)]
    command += ["--latency", str(options.latency), "--per-minute", str(options.per_minute)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--threads", type=int, default=100_000)
    parser.add_argument("--per-minute", type=int, default=600)
    parser.add_argument("--latency", type=float, default=0.3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
