"""HTTP: one session per thread, the rate below the retries, retries bounded twice."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
import requests
from singer_sdk.exceptions import FatalAPIError, FatalSyncError, RetriableAPIError

from tap_livechat._exact_json import MalformedReply, read_json
from tap_livechat._throttle import SlidingWindow, parse_retry_after
from tap_livechat._transport import TRANSPORT_ERRORS, Transport
from tap_livechat.cost import Bill
from tap_livechat.refusals import Action, Refusal, Verdict, refusal_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_livechat.credentials import Credential

T = TypeVar("T")
logger = logging.getLogger(__name__)

MINUTE = 60.0
_ATTEMPTS = 8
_TOTAL_SECONDS = 600.0
_FIRST_REPLY_SECONDS = 10.0  # a wrong address is commoner than an outage that ends soon
_LONGEST_WAIT = 60.0
_TIMEOUT = (10.0, 60.0)  # LiveChat itself gives up after 15 seconds
_LOST = Verdict(
    Action.RETRY,
    "the connection failed",
    "Check the network and the setting api_base_url, then run again",
)
_GARBLED = Verdict(
    Action.RETRY,
    "the reply was cut off or not JSON",
    "If a proxy stands in between, check it; else run again later",
)


class RefusedError(FatalAPIError):
    """LiveChat refused for a reason that a repetition does not mend.

    Attributes:
        kind: The error's type, such as `validation`.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class UnreachableError(FatalSyncError):
    """Nothing has answered in this run, so no stream can be read."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """One read of the API.

    Attributes:
        what: Words for messages, without ids or values.
        method: Such as `agent/action/list_archives`.
        body: The request.
        decode: Reads the reply; raises MalformedReply, after which the call is repeated.
        hopeless: Type of error for which the caller has a better answer than repeating the call
            more than once.
    """

    what: str
    method: str
    body: dict[str, Any]
    decode: Callable[[Any], T]
    hopeless: str | None = None


@dataclass(frozen=True)
class _Setback:
    """One failed attempt: what to think of it, how to say it, what the server asked for."""

    verdict: Verdict
    message: str
    kind: str = ""
    region: str | None = None
    asked: float | None = None


class Client:
    """Reads from LiveChat for any number of threads.

    Args:
        base_url: Scheme and host.
        version: Of the API, such as 3.6.
        credential: Who asks.
        window: The rate.
        sleep: How to wait between attempts, for tests.
    """

    def __init__(
        self,
        base_url: str,
        version: str,
        credential: Credential,
        window: SlidingWindow,
        *,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._base = f"{base_url.rstrip('/')}/v{version}/"
        self._headers = {
            "Authorization": credential.header,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "tap-livechat",
        }
        self._window = window
        self._closed = threading.Event()
        self._sleep = sleep or self._closed.wait
        self._reached = False
        self._transport = Transport(self._base, _TIMEOUT)
        self._date: datetime | None = None
        self.bill = Bill()

    @property
    def now(self) -> datetime:
        """The server's time at its last reply, to the second; this machine's before the first."""
        return self._date or datetime.now(timezone.utc)

    def close(self) -> None:
        """End all waits, so that threads finish soon; nothing is sent any more."""
        self._closed.set()
        self._window.open()

    def read(self, call: Call[T]) -> T:
        """Make a call, repeating it while that can help.

        Raises:
            RefusedError: It cannot succeed; the message says what to do.
            RetriableAPIError: It did not succeed in 8 attempts or 10 minutes, or the run is over.
            UnreachableError: Nothing answered for 10 seconds, and nothing ever did in this run.
        """
        started = time.monotonic()
        attempt = 0
        while True:
            attempt += 1
            outcome = self._attempt(call)
            if not isinstance(outcome, _Setback):
                return outcome
            wait = _wait_after(outcome, attempt)
            self._raise_if_hopeless(call, outcome, attempt)
            self._raise_if_final(outcome, attempt, time.monotonic() - started + wait)
            self._pause(outcome, wait)

    def _attempt(self, call: Call[T]) -> T | _Setback:
        self._window.take()
        if self._closed.is_set():
            self._window.answered()
            raise RetriableAPIError(f"{call.what}: the run is ending.")
        status = 0
        started = time.monotonic()
        try:
            response = self._send(call)
            status, self._reached = response.status_code, True
        except TRANSPORT_ERRORS:
            # The library's own message quotes the address: it stays unsaid.
            return _Setback(_LOST, f"{call.what}: {_LOST.meaning}. {_LOST.instruction}.")
        finally:
            self._window.answered()
            self.bill.count(status)
        logger.debug(
            "request method=%s status=%d seconds=%.3f",
            call.method,
            status,
            time.monotonic() - started,
        )
        return self._judge(call, response)

    def _judge(self, call: Call[T], response: requests.Response) -> T | _Setback:
        self._date = _date_of(response) or self._date
        body = _readable(response)
        refusal = refusal_in(response.status_code, body)
        if refusal is not None:
            asked = parse_retry_after(response.headers.get("Retry-After"), now=self.now.timestamp())
            return _setback(call, refusal, asked)
        try:
            return call.decode(body)
        except MalformedReply:
            return _Setback(_GARBLED, f"{call.what}: {_GARBLED.meaning}. {_GARBLED.instruction}.")

    def _send(self, call: Call[Any]) -> requests.Response:
        body = msgspec.json.encode(call.body)
        request = requests.Request("POST", self._base + call.method, self._headers, data=body)
        return self._transport.send(request)

    def _raise_if_hopeless(self, call: Call[Any], setback: _Setback, attempt: int) -> None:
        if setback.kind and setback.kind == call.hopeless and attempt > 1:
            raise RefusedError(setback.message, setback.kind)

    def _raise_if_final(self, setback: _Setback, attempt: int, spent: float) -> None:
        verdict, message = setback.verdict, setback.message
        moving = verdict.action is Action.MOVE and "X-Region" not in self._headers
        if verdict.action is Action.FAIL or (verdict.action is Action.MOVE and not moving):
            raise RefusedError(message, setback.kind)
        if verdict is _LOST and not self._reached and spent > _FIRST_REPLY_SECONDS:
            raise UnreachableError(self._nobody_answers())
        if attempt >= _ATTEMPTS or spent > _TOTAL_SECONDS or self._closed.is_set():
            raise RetriableAPIError(f"{message} Given up after {attempt} attempts.")

    def _nobody_answers(self) -> str:
        return (
            f"No answer came from {self._transport.host}. Check the setting api_base_url, the "
            "network, and any proxy and its certificate, then run again."
        )

    def _pause(self, setback: _Setback, wait: float) -> None:
        if setback.verdict.action is Action.MOVE:
            self._headers = {**self._headers, "X-Region": setback.region or ""}
            return
        logger.warning("waiting seconds=%.1f reason=%s", wait, setback.message)
        if setback.verdict.wait:
            self._window.hold(wait)
        self._sleep(wait)


def _date_of(response: requests.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None


def _readable(response: requests.Response) -> Any:
    """The decoded body; None when it is not JSON."""
    try:
        return read_json(response.content)
    except MalformedReply:
        return None


def _setback(call: Call[Any], refusal: Refusal, asked: float | None) -> _Setback:
    verdict, message = refusal.verdict, refusal.message(call.what)
    if verdict.action is Action.MOVE and refusal.region is None:
        verdict = Verdict(Action.FAIL, verdict.meaning, verdict.instruction)
    return _Setback(verdict, message, refusal.kind, refusal.region, asked)


def _wait_after(setback: _Setback, attempt: int) -> float:
    backoff = (setback.verdict.wait or 1.0) * 2.0 ** (attempt - 1)
    wait = min(_LONGEST_WAIT, max(backoff if setback.asked is None else setback.asked, 0.5))
    return wait * (1 + random.random() / 4)  # noqa: S311 - jitter, and it only adds
