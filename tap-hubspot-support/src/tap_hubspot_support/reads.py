"""Reading records of one object type: lists, batches by id, searches for ids."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.budgets import Budget
from tap_hubspot_support.client import Call, HeavyPageError
from tap_hubspot_support.wire import Batch, IdRecord, Page, reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_hubspot_support.client import Client
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.paths import Paths

logger = logging.getLogger(__name__)

MAX_URL_LENGTH = 15_000  # HubSpot answers 414 (in HTML) at about 16,200 characters
SEARCH_PAGE = 200  # HubSpot rejects more
_SMALLEST_PAGE = 10
_NOT_FOUND = "OBJECT_NOT_FOUND"


@dataclass(frozen=True)
class Wanted:
    """What to ask for of every record, and the shape it arrives in.

    Attributes:
        shape: msgspec type of a record.
        properties: Property names whose values are wanted.
        history: Property names whose versions are wanted.
        page: Most records per request: 100, or 50 with history (more is a 400).
    """

    shape: Any
    properties: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    page: int = 100

    @property
    def query(self) -> str:
        """The encoded part of a list request that names the wanted values."""
        # Without names HubSpot sends a default set, so something is always named. Plain
        # commas keep the address short: encoded they would take three characters each.
        names = quote(",".join(self.properties) or "hs_object_id", safe=",")
        history = quote(",".join(self.history), safe=",")
        return f"properties={names}" + (f"&propertiesWithHistory={history}" if history else "")


ONLY_IDS = Wanted(IdRecord)


class Records:
    """Reads records of one object type in one form.

    Args:
        client: The HTTP client.
        paths: Path templates.
        object_type: What they are.
        wanted: What to ask for of every record.
        max_url_length: Longest list address; beyond it ids are listed and values read by batch.

    Attributes:
        in_address: Whether all names fit the address of a list, so that a page is one request.
    """

    def __init__(
        self,
        client: Client,
        paths: Paths,
        object_type: ObjectType,
        wanted: Wanted,
        *,
        max_url_length: int = MAX_URL_LENGTH,
    ) -> None:
        self._client, self._paths, self._type = client, paths, object_type.path
        self.object_type = object_type
        self._max_url_length = max_url_length
        self.wanted = wanted
        self._read_page = reader(Page[wanted.shape])  # type: ignore[name-defined]
        self._read_batch = reader(Batch[wanted.shape])  # type: ignore[name-defined]
        path = paths.objects(self._type)
        self.in_address = len(path) + len(wanted.query) + 300 <= max_url_length

    def only_ids(self) -> Records:
        """The same type, asking for no values."""
        return Records(self._client, self._paths, self.object_type, ONLY_IDS)

    def page(
        self, after: str | None, *, limit: int | None = None, archived: bool = False
    ) -> Page[Any]:
        """One page of the list, in ascending id, with its values.

        Args:
            after: Page token; None for the first page.
            limit: Records per page; by default the most HubSpot allows.
            archived: List the recycle bin instead of the live records.
        """
        limit = min(limit or self.wanted.page, self.wanted.page)
        if self.in_address:
            return self._shrinking(after, limit, archived=archived)
        ids = self.only_ids().page(after, limit=limit, archived=archived)
        found = {r.id: r for r in self.read([r.id for r in ids.results], archived=archived)}
        # A record that went away between the two requests has no values and is left out.
        ids.results = [found[r.id] for r in ids.results if r.id in found]
        return ids

    def read(self, ids: Sequence[str], *, archived: bool = False) -> list[Any]:
        """Records by id, straight from the store; ids that do not exist are left out.

        Raises:
            FatalAPIError: HubSpot could not read some for another reason.
        """
        if not ids:
            return []
        body = {
            "properties": list(self.wanted.properties) or ["hs_object_id"],
            "propertiesWithHistory": list(self.wanted.history),
            "inputs": [{"id": id_} for id_ in ids],
        }
        what = f"reading {self._type} by id"
        batch: Batch[Any] = self._client.read(
            Call(
                what,
                self._paths.batch_read(self._type),
                self._read_batch,
                query="archived=true" if archived else "",
                body=msgspec.json.encode(body),
            )
        )
        if any(error.category != _NOT_FOUND for error in batch.errors):
            raise FatalAPIError(
                f"{what}: HubSpot could not read some records, for a reason this tap does not "
                "know. Nothing was skipped: run again, and open an issue if it stays."
            )
        return batch.results

    def search(
        self, filters: list[dict[str, str]], *, descending: bool = False, limit: int = SEARCH_PAGE
    ) -> Page[IdRecord]:
        """Ids of matching live records, by id; never archived ones, and up to a minute behind."""
        body = {
            "filterGroups": [{"filters": filters}] if filters else [],
            "sorts": [
                {
                    "propertyName": "hs_object_id",
                    "direction": "DESCENDING" if descending else "ASCENDING",
                }
            ],
            "properties": ["hs_object_id"],
            "limit": limit,
        }
        return self._client.read(
            Call(
                f"searching {self._type}",
                self._paths.search(self._type),
                _read_ids,
                body=msgspec.json.encode(body),
                budget=Budget.SEARCH,
            )
        )

    def _shrinking(self, after: str | None, limit: int, *, archived: bool) -> Page[Any]:
        while True:
            call = self._list_call(after, limit, archived=archived)
            try:
                return self._client.read(replace(call, shrinkable=limit > _SMALLEST_PAGE))
            except HeavyPageError:
                limit = max(_SMALLEST_PAGE, limit // 2)
                logger.warning(
                    "asking for smaller pages stream_type=%s limit=%d", self._type, limit
                )

    def _list_call(self, after: str | None, limit: int, *, archived: bool) -> Call[Page[Any]]:
        query = f"limit={limit}&{self.wanted.query}"
        query += "&archived=true" if archived else ""
        query += f"&after={quote(after, safe='')}" if after is not None else ""
        what = f"listing {'archived ' if archived else ''}{self._type}"
        return Call(what, self._paths.objects(self._type), self._read_page, query=query)


_read_ids = reader(Page[IdRecord])
