"""Requests to the Sheets API through gspread: where, how long, how often, and with which outcome.

Reads are repeated freely. A write is sent once per call: whether it may be sent again is
decided by whoever knows the checkpoint.
"""

from __future__ import annotations

import logging
import random
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import gspread
import msgspec
import requests
from google.auth import exceptions as google_errors
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL, SPREADSHEET_VALUES_BATCH_URL

from target_gsheets._throttle import SlidingWindow, parse_retry_after
from target_gsheets.errors import (
    MovedError,
    Refusal,
    SheetsError,
    UnclearError,
    explain,
    refusal_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from google.auth.credentials import Credentials

_logger = logging.getLogger(__name__)
_GOOGLE = ("https://sheets.googleapis.com", "https://www.googleapis.com")
_TOO_MANY = 429
_SERVER_ERROR = 500
_MINUTE = 60.0
_LONGEST_PAUSE = 64.0
#: Requests per minute and user, reads and writes each; refilled every minute.
_PER_MINUTE = 60
_SHARE = 0.9


def pointed_at(base: str) -> type[HTTPClient]:
    """Return gspread's HTTP client, sent to another address than Google's if one is given."""

    class Client(HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            for prefix in _GOOGLE:
                if base and endpoint.startswith(prefix):
                    endpoint = base.rstrip("/") + endpoint[len(prefix) :]
            return super().request(method, endpoint, *args, **kwargs)

    return Client


class Sheets:
    """One spreadsheet, as a service.

    Args:
        credentials: A service account's.
        spreadsheet: The spreadsheet's id.
        account: The service account's address, for messages.
        base: Another address than Google's, for a stand-in.
        timeout: Seconds to wait for an answer; Google itself gives up after 180.
        patience: Seconds in all to go on after failures that pass by themselves.
        sleep: Waits that many seconds.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        spreadsheet: str,
        account: str,
        *,
        base: str = "",
        timeout: float = 200,
        patience: float = 600,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        client = gspread.authorize(credentials, http_client=pointed_at(base))
        client.set_timeout((min(30.0, timeout), timeout))
        # At debug level it would log whole requests, cells included.
        logging.getLogger("google.auth.transport.requests").setLevel(logging.INFO)
        self.spreadsheet = spreadsheet
        self.account = account
        self.reads = self.writes = 0
        self._http = client.http_client
        self._patience, self._sleep, self._clock = patience, sleep, clock
        self._skew = 0.0
        self._windows = {
            writing: SlidingWindow(_PER_MINUTE, _MINUTE, share=_SHARE, clock=clock, wait=sleep)
            for writing in (False, True)
        }

    def now(self) -> float:
        """Return the server's time in Unix seconds, as of its last answer."""
        return time.time() + self._skew

    def get(self, fields: str, ranges: Sequence[str] = ()) -> dict[str, Any]:
        """Read the spreadsheet resource.

        Args:
            fields: The field mask.
            ranges: A1 ranges whose grid data is wanted.

        Raises:
            SheetsError: Google refuses, or went on failing for longer than the patience.
            MovedError: A range is no longer there.
        """
        params: dict[str, Any] = {"fields": fields, "prettyPrint": "false"}
        if ranges:
            params["ranges"] = list(ranges)
        return self._read(SPREADSHEET_URL % self.spreadsheet, params)

    def values(self, ranges: Sequence[str], **options: str) -> list[list[list[Any]]]:
        """Read the values of ranges, one list of rows each."""
        params: dict[str, Any] = {"ranges": list(ranges), "prettyPrint": "false", **options}
        answer = self._read(SPREADSHEET_VALUES_BATCH_URL % self.spreadsheet, params)
        return [each.get("values", []) for each in answer.get("valueRanges", [])]

    def _read(self, url: str, params: dict[str, Any]) -> dict[str, Any]:
        retry = Retry(self._patience, self._sleep, self._clock)
        while True:
            try:
                return self._once("get", url, params)
            except UnclearError as error:  # noqa: PERF203 - each turn is a request
                retry.pause(str(error), None)
            except TooManyError as error:
                retry.pause("quota of reads used up", error.seconds)
            except RefusedError as error:
                if error.refusal.moved:
                    raise MovedError from None
                raise

    def send(self, body: bytes, fields: str) -> dict[str, Any]:
        """Send one batchUpdate, once.

        Args:
            body: The request as JSON.
            fields: The field mask of the answer.

        Raises:
            UnclearError: Nobody knows whether it was carried out.
            TooManyError: It was not: the quota is used up.
            RefusedError: It was not: Google finds something wrong with it.
        """
        params = {"fields": fields, "prettyPrint": "false"}
        answer = self._once("post", SPREADSHEET_BATCH_UPDATE_URL % self.spreadsheet, params, body)
        if not answer.get("replies"):
            raise UnclearError("an answer that tells nothing")
        return answer

    def _once(
        self, method: str, url: str, params: Mapping[str, Any], body: bytes | None = None
    ) -> dict[str, Any]:
        writing = body is not None
        window = self._windows[writing]
        window.take()
        try:
            return self._request(method, url, dict(params), body)
        finally:
            window.answered()
            self.writes += writing
            self.reads += not writing

    def _request(
        self, method: str, url: str, params: dict[str, Any], body: bytes | None
    ) -> dict[str, Any]:
        headers = {"Content-Type": "application/json; charset=UTF-8"} if body else None
        try:
            response = self._http.request(method, url, params=params, data=body, headers=headers)
            self._learn_time(response)
            answer = msgspec.json.decode(response.content, type=dict[str, Any])
        except APIError as error:
            self._learn_time(error.response)
            raise self._meaning(error, writing=body is not None) from None
        except google_errors.RefreshError as error:
            raise _no_token(error, self.account) from None
        except (requests.RequestException, google_errors.TransportError) as error:
            raise UnclearError(f"no whole answer ({type(error).__name__})") from None
        except (msgspec.DecodeError, UnicodeError):
            raise UnclearError("an answer that is not JSON") from None
        return answer

    def _meaning(self, error: APIError, *, writing: bool) -> Exception:
        refusal = refusal_of(error)
        if refusal.code == _TOO_MANY:
            header = error.response.headers.get("Retry-After")
            return TooManyError(parse_retry_after(header, now=self.now()))
        if refusal.code >= _SERVER_ERROR or not refusal.status:
            return UnclearError(f"status {refusal.code}")
        return RefusedError(refusal, explain(refusal, self.account, writing=writing))

    def _learn_time(self, response: requests.Response) -> None:
        try:
            told = parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
        except (TypeError, ValueError):
            return
        self._skew = told - time.time()

    def retry(self) -> Retry:
        """Return a fresh allowance of patience for one batch."""
        return Retry(self._patience, self._sleep, self._clock)


class TooManyError(Exception):
    """The quota is used up; nothing was carried out."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__()
        self.seconds = seconds


class RefusedError(SheetsError):
    """Google refused a request; nothing was carried out."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


def _no_token(error: google_errors.RefreshError, account: str) -> Exception:
    if getattr(error, "retryable", False):
        return UnclearError("no access token")
    return SheetsError(
        f"Authentication failed: Google gives no access token for {account}. The key may be "
        "revoked, the account deleted, or this machine's clock wrong. Make a new JSON key and "
        "set it as credentials."
    )


class Retry:
    """How long to go on: exponential waits with jitter, bounded by a total."""

    def __init__(
        self, patience: float, sleep: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        self._until = clock() + patience
        self._sleep, self._clock = sleep, clock
        self._wait = 1.0

    def pause(self, reason: str, asked: float | None) -> None:
        """Wait before the next attempt.

        Args:
            reason: Why, for the log.
            asked: Seconds the server asked for.

        Raises:
            SheetsError: The patience is used up.
        """
        seconds = max(asked or 0.0, self._wait + random.uniform(0, self._wait / 4))  # noqa: S311
        if self._clock() + seconds > self._until:
            raise SheetsError(
                f"Google Sheets could not be used for too long: {reason}. Nothing is lost; run "
                "again later. If it is the quota, let other programs use another Google project.",
            )
        _logger.warning("waiting %.1f s: %s", seconds, reason)
        self._sleep(seconds)
        self._wait = min(self._wait * 2, _LONGEST_PAUSE)
