"""Keeping a run's log in a file of its own, beside stderr."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG_PROPERTY = th.Property(
    "log_folder",
    th.StringType,
    title="Log folder",
    description="Folder in which each sync leaves its log as "
    "`hubspot_sync_log_<date>_<time>.txt` (UTC), beside stderr. By default no file is written.",
)


@contextmanager
def kept_log(folder: str | None) -> Iterator[Path | None]:
    """Write every log line of a block to a new file too; without a folder to none.

    Raises:
        ConfigValidationError: The folder cannot be written to.
    """
    if not folder:
        yield None
        return
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d_%H%M%S")
    path = Path(folder).expanduser() / f"hubspot_sync_log_{stamp}.txt"
    handler = _handler(path)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield path
    finally:
        root.removeHandler(handler)
        handler.close()


def _handler(path: Path) -> logging.FileHandler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        reason = f"log_folder: {path.parent} cannot be written to ({error.strerror})"
        raise ConfigValidationError(
            "no log file", errors=[f"{reason}. Choose another folder, or none"]
        ) from None
    present = logging.getLogger().handlers
    handler.setFormatter(present[0].formatter if present else None)
    return handler
