"""Serve very many threads from a process of its own: `python -m sandbox.livechat`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sandbox.livechat.app import LiveChatApp
from sandbox.livechat.behaviour import Behaviour
from sandbox.livechat.bulk import BULK_ACCOUNT, BulkOrganization
from sandbox.livechat.tokens import DEFAULT_TOKEN
from sandbox.loopback import serve_until_interrupted, serving_options

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; the first line on stdout is the URL."""
    options = parser().parse_args(arguments)
    behaviour = Behaviour(
        latency=options.latency, limits=options.limits, requests_per_minute=options.per_minute
    )
    organization = BulkOrganization(options.bulk, options.events)
    # Without a journal the memory of a long run stays flat.
    app = LiveChatApp(organization, behaviour, keep_journal=False)
    serve_until_interrupted(app, options)


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(
        prog="python -m sandbox.livechat",
        description=main.__doc__,
        epilog=f"Read it as account {BULK_ACCOUNT} with the token {DEFAULT_TOKEN}.",
    )
    made.add_argument("--bulk", type=int, default=100_000, metavar="THREADS", help="in one year")
    made.add_argument("--events", type=int, default=10, help="per thread")
    made.add_argument("--per-minute", type=int, default=180, help="requests allowed")
    serving_options(made)
    return made


if __name__ == "__main__":
    main()
