"""Keeping what discovery found, for those who would rather be fast than up to date."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_hubspot_support.settings import Settings

logger = logging.getLogger(__name__)
_HOUR = 3_600


class _Kept(msgspec.Struct):
    made: float
    key: str
    schemas: dict[str, dict[str, Any]]


class SchemaCache:
    """One file with the schema of every stream. It holds no token and no record.

    Args:
        path: The file.
        hours: For how long it is good.
        settings: All portals' settings: the file is good for these only.
        now: Unix seconds.
    """

    def __init__(
        self,
        path: str,
        hours: float,
        settings: Sequence[Settings],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._hours, self._now = Path(path), hours, now
        self._key = _key(settings)

    def load(self) -> dict[str, dict[str, Any]] | None:
        """The schemas by stream, or None when there are none that are still good."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return None
        age = self._now() - kept.made
        if kept.key != self._key or not 0 <= age < self._hours * _HOUR:
            return None
        logger.info("schemas taken from the cache age_hours=%.1f", age / _HOUR)
        return kept.schemas

    def store(self, schemas: Mapping[str, dict[str, Any]]) -> None:
        """Keep the schemas; a file that cannot be written costs time, not the run."""
        kept = _Kept(self._now(), self._key, dict(schemas))
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            beside.write_bytes(msgspec.json.encode(kept))
            beside.replace(self._path)
        except OSError as error:
            logger.warning("the schema cache could not be written: %s", error.strerror)


def _key(settings: Sequence[Settings]) -> str:
    """What the schemas depend on; of a token no more than a digest enters."""
    parts = [
        (
            s.api_base_url,
            s.access_token,
            s.objects,
            s.allow,
            s.deny,
            s.sensitive_properties,
            s.history_properties,
            s.many_portals,
            repr(s.links),
        )
        for s in settings
    ]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
