"""Batches into the spreadsheet: read what is there, plan, commit, check, and mend if need be."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from target_gsheets.assembling import Target, apply_to_index, row_edits
from target_gsheets.batches import Counts, StreamBatch
from target_gsheets.capacity import MOST_BYTES, check_capacity, check_protection, request_size
from target_gsheets.checkpoint import After
from target_gsheets.errors import MovedError, SheetsError
from target_gsheets.rows import plan
from target_gsheets.undo import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

    from target_gsheets.book import Book
    from target_gsheets.checkpoint import Applied
    from target_gsheets.commit import Committer
    from target_gsheets.edits import Edit
    from target_gsheets.layout import Layout
    from target_gsheets.mending import Mending
    from target_gsheets.replays import Replays
    from target_gsheets.rows import Rules

_logger = logging.getLogger(__name__)
#: People who rearrange a sheet all the time win in the end.
_MOST_ATTEMPTS = 12


class TooLargeError(Exception):
    """A request would be larger than Google takes."""


@dataclass
class Write:
    """One batch on its way.

    Attributes:
        batches: What the streams received.
        log: Makes the run's row of Sync_Log from the counts of this batch.
        replays: Knows what the checkpoint has to tell of rows without a key.
        after: What the run does then.
        extra: Makes further edits that belong to it, after the rows.
        counts: By stream, of all that this write has done so far.
        repeated: What is counted already is being written once more.
    """

    batches: list[StreamBatch]
    log: Callable[[dict[str, Counts]], StreamBatch]
    replays: Replays
    after: After = After.GOES_ON
    extra: Callable[[], list[Edit]] = list
    counts: dict[str, Counts] = field(default_factory=dict)
    repeated: bool = False

    def counted(self, targets: Sequence[Target]) -> dict[str, Counts]:
        """Return the counts with those of new plans; a repeated batch counts nothing twice."""
        counts = {stream: replace(each) for stream, each in self.counts.items()}
        if not self.repeated:
            for target in targets:
                counts.setdefault(target.layout.stream, Counts()).add(target.plan.counts)
        return counts

    def redo(self, shifted: set[int], targets: Sequence[Target]) -> None:
        """Get ready for the same batch again, after its damage was mended.

        Rows without a key that went where they belong must not be added twice.
        """
        self.repeated = True
        astray = {t.layout.stream for t in targets if t.placement.worksheet.id in shifted}
        self.batches = [
            each
            if each.layout.keyed or each.layout.stream in astray
            else StreamBatch(each.layout, activate=each.activate)
            for each in self.batches
        ]

    def halves(self) -> tuple[Write, Write] | None:
        """Return two writes that do the same one after the other, if there is anything to halve."""
        if sum(len(each.rows) for each in self.batches) < 2:  # noqa: PLR2004
            return None
        pairs = [each.halves() for each in self.batches]
        first = Write([pair[0] for pair in pairs], self.log, self.replays)
        second = [pair[1] for pair in pairs]
        return first, Write(second, self.log, self.replays, self.after, self.extra)


class Writer:
    """Writes batches exactly once.

    Args:
        book: What is known of the spreadsheet.
        committer: Sends requests.
        mending: Undoes what went to wrong rows.
        rules: By layout: what is done with old and dead rows.
        zone: Of the wall clock in the sheet.
    """

    def __init__(
        self,
        book: Book,
        committer: Committer,
        mending: Mending,
        rules: Callable[[Layout, int | None], Rules],
        zone: tzinfo,
    ) -> None:
        self._book, self._committer, self._mending = book, committer, mending
        self._rules, self._zone = rules, zone

    def write(self, write: Write) -> dict[str, Counts]:
        """Write a batch, in several requests if it is too large for one.

        Returns:
            What became of each stream's records.

        Raises:
            SheetsError: It could not be written; nothing of the request in question was.
        """
        while True:
            try:
                rest = self._once(write)
            except TooLargeError:
                return self._halved(write)
            if not rest:
                return write.counts
            # Rows are left to be deleted.
            write.repeated, write.batches = False, rest

    def _halved(self, write: Write) -> dict[str, Counts]:
        halves = write.halves()
        if halves is None:
            raise SheetsError(
                "One record is larger than the 10 MiB that Google takes in a request. Leave out "
                "its largest property in the tap's catalog.",
            )
        first, second = halves
        counts = self.write(first)
        for stream, more in self.write(second).items():
            counts.setdefault(stream, Counts()).add(more)
        return counts

    def _once(self, write: Write) -> list[StreamBatch]:
        applied = write.replays.applied_with(write.batches)
        for _ in range(_MOST_ATTEMPTS):
            try:
                rest = self._attempt(write, applied)
            except MovedError:  # noqa: PERF203 - each attempt is some requests
                _logger.info("the spreadsheet was rearranged meanwhile, reading it again")
                self._book.forget()
            else:
                write.replays.note(applied)
                return rest
        raise SheetsError(
            f"The spreadsheet was rearranged {_MOST_ATTEMPTS} times while this run tried to write. "
            "Nothing is lost; run again when nobody is sorting or moving columns.",
        )

    def _attempt(self, write: Write, applied: dict[str, Applied]) -> list[StreamBatch]:
        log = write.log(write.counts)
        self._book.ready([*(each.layout for each in write.batches), log.layout])
        if self._mending.recover(self._book):
            raise MovedError
        targets = [self._target(each) for each in write.batches]
        counts = write.counted(targets)
        targets.append(self._target(write.log(counts)))
        journal, answer, ranges = self._send(write, targets, applied)
        write.counts = counts
        check = journal.check(self._book.copies(answer, ranges))
        if not check.fine:
            _logger.warning("people rearranged the sheet during the write; mending it")
            self._mending.mend(self._book, journal, check, targets)
            write.redo(check.shifted, targets)
            raise MovedError
        for target in targets:
            apply_to_index(target)
        self._book.written(targets)
        if not any(target.plan.more for target in targets):
            return []
        return [
            each.rest(target.plan.left, target.plan.swept)
            for each, target in zip(write.batches, targets[:-1], strict=True)
        ]

    def _target(self, batch: StreamBatch) -> Target:
        placement = self._book.placement(batch.layout)
        index = self._book.index(batch.layout, self._zone)
        check_protection(placement.worksheet, placement.positions, self._book.sheets.account)
        rules = self._rules(batch.layout, batch.activate)
        return Target(batch.layout, placement, index, plan(batch, index, rules))

    def _send(
        self, write: Write, targets: list[Target], applied: dict[str, Applied]
    ) -> tuple[Journal, dict[str, Any] | None, list[str]]:
        undo = self._book.undo
        journal = Journal(undo.id)
        for target in targets:
            if not target.plan.empty and not target.placement.made:
                journal.note_header(target.layout, target.placement)
                journal.note_rows(target.layout, target.placement, target.plan, target.index)
        changes = self._changes(journal, targets, write.extra)
        if request_size(changes) > MOST_BYTES:
            raise TooLargeError
        check_capacity(self._book.workbook, self._book.growth(targets, journal))
        ranges = journal.ranges(undo.quoted)
        answer = self._committer.commit(
            changes, undo.id, ranges=ranges, applied=applied, after=write.after
        )
        self._book.kept(journal)
        return journal, answer, ranges

    def _changes(
        self, journal: Journal, targets: Sequence[Target], extra: Callable[[], list[Edit]]
    ) -> list[Edit]:
        undo = self._book.undo
        changes = self._book.preparation()
        for target in targets:
            changes += target.placement.preparation
        changes += journal.edits(rows=undo.rows, columns=undo.columns, keep=False)
        for target in targets:
            changes += row_edits(target)
        return changes + extra() + self._book.tidying()
