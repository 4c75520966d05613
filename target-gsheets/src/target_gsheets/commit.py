"""Carry out one batch exactly once, whatever the network does meanwhile."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec

from target_gsheets import edits
from target_gsheets.checkpoint import (
    After,
    Applied,
    Checkpoint,
    Mark,
    checkpoint_of,
    described,
    first_mark,
    holder,
    next_mark,
)
from target_gsheets.client import RefusedError, TooManyError
from target_gsheets.errors import BusyError, MovedError, UnclearError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_gsheets.client import Retry, Sheets
    from target_gsheets.edits import Edit

_logger = logging.getLogger(__name__)
_MARKS = "sheets(protectedRanges(protectedRangeId,description))"
_REPLY = (
    "replies(addProtectedRange(protectedRange(protectedRangeId))),"
    "updatedSpreadsheet(sheets(properties(sheetId),data(rowData(values(effectiveValue)))))"
)


class Committer:
    """Sends batches, each with its checkpoint.

    Args:
        sheets: The service.
        run: This run's id.
        lease: Seconds after a batch for which other runs stay away.

    Attributes:
        checkpoint: The last one known.
    """

    def __init__(self, sheets: Sheets, run: str, lease: float) -> None:
        self.checkpoint: Checkpoint | None = None
        self._sheets, self._lease = sheets, lease
        self._mark = first_mark(run)

    @property
    def wrote(self) -> bool:
        """This run has written something."""
        return self._mark.number > 0

    def see(self, checkpoint: Checkpoint | None) -> None:
        """Take note of the checkpoint that a read showed.

        Raises:
            BusyError: Another run is at work.
            MovedError: The sheet was written to since it was read before.
        """
        if checkpoint is not None:
            other = holder(checkpoint.mark, self._mark.run, self._sheets.now())
            if other is not None:
                raise BusyError(
                    f"The spreadsheet is being written to by {other}. Nothing was changed. Let "
                    "it finish, or run again after that time.",
                )
            if self.wrote and checkpoint.mark.run != self._mark.run:
                raise BusyError(
                    "Another run took the spreadsheet over, because this one was silent for "
                    "longer than lease_seconds. What was written is whole; run again.",
                )
            if not self.wrote and checkpoint.mark.open:
                self._mark = msgspec.structs.replace(self._mark, applied=checkpoint.mark.applied)
        self.checkpoint = checkpoint

    def commit(
        self,
        changes: Sequence[Edit],
        undo: int,
        *,
        ranges: Sequence[str] = (),
        applied: dict[str, Applied] | None = None,
        after: After = After.GOES_ON,
    ) -> dict[str, Any] | None:
        """Apply all changes in one request, once.

        Args:
            changes: The edits.
            undo: Id of the worksheet that carries checkpoints.
            ranges: What of the spreadsheet is wanted in the answer, as it is afterwards.
            applied: What streams without key have written, for the checkpoint.
            after: What the run does then.

        Returns:
            The answer; None if the batch was applied but its answer was lost.

        Raises:
            MovedError: Nothing was applied, because the sheet is not as it was read.
            SheetsError: Nothing was applied, and nothing will be.
        """
        now = self._sheets.now()
        mark = next_mark(
            self._mark,
            now=now,
            until=after.until(now, self._lease),
            applied=self._mark.applied if applied is None else applied,
        )
        before = [edits.delete_mark(self.checkpoint.range_id)] if self.checkpoint else []
        requests = [*changes, *before, edits.add_mark(undo, described(mark))]
        answer = self._deliver(_body(requests, ranges), mark)
        self._mark = mark
        if answer is not None:
            made = answer["replies"][-1]["addProtectedRange"]["protectedRange"]
            self.checkpoint = Checkpoint(made["protectedRangeId"], mark)
        return answer

    def _deliver(self, body: bytes, mark: Mark) -> dict[str, Any] | None:
        retry, unclear = self._sheets.retry(), False
        while True:
            try:
                return self._sheets.send(body, _REPLY)
            except TooManyError as error:  # noqa: PERF203 - each turn is a request
                retry.pause("quota of writes used up", error.seconds)
            except UnclearError as error:
                unclear = True
                if self._landed(mark, retry, str(error)):
                    return None
            except RefusedError as error:
                if (unclear or error.refusal.lost_token) and self._look(mark):
                    return None
                if error.refusal.lost_token or error.refusal.moved:
                    raise MovedError from None
                raise

    def _landed(self, mark: Mark, retry: Retry, reason: str) -> bool:
        retry.pause(f"{reason}; looking whether the batch was applied", None)
        landed = self._look(mark)
        _logger.info("the batch %s", "was applied" if landed else "was not applied, sending again")
        return landed

    def _look(self, mark: Mark) -> bool:
        """Tell whether the sheet's checkpoint is this batch's."""
        told = self._sheets.get(_MARKS)
        protected = [
            one for each in told.get("sheets", []) for one in each.get("protectedRanges", [])
        ]
        found = checkpoint_of(protected)
        if found is None or (found.mark.run, found.mark.number) != (mark.run, mark.number):
            return False
        self.checkpoint = found
        return True


def _body(requests: Sequence[Edit], ranges: Sequence[str]) -> bytes:
    body: dict[str, Any] = {"requests": requests}
    if ranges:
        body |= {"includeSpreadsheetInResponse": True, "responseRanges": list(ranges)}
    return msgspec.json.encode(body)
