"""A tap's front door: the options of its command, and how it takes what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk import Tap

from ._endings import told_by_exit_code
from ._files import catalog_file, state_file, unreadable
from ._messages import MessageWriter

if TYPE_CHECKING:
    import click


class CommandLineTap(Tap):
    """A tap that reads files forgivingly, writes whole lines and tells by its exit code."""

    message_writer_class = MessageWriter

    @property
    def writer(self) -> MessageWriter:
        """Where messages go."""
        writer = self.message_writer
        assert isinstance(writer, MessageWriter)  # noqa: S101 - for the type checker
        return writer

    def load_state(self, state: dict[str, Any]) -> None:
        """Take in the state; bookmarks that are null are none.

        Raises:
            ConfigValidationError: The bookmarks have no form that a state can have.
        """
        bookmarks = state.get("bookmarks") or {}
        known = bookmarks.values() if isinstance(bookmarks, dict) else [bookmarks]
        if not all(bookmark is None or isinstance(bookmark, dict) for bookmark in known):
            raise unreadable("--state", "this is no Singer state. Give the last one that was kept")
        super().load_state({"bookmarks": {n: b for n, b in bookmarks.items() if b}})

    @classmethod
    def invoke(cls, **kwargs: Any) -> None:
        """Run from the command line; the exit code tells how it ended."""
        with told_by_exit_code(cls.logger):
            state = state_file(kwargs.pop("state", None))
            catalog = catalog_file(kwargs.pop("catalog", None))
            super().invoke(**kwargs, state=state, catalog=catalog)

    @classmethod
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        """Read the files given with `--config`."""
        with told_by_exit_code(cls.logger):
            try:
                return super().cb_config(ctx, param, value)
            except FileNotFoundError as missing:
                raise unreadable("--config", str(missing)) from None
            except (TypeError, ValueError):
                raise unreadable("--config", "this is no JSON object") from None

    @classmethod
    def cb_discover(cls, ctx: click.Context, param: click.Option, value: bool) -> None:  # noqa: FBT001
        """Answer `--discover`; ends as a run does."""
        with told_by_exit_code(cls.logger):
            super().cb_discover(ctx, param, value)

    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Answer `--test`; ends as a run does."""
        with told_by_exit_code(cls.logger):
            super().cb_test(ctx, param, value)
