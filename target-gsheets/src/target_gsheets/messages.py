"""Reading Singer messages line by line, until the input or the run ends."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError
from singer_sdk.io_base import GenericSingerReader

if TYPE_CHECKING:
    from collections.abc import Callable

    Callbacks = dict[str, Callable[[dict[str, Any]], None]]

_TYPE = re.compile(r"[A-Z_]{1,40}")


class InputCutError(FatalSyncError):
    """The input ended in the middle of a message."""


class MessageReader(GenericSingerReader[str]):
    """Reads messages, with exact decimals.

    Attributes:
        stop: Set to end reading after the message at hand.
        before: Called before each message.
        failed: Called with what ended the reading, before that goes on.
        failure: Why the input ended early, if it did.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stop = False
        self.before: Callable[[], None] = lambda: None
        self.failed: Callable[[BaseException], None] = lambda _: None
        self.failure: InputCutError | None = None

    @property
    def default_input(self) -> IO[str]:
        """Standard input; a byte that is no UTF-8 spoils its own character only."""
        return open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False)

    def deserialize_json(self, line: str) -> dict[str, Any]:
        """Decode one message.

        Raises:
            FatalSyncError: If the line is not a JSON object.
        """
        try:
            message = json.loads(line, parse_float=Decimal)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise FatalSyncError(
                "The input has a line that is not a Singer message. Something other than "
                "the tap's messages went to its standard output, or the line is damaged.",
            )
        return message

    def process_lines(self, file_input: IO[Any] | None, callbacks: Callbacks) -> Counter[str]:
        """Read all messages.

        Args:
            file_input: Text; None reads standard input.
            callbacks: What to do with each message, by type.

        Returns:
            How many messages of each type there were.
        """
        counts: Counter[str] = Counter()
        try:
            self._read(file_input, callbacks, counts)
        except BaseException as error:
            self.failed(error)
            raise
        return counts

    def _read(self, file_input: IO[Any] | None, callbacks: Callbacks, counts: Counter[str]) -> None:
        for line in file_input or self.default_input:
            if self.stop:
                break
            if not line.strip():
                continue
            message = self._message(line)
            if message is None:
                break
            kind = message.get("type")
            if not isinstance(kind, str) or kind not in callbacks:
                raise _unknown_type(kind)
            self.before()
            callbacks[kind](message)
            counts[kind] += 1

    def _message(self, line: str) -> dict[str, Any] | None:
        try:
            return self.deserialize_json(line)
        except FatalSyncError:
            if line.endswith("\n"):
                raise
        self.failure = InputCutError(
            "The input ended in the middle of a message. What came before it is stored; see "
            "the tap's log for why it stopped.",
        )
        return None


def _unknown_type(kind: object) -> FatalSyncError:
    # Whatever went to the tap's output may hold anything: only what looks like a type is told.
    told = f" {kind}" if isinstance(kind, str) and _TYPE.fullmatch(kind) else ""
    return FatalSyncError(
        f"The input has a message of unknown type{told}. Singer knows SCHEMA, RECORD, STATE "
        "and ACTIVATE_VERSION.",
    )


def required(message: dict[str, Any], *names: str) -> None:
    """Insist on parts of a message.

    Raises:
        FatalSyncError: Naming the missing parts, never the message's content.
    """
    missing = [name for name in names if name not in message]
    if missing:
        raise FatalSyncError(
            f"A {message.get('type')} message lacks {', '.join(missing)}. "
            "Check the tap's output against the Singer specification.",
        )
