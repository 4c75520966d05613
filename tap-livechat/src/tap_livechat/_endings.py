"""How a run ends: its exit code and its last words."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from singer_sdk.exceptions import (
    AbortedSyncPausedException,
    ConfigValidationError,
    FatalSyncError,
    RetriableSyncError,
)

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

FAILED = 1
"""Exit code of a run in which something could not be read; the log says what to do."""

STOPPED_EARLY = 75
"""Exit code of a run that the vendor cut short for a while: the state is kept, try later."""

FAILURES = (FatalSyncError, RetriableSyncError)


@contextmanager
def told_by_exit_code(logger: logging.Logger) -> Iterator[None]:
    """Turn the errors a run can end with into lines of the log and an exit code."""
    try:
        yield
    except AbortedSyncPausedException as stop:
        logger.warning("stopped early: %s", stop)
        sys.exit(STOPPED_EARLY)
    except ConfigValidationError as wrong:
        for error in wrong.errors:
            logger.error("%s", error)  # noqa: TRY400 - the reason is enough
        sys.exit(FAILED)
    except FAILURES as failure:
        logger.error("%s", failure)  # noqa: TRY400 - the reason is enough
        sys.exit(FAILED)
