"""Serve a portal from its own process: `python -m sandbox.hubspot`."""

from __future__ import annotations

import argparse
import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from sandbox.hubspot.app import HubSpotApp
from sandbox.hubspot.behaviour import Behaviour
from sandbox.hubspot.budgets import TIERS
from sandbox.hubspot.bulk import BulkPortal
from sandbox.hubspot.portal_file import PortalFileError, load_portal
from sandbox.hubspot.server import server_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.hubspot.portal import Portal


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; the first line on stdout is the URL."""
    options = parser().parse_args(arguments)
    behaviour = Behaviour(latency=options.latency, tier=options.tier, limits=options.limits)
    try:
        app = application(options, behaviour)
    except PortalFileError as error:
        raise SystemExit(str(error)) from None
    listener = socket.create_server((options.host, options.port), backlog=512)
    host, port = listener.getsockname()[:2]
    print(f"http://{host}:{port}", flush=True)  # noqa: T201 - the command's answer
    with suppress(KeyboardInterrupt):
        uvicorn.Server(server_config(app)).run(sockets=[listener])


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m sandbox.hubspot", description=main.__doc__)
    source = made.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--bulk", type=bulk_size, metavar="RECORDSxPROPERTIES", help="for example 1000000x100"
    )
    source.add_argument("--portal", type=Path, metavar="FILE.json", help="a portal as data")
    made.add_argument("--null-share", type=float, default=0.5, help="unset share of bulk values")
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=0, help="0 takes a free one")
    made.add_argument("--latency", type=float, default=0.0, help="seconds per request")
    made.add_argument("--tier", choices=sorted(TIERS), default="professional")
    made.add_argument("--no-limits", dest="limits", action="store_false")
    return made


def application(options: argparse.Namespace, behaviour: Behaviour) -> HubSpotApp:
    """Return the application the options ask for."""
    if options.bulk:
        records, properties = options.bulk
        portal: Portal = BulkPortal(records, properties, options.null_share)
    else:
        portal = load_portal(options.portal)
    # Without a journal the memory of a long run stays flat.
    return HubSpotApp(portal, behaviour, keep_journal=False)


def bulk_size(text: str) -> tuple[int, int]:
    """Read "1000000x100" as (records, properties)."""
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if not match:
        raise argparse.ArgumentTypeError("Write it as RECORDSxPROPERTIES, such as 1000000x100.")
    return int(match[1]), int(match[2])


if __name__ == "__main__":
    main()
