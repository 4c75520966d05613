"""Serve a portal from its own process: `python -m sandbox.hubspot`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.hubspot.app import HubSpotApp
from sandbox.hubspot.behaviour import Behaviour
from sandbox.hubspot.budgets import TIERS
from sandbox.hubspot.bulk import BulkPortal
from sandbox.hubspot.portal_file import PortalFileError, load_portal
from sandbox.loopback import serve_until_interrupted, serving_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sandbox.hubspot.portal import Portal


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; the first line on stdout is the URL."""
    options = parser().parse_args(arguments)
    behaviour = Behaviour(latency=options.latency, tier=options.tier, limits=options.limits)
    try:
        app = application(options, behaviour)
    except PortalFileError as error:
        raise SystemExit(str(error)) from None
    serve_until_interrupted(app, options)


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m sandbox.hubspot", description=main.__doc__)
    source = made.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--bulk",
        type=bulk_sizes,
        metavar="SIZES",
        help="RECORDSxPROPERTIES for tickets, or TYPE=RECORDSxPROPERTIES, several with commas",
    )
    source.add_argument("--portal", type=Path, metavar="FILE.json", help="a portal as data")
    made.add_argument(
        "--changed",
        type=bulk_changes,
        default={},
        metavar="COUNTS",
        help="bulk records changed as it starts: RECORDS for tickets, or TYPE=RECORDS with commas",
    )
    made.add_argument("--null-share", type=float, default=0.5, help="unset share of bulk values")
    made.add_argument("--tier", choices=sorted(TIERS), default="professional")
    serving_options(made)
    return made


def application(options: argparse.Namespace, behaviour: Behaviour) -> HubSpotApp:
    """Return the application the options ask for."""
    if options.bulk:
        portal: Portal = bulk_portal(options)
    else:
        portal = load_portal(options.portal)
    # Without a journal the memory of a long run stays flat.
    return HubSpotApp(portal, behaviour, keep_journal=False)


def bulk_portal(options: argparse.Namespace) -> BulkPortal:
    """Return the bulk portal the options ask for.

    Raises:
        SystemExit: There is no such object type.
    """
    others = dict(options.bulk)
    tickets, properties = others.pop("tickets", (0, 9))
    try:
        return BulkPortal(
            tickets, properties, options.null_share, others=others, changed=options.changed
        )
    except (KeyError, ValueError) as error:
        raise SystemExit(f"No such bulk object type: {error}") from None


def bulk_sizes(text: str) -> dict[str, tuple[int, int]]:
    """Read "1000000x100" or "tickets=1000000x100,contacts=300000x60" as sizes by type."""
    sizes = {}
    for name, size in _named(text):
        match = re.fullmatch(r"(\d+)x(\d+)", size)
        if not match:
            raise argparse.ArgumentTypeError(
                "Write it as RECORDSxPROPERTIES, such as 1000000x100, or TYPE=RECORDSxPROPERTIES."
            )
        sizes[name] = (int(match[1]), int(match[2]))
    return sizes


def bulk_changes(text: str) -> dict[str, int]:
    """Read "500" or "tickets=500,contacts=20" as numbers by type."""
    counts = dict(_named(text))
    if not all(count.isdigit() for count in counts.values()):
        raise argparse.ArgumentTypeError("Write it as RECORDS, such as 500, or TYPE=RECORDS.")
    return {name: int(count) for name, count in counts.items()}


def _named(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, _, value = part.rpartition("=")
        yield name or "tickets", value


if __name__ == "__main__":
    main()
