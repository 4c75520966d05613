"""`sandbox`: start, stop, look at and advance the local stand-ins and their database."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import launcher
from sandbox.saved import SandboxDirectory, SandboxError

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_RUNNING = 3
SETTLE_MINUTES = 2
_UNITS = {"m": 1 / 60, "h": 1.0, "d": 24.0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 on failure, 3 when nothing runs."""
    options = parser().parse_args(arguments)
    directory = SandboxDirectory(options.dir)
    try:
        return int(options.run(directory, options) or 0)
    except SandboxError as error:
        tell(str(error))
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--dir",
        type=Path,
        default=Path(os.environ.get("SANDBOX_DIR", ".sandbox")),
        help="where the sandbox keeps its data (default: $SANDBOX_DIR or .sandbox)",
    )
    made = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, text, add) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(run=run)
        add(command)
    return made


def tell(text: str) -> None:
    """Say something to the person; standard output is for results alone."""
    sys.stderr.write(f"{text}\n")


def answer(text: str) -> None:
    """Print a result."""
    sys.stdout.write(f"{text}\n")


def hours(text: str) -> float:
    """Read a time such as 4h, 90m, 2d or 1h30m as hours."""
    parts = re.findall(r"(\d+(?:\.\d+)?)([mhd])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise argparse.ArgumentTypeError("Write a time such as 4h, 90m, 2d or 1h30m.")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


# up, down, reset


def _add_up(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tickets", type=int, help="size of the world's year (default 6000)")
    command.add_argument("--seed", type=int, help="which world (default 7)")
    command.add_argument("--latency", type=float, help="seconds every request takes")
    command.add_argument("--tier", help="free, professional, enterprise, addon or oauth")
    command.add_argument(
        "--no-limits", dest="limits", action="store_false", default=None, help="no rate limits"
    )
    command.add_argument(
        "--hubspot-portal", type=Path, metavar="FILE.json", help="serve this instead of the world"
    )
    command.add_argument("--port", type=int, help="port of the HubSpot stand-in")


def _up(directory: SandboxDirectory, options: argparse.Namespace) -> None:
    portal = options.hubspot_portal
    spec = {
        "tickets": options.tickets,
        "seed": options.seed,
        "portal_file": None if portal is None else str(portal.resolve()),
    }
    behaviour = {name: getattr(options, name) for name in ("latency", "tier", "limits")}
    behaviour = {name: value for name, value in behaviour.items() if value is not None}
    launcher.up(directory, spec, behaviour, options.port, tell)
    _print_environment(directory)


def _down(directory: SandboxDirectory, _: argparse.Namespace) -> None:
    tell("Stopped." if launcher.down(directory) else "Nothing was running.")


def _reset(directory: SandboxDirectory, _: argparse.Namespace) -> None:
    if launcher.reset(directory, tell):
        _print_environment(directory)
    else:
        tell("World and database are gone; `sandbox up` makes new ones.")


def _env(directory: SandboxDirectory, _: argparse.Namespace) -> None:
    _print_environment(directory)


def _print_environment(directory: SandboxDirectory) -> None:
    variables: dict[str, str] = launcher.control(directory).call("environment")
    for name, value in variables.items():
        answer(f"export {name}={shlex.quote(value)}")


# status, truth


def _add_status(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="for programs")


def _status(directory: SandboxDirectory, options: argparse.Namespace) -> int:
    running = directory.running() is not None
    status = launcher.control(directory).call("status") if running else {"running": False}
    answer(json.dumps(status, indent=1) if options.json else _table(status))
    return 0 if running else NOT_RUNNING


def _table(status: dict[str, Any]) -> str:
    if not status["running"]:
        return "Not running. Start it: sandbox up"
    rows = [("daemon", f"process {status['pid']}, for {status['seconds']} s")]
    for name, service in status["services"].items():
        rows.append((name, f"{service['url']}, {service['requests']} requests"))
    rows.append(("postgres", status["database"]["url"]))
    world = status["world"]
    if world:
        about = f"{world['tickets']} tickets, seed {world['seed']}"
        rows.append(("world", f"{about}, advanced {world['advances']} times, now {world['now']}"))
    else:
        rows.append(("portal file", status["portal_file"]))
    return "\n".join(f"{name:<12} {text}" for name, text in rows)


def _add_truth(command: argparse.ArgumentParser) -> None:
    command.add_argument("--metrics", action="store_true", help="the support metrics per ticket")


def _truth(directory: SandboxDirectory, options: argparse.Namespace) -> None:
    action = "metrics_truth" if options.metrics else "truth"
    answer(json.dumps(launcher.control(directory).call(action), ensure_ascii=False))


# advance, fault


def _add_advance(command: argparse.ArgumentParser) -> None:
    command.add_argument("time", type=hours, help="such as 4h, 90m, 2d or 1h30m")
    command.add_argument(
        "--settle",
        action="store_true",
        help=f"then let {SETTLE_MINUTES} minutes pass, so that search sees every change",
    )


def _advance(directory: SandboxDirectory, options: argparse.Namespace) -> None:
    control = launcher.control(directory)
    happened: dict[str, int] = control.call("advance", hours=options.time)
    if options.settle:
        control.call("settle", minutes=SETTLE_MINUTES)
    tell(", ".join(f"{name} {count}" for name, count in sorted(happened.items())))


def _add_fault(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind", nargs="?", help="such as 429, 503, reset; a wrong one lists them")
    command.add_argument("--service", default="hubspot", help="the stand-in (default hubspot)")
    command.add_argument("--match", default=".", help="regular expression on 'METHOD path?query'")
    command.add_argument("--times", type=int, default=1, help="requests it hits; 0 for all")
    command.add_argument("--after", type=int, default=0, help="requests that pass first")
    command.add_argument("--share", type=float, default=1.0, help="probability of a hit")
    command.add_argument("--retry-after", type=float, help="seconds for a Retry-After header")
    command.add_argument("--delay", type=float, default=0.0, help="seconds before it answers")
    command.add_argument("--clear", action="store_true", help="drop all faults")


def _fault(directory: SandboxDirectory, options: argparse.Namespace) -> None:
    control = launcher.control(directory)
    if options.clear:
        control.call("calm", service=options.service)
    elif options.kind is None:
        raise SandboxError("Name a kind of fault, or --clear.")
    if options.kind is not None:
        names = ("kind", "match", "after", "share", "retry_after", "delay")
        fault = {name: getattr(options, name) for name in names}
        control.call(
            "fault", service=options.service, fault={**fault, "times": options.times or None}
        )


def _add_nothing(_: argparse.ArgumentParser) -> None:
    pass


COMMANDS = {
    "up": (_up, "Start the stand-ins and the database, and print their variables", _add_up),
    "down": (_down, "Stop them; their data stays", _add_nothing),
    "status": (_status, "What runs, and how to reach it", _add_status),
    "reset": (_reset, "Begin anew: world and database as on the first day", _add_nothing),
    "advance": (_advance, "Let the world live for some hours", _add_advance),
    "truth": (_truth, "What a warehouse must hold by now, as JSON", _add_truth),
    "env": (_env, "Print the variables again", _add_nothing),
    "fault": (_fault, "Make a stand-in fail on purpose", _add_fault),
}

if __name__ == "__main__":
    sys.exit(main())
