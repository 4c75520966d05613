"""HTTP: one session per thread, budgets below retries, retries bounded twice."""

from __future__ import annotations

import logging
import random
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import requests
from singer_sdk.exceptions import (
    AbortedSyncPausedException,
    FatalAPIError,
    FatalSyncError,
    RetriableAPIError,
)

from tap_hubspot_support._server_clock import ServerClock
from tap_hubspot_support._throttle import parse_retry_after
from tap_hubspot_support._transport import TRANSPORT_ERRORS, Transport
from tap_hubspot_support.budgets import Budget, Budgets
from tap_hubspot_support.instants import milliseconds
from tap_hubspot_support.statuses import Action, Verdict, explain, judge, read_error
from tap_hubspot_support.wire import MalformedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from tap_hubspot_support.budgets import Permit

T = TypeVar("T")
logger = logging.getLogger(__name__)

_ATTEMPTS = 8
_TOTAL_SECONDS = 600.0
_FIRST_REPLY_SECONDS = 10.0  # a wrong address is commoner than an outage that ends soon
_LONGEST_WAIT = 60.0
_BACKOFF_CAP = 30.0
_HEAVY_ATTEMPTS = 2
_TIMEOUT = (10.0, 130.0)  # HubSpot's own edge gives up after 100 seconds
_LOCKED = 423
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


class RefusedRequestError(FatalAPIError):
    """HubSpot answered 400."""


class ForbiddenError(FatalAPIError):
    """HubSpot answered 403: the token may not read this."""


class HeavyPageError(RetriableAPIError):
    """HubSpot repeatedly could not finish a page in time; a smaller page may do."""


class UnreachableError(FatalSyncError):
    """Nothing has answered in this run, so no stream can be read."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """One read of the API.

    Attributes:
        what: Words for messages, without ids or values.
        path: Path below the base URL.
        decode: Reads the body; raises MalformedReply.
        query: Encoded query string without the question mark.
        body: JSON body; makes the request a POST, which here is a read all the same.
        budget: The limit it counts against.
        shrinkable: Give up early on gateway errors so that the caller can ask for less.
    """

    what: str
    path: str
    decode: Callable[[bytes], T]
    query: str = ""
    body: bytes | None = None
    budget: Budget = Budget.GENERAL
    shrinkable: bool = False


@dataclass(frozen=True)
class _Reply:
    """A whole reply."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class _Setback:
    """One failed attempt: what to think of it, how to say it, what the server asked for."""

    verdict: Verdict
    message: str
    status: int = 0
    asked: float | None = None


