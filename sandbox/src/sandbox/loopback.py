"""Serving an ASGI application on loopback: from a thread, or as all that a process does."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

DROP = "sandbox.drop"
"""The scope's extension that drops the connection with a reset."""

_STOP_SECONDS = 10.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class DroppableProtocol(HttpToolsProtocol):
    """Lets the application drop its connection with a reset."""

    def on_message_begin(self) -> None:
        """Put the way to drop the connection beside the request."""
        super().on_message_begin()
        extensions: dict[str, Any] = {DROP: self._drop}
        self.scope["extensions"] = extensions

    def _drop(self) -> None:
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.transport.abort()


@contextmanager
def listening(app: Any, port: int = 0) -> Iterator[str]:
    """Run an ASGI application on loopback in a thread; yields its URL."""
    listener = socket.create_server(("127.0.0.1", port), backlog=512)
    thread = ServerThread(app, listener)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.stop()


def serving_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every stand-in has which runs in a process of its own."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds per request")
    parser.add_argument("--no-limits", dest="limits", action="store_false")


def serve_until_interrupted(
    app: Any, options: argparse.Namespace, told: Callable[[str], str] = str
) -> None:
    """Serve an ASGI application from this process and do nothing else.

    Args:
        app: The application.
        options: Host and port, of `serving_options`.
        told: What is printed as soon as it can be reached, made from its URL.
    """
    listener = socket.create_server((options.host, options.port), backlog=512)
    host, port = listener.getsockname()[:2]
    print(told(f"http://{host}:{port}"), flush=True)  # noqa: T201 - the command's answer
    with suppress(KeyboardInterrupt):
        uvicorn.Server(server_config(app)).run(sockets=[listener])


class ServerThread(threading.Thread):
    """An event loop in a thread that serves one listening socket.

    It uses uvicorn's protocol without uvicorn's own server, whose stop takes a tenth of a
    second: a test suite starts and stops hundreds of these.
    """

    def __init__(self, app: Any, listener: socket.socket) -> None:
        super().__init__(name="stand-in", daemon=True)
        self._config = server_config(app)
        self._listener = listener
        self._loop = uvloop.new_event_loop()
        self.serving = threading.Event()

    def run(self) -> None:
        """Serve until stopped."""
        self._config.load()
        state = ServerState()
        self._loop.run_until_complete(
            self._loop.create_server(
                lambda: DroppableProtocol(
                    config=self._config, server_state=state, app_state={}, _loop=self._loop
                ),
                sock=self._listener,
            )
        )
        self._loop.call_soon(self.serving.set)
        self._loop.run_forever()
        self._loop.run_until_complete(_end(list(state.tasks)))
        self._loop.close()

    def stop(self) -> None:
        """Stop serving, dropping what is under way."""
        self.serving.wait(_STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join(_STOP_SECONDS)
        self._listener.close()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def server_config(app: Any) -> uvicorn.Config:
    """Return the server's settings: no headers of its own, no access log."""
    return uvicorn.Config(
        app,
        http=DroppableProtocol,
        loop="uvloop",
        lifespan="off",
        ws="none",
        log_level="error",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=75,
    )
