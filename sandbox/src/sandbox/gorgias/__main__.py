"""Serve accounts from their own process: `python -m sandbox.gorgias`."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from sandbox.gorgias.app import GorgiasApp
from sandbox.gorgias.behaviour import Behaviour
from sandbox.gorgias.bulk import KEY, BulkHelpdesk
from sandbox.loopback import serve_until_interrupted, serving_options
from sandbox.world.clock import WorldClock
from sandbox.world.helpdesk import ACCOUNTS, HelpdeskPart, credentials

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.gorgias.helpdesk import Helpdesk

NOW = 1_780_315_200_000  # 2026-06-01T12:00:00Z
SIZES = ("tickets", "messages", "events")


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; prints the URL, then the accounts as a tap's setting wants them."""
    options = parser().parse_args(arguments)
    desks, accounts = helpdesks(options)
    behaviour = Behaviour(latency=options.latency, limits=options.limits)
    # Without a journal the memory of a long run stays flat.
    app = GorgiasApp(desks, behaviour, keep_journal=False)

    def told(url: str) -> str:
        for account in accounts:
            account["api_base_url"] = f"{url}/{account['client']}"
        return f"{url}\n{json.dumps(accounts)}"

    serve_until_interrupted(app, options, told)


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(prog="python -m sandbox.gorgias", description=main.__doc__)
    source = made.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--bulk", type=bulk_sizes, metavar="tickets=N,messages=N,events=N", help="made-up rows"
    )
    source.add_argument("--tickets", type=int, help="a living account's history of so many")
    made.add_argument("--accounts", type=int, choices=range(1, len(ACCOUNTS) + 1), default=2)
    made.add_argument("--agents", type=int, help="the company's people at each account")
    serving_options(made)
    return made


def helpdesks(options: argparse.Namespace) -> tuple[list[Helpdesk], list[dict[str, Any]]]:
    """Return the accounts the options ask for, and how a tap reaches them but for the URL."""
    clock = WorldClock(NOW)
    if options.bulk is not None:
        names = [name for name, _, _ in ACCOUNTS[: options.accounts]]
        desks: list[Helpdesk] = [BulkHelpdesk(name, options.bulk, clock) for name in names]
        return desks, [_account(name, KEY, ["email"]) for name in names]
    part = HelpdeskPart(
        clock, NOW, tickets=options.tickets, accounts=options.accounts, agents=options.agents
    )
    reached = [
        _account(name, credentials(office), list(part.channels[name]))
        for name, office in part.offices.items()
    ]
    return list(part.desks), reached


def bulk_sizes(text: str) -> dict[str, int]:
    """Read "tickets=100000,messages=1000000"."""
    try:
        pairs = [part.split("=") for part in text.split(",")]
        sizes = {name: int(number) for name, number in pairs}
    except ValueError:
        sizes = {}
    if not sizes or not set(sizes) <= set(SIZES):
        raise argparse.ArgumentTypeError(f"Write it as name=number, of {', '.join(SIZES)}.")
    return sizes


def _account(name: str, key: tuple[str, str], channels: list[str]) -> dict[str, Any]:
    return {"client": name, "username": key[0], "api_key": key[1], "channels": channels}


if __name__ == "__main__":
    main()
