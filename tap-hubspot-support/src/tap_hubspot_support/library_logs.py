"""What the HTTP library may log."""

from __future__ import annotations

import logging


def keep_addresses_out() -> None:
    """Keep urllib3 from logging addresses: they hold cursors and property names."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        connection_logger = logging.getLogger(name)
        if _drop not in connection_logger.filters:
            connection_logger.addFilter(_drop)


def _drop(_: logging.LogRecord) -> bool:
    return False
