"""The command line options that explore an object instead of syncing."""

from __future__ import annotations

import abc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tap_hubspot_support._command_line import CommandLineTap
from tap_hubspot_support._endings import told_by_exit_code
from tap_hubspot_support.discovery import explore as discover_objects
from tap_hubspot_support.explorer.exploring import explore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_hubspot_support.run import Run

_FOLDER = "tap_hubspot_support.explore_output"


class ExploringTap(CommandLineTap):
    """A tap that can also explore an object: `--explore tickets --explore-output folder`."""

    @abc.abstractmethod
    def start_runs(self) -> list[Run]:
        """One run per portal, before anything was read."""

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """The command with the options to explore."""
        command = super().get_singer_command()
        folder = click.Option(
            ["--explore-output"],
            type=click.Path(file_okay=False, path_type=Path),
            default=Path(),
            help="Folder that --explore writes to; the current one by default.",
            callback=_keep_folder,
            expose_value=False,
            is_eager=True,
        )
        object_name = click.Option(
            ["--explore"],
            metavar="OBJECT",
            help="Write an analysis, a summary and a setup guide of an object such as tickets.",
            callback=cls.cb_explore,
            expose_value=False,
        )
        command.params.extend([folder, object_name])
        return command

    @classmethod
    def cb_explore(cls, ctx: click.Context, param: click.Option, value: str | None) -> None:  # noqa: ARG003
        """Answer `--explore`; ends as a run does."""
        if not value:
            return
        given: Any = ctx.params.get("config")
        with told_by_exit_code(cls.logger):
            tap = cls(
                config=given.config if given else None,
                parse_env_config=bool(given and given.parse_env),
                setup_mapper=False,
            )
            focused = cls(config=_only(tap.config, value), setup_mapper=False)
            for run in focused.start_runs():
                _explore(run, ctx.meta[_FOLDER])
        ctx.exit()


def _explore(run: Run, folder: Path) -> None:
    found = discover_objects(run)
    for failure in (found.failure, *found.failures.values()):
        if failure is not None:
            raise failure
    for object_type in run.objects:
        explore(run, object_type, folder)


def _only(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The same settings for one object, whose associations are not looked at."""
    kept = {key: value for key, value in config.items() if key != "association_pairs"}
    portals = [{**portal, "objects": [name]} for portal in config.get("portals") or ()]
    return {**kept, "objects": [name], **({"portals": portals} if portals else {})}


def _keep_folder(ctx: click.Context, param: click.Option, value: Path) -> None:  # noqa: ARG001
    ctx.meta[_FOLDER] = value