class Client:
    """Reads from HubSpot for any number of threads.

    Args:
        base_url: Scheme and host.
        token: Private app token, service key or OAuth access token.
        budgets: Shared request budgets.
        gate: Bounds the requests in flight, over all portals.
        sleep: How to wait between attempts, for tests.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        budgets: Budgets,
        *,
        gate: AbstractContextManager[Any] | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "tap-hubspot-support",
        }
        self._gate = gate or nullcontext()
        self._closed = threading.Event()
        self._reached = False
        self._sleep = sleep or self._closed.wait
        self._transport = Transport(self._base, _TIMEOUT)
        self.budgets = budgets
        self.clock = ServerClock()

    def close(self) -> None:
        """End all waits, for the rate and between attempts, and send nothing more."""
        self._closed.set()
        self.budgets.open()

    def now(self) -> int:
        """HubSpot's present in milliseconds since the epoch, never late."""
        return milliseconds(self.clock.now())

    def read(self, call: Call[T]) -> T:
        """Make a call, repeating it while that can help.

        Raises:
            FatalAPIError: It cannot succeed; the message says what to do.
            RetriableAPIError: It did not succeed in 8 attempts or 10 minutes.
            UnreachableError: Nothing answered for 10 seconds, and nothing ever did in this run.
            AbortedSyncPausedException: The daily limit, the account is being moved, or the run
                is ending.
        """
        started = time.monotonic()
        attempt = 0
        while True:
            attempt += 1
            outcome = self._attempt(call)
            if not isinstance(outcome, _Setback):
                return outcome
            wait = self._wait_after(outcome, attempt)
            spent = time.monotonic() - started + wait
            self._raise_if_final(call, outcome, attempt, spent)
            self._pause(call, outcome, wait)

    def _attempt(self, call: Call[T]) -> T | _Setback:
        permit = self.budgets.take(call.budget)
        self._raise_if_closed()
        started = time.monotonic()
        try:
            with self._gate:
                reply = self._exchange(call, permit)
        except TRANSPORT_ERRORS:
            # The library's own message quotes the address with its query: it stays unsaid.
            return _Setback(_LOST, f"{call.what}: {_LOST.meaning}. {_LOST.instruction}.")
        self.clock.observe(reply.headers.get("Date"))
        self.budgets.learn(call.budget, permit, reply.headers)
        logger.debug(
            "request path=%s status=%d seconds=%.3f",
            call.path,
            reply.status,
            time.monotonic() - started,
        )
        return self._judge(call, reply)

    def _exchange(self, call: Call[Any], permit: Permit) -> _Reply:
        try:
            response = self._send(call)
            self._reached = True
        finally:
            # The server had counted the request before it sent the first byte.
            self.budgets.answered(call.budget, permit)
        return _whole(response)

    def _judge(self, call: Call[T], reply: _Reply) -> T | _Setback:
        status = reply.status
        if status in (200, 207):
            try:
                return call.decode(reply.body)
            except MalformedReply:
                return _Setback(
                    _GARBLED, f"{call.what}: {_GARBLED.meaning}. {_GARBLED.instruction}."
                )
        error = read_error(reply.body)
        verdict = judge(status, error, search=call.budget is Budget.SEARCH)
        asked = parse_retry_after(
            reply.headers.get("Retry-After"), now=self.clock.now().timestamp()
        )
        return _Setback(verdict, explain(call.what, status, error, verdict), status, asked)

    def _send(self, call: Call[Any]) -> requests.Response:
        url = f"{self._base}{call.path}" + (f"?{call.query}" if call.query else "")
        headers = dict(self._headers)
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        method = "GET" if call.body is None else "POST"
        request = requests.Request(method, url, headers=headers, data=call.body)
        return self._transport.send(request, stream=True)

    def _wait_after(self, setback: _Setback, attempt: int) -> float:
        backoff = min(_BACKOFF_CAP, 2.0 ** (attempt - 1))
        least = setback.verdict.wait or backoff
        wait = min(_LONGEST_WAIT, max(least if setback.asked is None else setback.asked, 0.5))
        return wait * (1 + random.random() / 4)  # noqa: S311 - jitter, and it only adds

    def _raise_if_final(
        self, call: Call[Any], setback: _Setback, attempt: int, spent: float
    ) -> None:
        verdict, message = setback.verdict, setback.message
        self._raise_if_closed()
        if verdict.action is Action.STOP:
            raise AbortedSyncPausedException(message)
        if verdict.action is Action.FAIL:
            raise _FATAL.get(setback.status, FatalAPIError)(message)
        if verdict is _LOST and not self._reached and spent > _FIRST_REPLY_SECONDS:
            raise UnreachableError(self._nobody_answers())
        if call.shrinkable and verdict.heavy and attempt >= _HEAVY_ATTEMPTS:
            raise HeavyPageError(message)
        if attempt >= _ATTEMPTS or spent > _TOTAL_SECONDS:
            raise RetriableAPIError(f"{message} Given up after {attempt} attempts.")

    def _raise_if_closed(self) -> None:
        if self._closed.is_set():
            raise AbortedSyncPausedException("The run was ended before all was read. Run again.")

    def _nobody_answers(self) -> str:
        return (
            f"No answer came from {self._transport.host}. Check the setting api_base_url, the "
            "network, and any proxy and its certificate, then run again."
        )

    def _pause(self, call: Call[Any], setback: _Setback, wait: float) -> None:
        logger.warning("waiting seconds=%.1f reason=%s", wait, setback.message)
        if setback.verdict.wait and setback.status != _LOCKED:
            self.budgets.hold(call.budget, wait)
        self._sleep(wait)


_FATAL: dict[int, type[FatalAPIError]] = {400: RefusedRequestError, 403: ForbiddenError}


def _whole(response: requests.Response) -> _Reply:
    with response:
        # Read at once: the library's 10 kB pieces are each a fight for the interpreter lock.
        body = response.raw.read(decode_content=True)
    return _Reply(response.status_code, response.headers, body)
