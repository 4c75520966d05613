"""The HTTP application: from a raw request to a reply as Google gives it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.exchange import Reply, drop, hang, parse_query, send_reply
from sandbox.sheets import pages
from sandbox.sheets.accounts import PROJECT, GrantError
from sandbox.sheets.admission import body_of, caller_of
from sandbox.sheets.answers import HTML, finish, json_reply, refusal, spoiled
from sandbox.sheets.behaviour import APPLYING
from sandbox.sheets.calls import Call, check_query
from sandbox.sheets.errors import SheetsError, no_such_page, not_enabled
from sandbox.sheets.journal import Request, arrive, note
from sandbox.sheets.quotas import Quotas
from sandbox.sheets.routes import Route, find_route

if TYPE_CHECKING:
    from sandbox.exchange import Message, Receive, Send
    from sandbox.sheets.behaviour import Behaviour, Fault
    from sandbox.sheets.journal import Arrival
    from sandbox.sheets.store import Store

_TOKEN = ("POST", "/token")
_EXHAUSTED = 429


class SheetsApp:
    """An ASGI application that serves one store.

    Endpoints run one after the other under the store's lock; only waiting is concurrent.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal: list[Request] = []
        self.quotas = Quotas()

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves."""
        return self.store.behaviour

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        arrival = await arrive(scope, receive)
        if self.behaviour.interventions:
            # In a thread: what somebody else does may be requests to this very server.
            await asyncio.to_thread(self.behaviour.intervene, arrival.line)
        fault = self.behaviour.next_fault(arrival.line)
        if fault is not None:
            fault.use()
        reply = await self._reply(arrival, fault)
        if reply is not None:
            finish(arrival, reply, self.store.clock())
        note(self.journal, arrival.entry(reply, fault.kind if fault else None))
        if reply is None:
            silent = fault is not None and fault.kind.endswith("hang") and not fault.delay
            await (hang(receive) if silent else drop(scope, receive))
            return
        cut = fault is not None and fault.kind == "applied_then_cut"
        await send_reply(send, reply, cut=cut)
        if cut:
            await drop(scope, receive)

    async def _reply(self, arrival: Arrival, fault: Fault | None) -> Reply | None:
        """Return the reply; None when there is to be none."""
        if self.behaviour.latency:
            await asyncio.sleep(self.behaviour.latency)
        if fault is None:
            return self._answer(arrival)
        reply = self._answer(arrival) if fault.kind in APPLYING else None
        if fault.delay:
            await asyncio.sleep(fault.delay)
        return spoiled(fault, arrival, reply, self.behaviour.user_limit)

    def _answer(self, arrival: Arrival) -> Reply:
        try:
            with self.store.lock:
                return self._serve(arrival)
        except SheetsError as error:
            wait = self.behaviour.retry_after if error.code == _EXHAUSTED else None
            return refusal(error, arrival, wait)

    def _serve(self, arrival: Arrival) -> Reply:
        if (arrival.method, arrival.raw_path) == _TOKEN:
            return self._token(arrival)
        page = pages.find(self.store, arrival)
        if page is not None:
            return Reply(200, page, HTML)
        found = find_route(arrival.method, arrival.raw_path)
        if found is None:
            raise no_such_page()
        route, parameters = found
        arrival.kind = route.quota or "drive"
        arrival.range = parameters.get("range")
        return self._call(arrival, route, parameters)

    def _call(self, arrival: Arrival, route: Route, parameters: dict[str, str]) -> Reply:
        """Let a request in, and answer it."""
        caller = caller_of(self.store, arrival, route)
        if route.quota:
            if not self.behaviour.enabled:
                raise not_enabled(PROJECT)
            self.quotas.take(route.quota, caller, self.store.clock(), self.behaviour)
        query = parse_query(arrival.raw_query)
        if route.name:
            check_query(query, route.contract)
        call = Call(self.store, caller, parameters, query, body_of(self.store, arrival))
        try:
            told = route.endpoint(call)
        finally:
            arrival.requests = call.kinds()
        if told is None:
            return Reply(204, b"")
        return json_reply(told, pretty=call.one("prettyPrint") != "false")

    def _token(self, arrival: Arrival) -> Reply:
        """Answer the token endpoint."""
        arrival.kind = "token"
        form = parse_query(arrival.body.decode("latin-1"))
        try:
            last = {name: values[-1] for name, values in form.items()}
            return json_reply(self.store.accounts.grant(last, self.store.clock()))
        except GrantError as error:
            told = {"error": error.error, "error_description": error.description}
            return json_reply(told, 400)
