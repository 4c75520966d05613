"""The bulk portal's records as JSON text: encoded ahead, with gaps for id and times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.hubspot.bulk_series import VARIANTS, Series
from sandbox.hubspot.record_text import RecordText, Selection
from sandbox.hubspot.wire import instant_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.hubspot.behaviour import Behaviour
    from sandbox.hubspot.bulk import BulkPortal
    from sandbox.hubspot.records import Record
    from sandbox.hubspot.search_index import Image

_MARKS = re.compile(rb'"@(id|created|modified|created_ms|modified_ms|url)@"')
Template = tuple[bytes, list[str]]


class BulkText(RecordText):
    """Puts records together from encoded text with gaps for id and times."""

    def __init__(self, portal: BulkPortal, behaviour: Behaviour) -> None:
        super().__init__(portal, behaviour)
        self._bulk = portal
        self._live = behaviour
        self._templates: dict[Any, list[Template]] = {}

    def many(self, selection: Selection, records: Iterable[Record | Image]) -> list[bytes]:
        """Return each record's JSON object."""
        series = self._bulk.series.get(selection.kind.name)
        if selection.with_history or series is None:
            return super().many(selection, records)
        key = (selection.kind.name, selection.names, self._live.datetime_as_ms)
        if key not in self._templates:
            made = [self._template(selection, variant) for variant in range(VARIANTS)]
            self._templates[key] = made
        templates, url = self._templates[key], self._url(selection)
        return [_filled(templates, series, record, url) for record in records]

    def fields(self, selection: Selection, record: Record | Image) -> dict[str, Any]:
        """Return a record's API object with its values made."""
        made = self._bulk.get(selection.kind.name, record.id)
        return super().fields(selection, made or record)

    def _url(self, selection: Selection) -> bytes:
        portal, type_id = self._bulk.portal_id, selection.kind.type_id
        return f"https://{self._bulk.ui_domain}/contacts/{portal}/record/{type_id}/".encode()

    def _template(self, selection: Selection, variant: int) -> Template:
        kind = selection.kind
        gaps = {"hs_object_id": "id", kind.created: "created", kind.modified: "modified"}
        value = super().fields(selection, self._bulk.sample(kind.name, variant))
        value |= {"id": "@id@", "createdAt": "@created@", "updatedAt": "@modified@"}
        value["url"] = "@url@"
        value["properties"] |= {
            name: f"@{mark}_ms@" if name in self._live.datetime_as_ms else f"@{mark}@"
            for name, mark in gaps.items()
            if name in selection.names
        }
        text = msgspec.json.encode(value).replace(b"%", b"%%")
        return _MARKS.sub(b'"%b"', text), [mark.decode() for mark in _MARKS.findall(text)]


def _filled(templates: list[Template], series: Series, record: Record | Image, url: bytes) -> bytes:
    number = (record.id - series.ids.start) // series.ids.step
    identity = str(record.id).encode()
    gaps = {
        "id": identity,
        "created": instant_text(record.created_at).encode(),
        "modified": instant_text(record.updated_at).encode(),
        "created_ms": str(record.created_at).encode(),
        "modified_ms": str(record.updated_at).encode(),
        "url": url + identity,
    }
    text, marks = templates[series.variant(number)]
    return text % tuple([gaps[mark] for mark in marks])
