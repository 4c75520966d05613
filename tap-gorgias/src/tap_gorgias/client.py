"""HTTP to one account: its bucket below retries, retries bounded twice, reads only."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
import requests
from singer_sdk.exceptions import FatalAPIError, FatalSyncError, RetriableAPIError

from tap_gorgias._exact_json import MalformedReply
from tap_gorgias._server_clock import ServerClock
from tap_gorgias._throttle import parse_retry_after
from tap_gorgias._transport import TRANSPORT_ERRORS, Transport
from tap_gorgias.statuses import Action, Verdict, explain, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_gorgias.accounts import Account
    from tap_gorgias.bucket import Bucket

T = TypeVar("T")
logger = logging.getLogger(__name__)

_FIRST_REPLY_SECONDS = 10.0  # a wrong address is commoner than an outage that ends soon
_LONGEST_WAIT = 60.0
_TIMEOUT = (10.0, 120.0)
_TOO_MANY = 429
_SERVER_ERROR = 500
_LOST = Verdict(
    Action.RETRY,
    "the connection failed",
    "Check the network and the client's address, then run again",
)
_GARBLED = Verdict(
    Action.RETRY,
    "the reply was cut off or not JSON",
    "If a proxy stands in between, check it; else run again later",
)


class AccountError(FatalSyncError):
    """Nothing of this account can be read."""


class RefusedError(FatalAPIError):
    """Gorgias answered with a status that repeating does not change."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ExhaustedError(RetriableAPIError):
    """All attempts failed; `status` is the last answer's, 0 without one."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Call(Generic[T]):
    """One read of the API.

    Attributes:
        what: Words for messages, without ids or values.
        path: Path below the base URL.
        decode: Reads the body; raises MalformedReply.
        query: Names and values of the query, in order.
        body: JSON body; makes the request a POST, which here is a read all the same.
        optional: There is another way: a 500, which some plans always answer, is repeated once.
    """

    what: str
    path: str
    decode: Callable[[bytes], T]
    query: tuple[tuple[str, str | int], ...] = ()
    body: Any = None
    optional: bool = False


@dataclass(frozen=True)
class Patience:
    """How long to try: repetitions, the first wait and the bound on everything, in seconds."""

    max_retries: int = 5
    base_wait: float = 2.0
    max_wait: float = 600.0
    sleep: Callable[[float], object] | None = None
    jitter: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class _Setback:
    """One failed attempt: what to think of it, how to say it, what the server asked for."""

    verdict: Verdict
    message: str
    status: int = 0
    asked: float | None = None


@dataclass
class Client:
    """Reads from one account, for any number of threads."""

    account: Account
    bucket: Bucket
    patience: Patience = field(default_factory=Patience)
    clock: ServerClock = field(default_factory=ServerClock)

    def __post_init__(self) -> None:
        self._closed = threading.Event()
        self._sleep = self.patience.sleep or self._closed.wait
        self._reached = False
        self._transport = Transport(self.account.base_url, _TIMEOUT)
        self._headers = {
            "Authorization": self.account.authorization,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "tap-gorgias",
        }

    def close(self) -> None:
        """End all waits, so that threads finish soon."""
        self._closed.set()
        self.bucket.open()

    @property
    def is_closed(self) -> bool:
        """Whether the run is ending."""
        return self._closed.is_set()

    def read(self, call: Call[T]) -> T:
        """Make a call, repeating it while that can help.

        Raises:
            RefusedError: It cannot succeed; the message says what to do.
            ExhaustedError: It did not succeed in the attempts and the time allowed.
            AccountError: Nothing of the account can be read.
        """
        started, attempt = self.patience.clock(), 0
        while True:
            outcome = self._attempt(call)
            if not isinstance(outcome, _Setback):
                return outcome
            wait = self._wait_after(outcome, attempt)
            spent = self.patience.clock() - started + wait
            attempt += 1
            self._raise_if_final(call, outcome, attempt, spent)
            logger.warning(
                "waiting account=%s seconds=%.1f reason=%s",
                self.account.client,
                wait,
                outcome.message,
            )
            if outcome.status == _TOO_MANY:
                self.bucket.hold(wait)
            self._sleep(wait)

    def _attempt(self, call: Call[T]) -> T | _Setback:
        permit = self.bucket.take()
        if self.is_closed:
            self.bucket.answered()
            raise ExhaustedError(f"{call.what}: the run is ending.", 0)
        started = time.monotonic()
        try:
            try:
                response = self._send(call)
                self._reached = True
            finally:
                # The server had counted the request before it sent the first byte.
                self.bucket.answered()
            with response:
                body = response.raw.read(decode_content=True)
        except TRANSPORT_ERRORS:
            # The library's own message quotes the address with its query: it stays unsaid.
            return _Setback(_LOST, f"{call.what}: {_LOST.meaning}. {_LOST.instruction}.")
        self.clock.observe(response.headers.get("Date"))
        self.bucket.learn(permit, response.headers)
        logger.debug(
            "request account=%s path=%s status=%d seconds=%.3f",
            self.account.client,
            call.path,
            response.status_code,
            time.monotonic() - started,
        )
        return self._judge(call, response.status_code, response.headers, body)

    def _judge(
        self, call: Call[T], status: int, headers: Mapping[str, str], body: bytes
    ) -> T | _Setback:
        verdict = judge(status)
        if verdict.action is Action.ACCEPT:
            try:
                return call.decode(body)
            except MalformedReply:
                message = f"{call.what}: {_GARBLED.meaning}. {_GARBLED.instruction}."
                return _Setback(_GARBLED, message)
        now = self.clock.now().timestamp()
        asked = parse_retry_after(headers.get("Retry-After"), now=now)
        message = explain(call.what, status, headers.get("x-request-id"), verdict)
        return _Setback(verdict, message, status, asked)

    def _send(self, call: Call[Any]) -> requests.Response:
        url = f"{self.account.base_url}{call.path}"
        url += f"?{urlencode(call.query)}" if call.query else ""
        headers, data = dict(self._headers), None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            data = msgspec.json.encode(call.body)
        method = "GET" if data is None else "POST"
        request = requests.Request(method, url, headers=headers, data=data)
        return self._transport.send(request, stream=True)

    def _wait_after(self, setback: _Setback, attempt: int) -> float:
        backoff = min(_LONGEST_WAIT, self.patience.base_wait * 2.0**attempt)
        # Missing and 0 are both seen: then the own waits count.
        wait = min(_LONGEST_WAIT, setback.asked) if setback.asked else backoff
        return wait * (1 + self.patience.jitter() / 4)  # jitter only ever adds

    def _raise_if_final(
        self, call: Call[Any], setback: _Setback, attempt: int, spent: float
    ) -> None:
        message = setback.message
        if setback.verdict.action is Action.DENY:
            raise AccountError(message)
        if setback.verdict.action is Action.FAIL:
            raise RefusedError(message, setback.status)
        if setback.verdict is _LOST and not self._reached and spent > _FIRST_REPLY_SECONDS:
            raise AccountError(self._nobody_answers())
        retries = self.patience.max_retries
        if call.optional and setback.status == _SERVER_ERROR:
            retries = min(1, retries)
        if attempt > retries or spent > self.patience.max_wait or self.is_closed:
            error = f"{message} Given up after {attempt} attempts."
            raise ExhaustedError(error, setback.status)

    def _nobody_answers(self) -> str:
        return (
            f"No answer came from {self._transport.host}. Check the client's name, "
            "api_base_url, the network, and any proxy and its certificate, then run again."
        )
