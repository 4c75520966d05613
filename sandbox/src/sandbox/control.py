"""The daemon's control interface: JSON over HTTP on loopback, for the CLI and for tests."""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from sandbox.saved import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

KEY_HEADER = "X-Sandbox-Key"


class Control:
    """Calls the control interface of a running daemon."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key

    def call(self, action: str, *, timeout: float = 60.0, **arguments: Any) -> Any:
        """Ask for an action and return its answer.

        Raises:
            SandboxError: The daemon refused, or does not answer.
        """
        request = urllib.request.Request(  # noqa: S310 - our own loopback URL
            f"{self._url}/{action}",
            data=json.dumps(arguments).encode(),
            headers={KEY_HEADER: self._key, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:  # noqa: S310
                return json.load(reply)
        except urllib.error.HTTPError as error:
            raise SandboxError(json.load(error)["error"]) from None
        except OSError as error:
            raise SandboxError(
                f"The sandbox does not answer ({type(error).__name__}). "
                "Run `sandbox down`, then `sandbox up`."
            ) from error


@contextlib.contextmanager
def serve_control(
    actions: Mapping[str, Callable[[dict[str, Any]], Any]],
) -> Iterator[tuple[str, str]]:
    """Serve actions by name until the block ends; yields the URL and the key it asks for.

    An action takes the decoded request and returns what to send; a `ValueError` or
    `SandboxError` it raises becomes the caller's error message.
    """
    key = secrets.token_urlsafe(16)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(actions, key))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", key
    finally:
        server.shutdown()
        server.server_close()


def _handler(
    actions: Mapping[str, Callable[[dict[str, Any]], Any]], key: str
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length)
            if not secrets.compare_digest(self.headers.get(KEY_HEADER, ""), key):
                self._answer(403, {"error": "Wrong key. Read it from the sandbox's directory."})
                return
            self._answer(*_perform(actions, self.path.strip("/"), body))

        def _answer(self, status: int, content: Any) -> None:
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing: the daemon's log is for what goes wrong."""

    return Handler


def _perform(
    actions: Mapping[str, Callable[[dict[str, Any]], Any]], name: str, body: bytes
) -> tuple[int, Any]:
    action = actions.get(name)
    if action is None:
        return 404, {"error": f"No action {name!r}. There are {', '.join(sorted(actions))}."}
    try:
        return 200, action(json.loads(body or b"{}"))
    except (ValueError, SandboxError) as error:
        return 400, {"error": str(error)}
