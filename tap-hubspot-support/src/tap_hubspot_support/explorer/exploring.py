"""Reading definitions and a sample, and writing what was found."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

from tap_hubspot_support.explorer.analysis import Analysis, findings_of
from tap_hubspot_support.explorer.guide import empty_causes, setup_guide
from tap_hubspot_support.explorer.report import as_json, as_text
from tap_hubspot_support.reads import SEARCH_PAGE, Records, Wanted
from tap_hubspot_support.rows import RecordShape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.run import Run

logger = logging.getLogger(__name__)
_OLDEST = 100


def explore(
    run: Run,
    object_type: ObjectType,
    folder: Path,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> list[Path]:
    """Explore one object of one account and write three files.

    Args:
        run: The account.
        object_type: What to look at.
        folder: Where the files go; made if missing.
        clock: Monotonic seconds.

    Returns:
        The files: analysis, summary, setup guide.
    """
    started = clock()
    analysis = _analyse(run, object_type)
    analysis.seconds = clock() - started
    if not analysis.sampled:
        _tell_no_records(analysis)
    return _write(analysis, folder, many=run.settings.many_portals)


def _analyse(run: Run, object_type: ObjectType) -> Analysis:
    name = object_type.path
    logger.info("exploring object=%s portal=%d", name, run.portal_id)
    definitions = [d for d in run.definitions(object_type) if not d.archived]
    logger.info("properties read object=%s count=%d", name, len(definitions))
    shape = RecordShape([d.name for d in definitions])
    wanted = Wanted(shape.record_type, tuple(shape.requested))
    sample = _sample(Records(run.client, run.paths, object_type, wanted))
    logger.info("sample read object=%s records=%d", name, len(sample))
    return Analysis(
        object_type,
        run.portal_id,
        run.settings.api_version,
        run.synced,
        run.counts.get(object_type.type_id),
        len(sample),
        0.0,
        findings_of(definitions, sample, shape.value),
    )


def _sample(records: Records) -> list[Any]:
    """The oldest and the newest records: the former show what was once used, the latter what is."""
    oldest = records.page(None, limit=_OLDEST).results
    newest = records.search([], descending=True, limit=SEARCH_PAGE).results
    known = {record.id for record in oldest}
    missing = [record.id for record in newest if record.id not in known]
    return [*oldest, *_read(records, missing)]


def _read(records: Records, ids: Sequence[str]) -> list[Any]:
    size = records.wanted.page
    chunks = [ids[start : start + size] for start in range(0, len(ids), size)]
    return [record for chunk in chunks for record in records.read(chunk)]


def _tell_no_records(analysis: Analysis) -> None:
    causes = " ".join(f"({n}) {cause}" for n, cause in enumerate(empty_causes(analysis), start=1))
    logger.warning("No %s found. Possible causes: %s", analysis.object_type.path, causes)


def _write(analysis: Analysis, folder: Path, *, many: bool) -> list[Path]:
    entity = analysis.object_type.table if analysis.object_type.is_custom else ""
    entity = entity or analysis.object_type.path
    entity += f"_{analysis.portal_id}" if many else ""
    stamp = _stamp(analysis.generated_at)
    contents = {
        f"hubspot_{entity}_analysis_{stamp}.json": json.dumps(
            as_json(analysis), indent=2, ensure_ascii=False
        ),
        f"hubspot_{entity}_summary_{stamp}.txt": as_text(analysis),
        f"HUBSPOT_{entity.upper()}_SETUP.md": setup_guide(analysis),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")
        logger.info("written file=%s", folder / name)
    return [folder / name for name in contents]


def _stamp(instant: str) -> str:
    """An instant as part of a file name.

    >>> _stamp("2026-01-14T09:31:07.412Z")
    '20260114_093107'
    """
    digits = "".join(c for c in instant if c.isdigit())
    return f"{digits[:8]}_{digits[8:14]}"
