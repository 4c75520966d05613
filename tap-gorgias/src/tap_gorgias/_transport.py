"""Sending requests to one address: a session per thread, and no address in any log."""

from __future__ import annotations

import logging
import threading
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

TRANSPORT_ERRORS = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.HTTPError,
)
"""What a lost connection raises; the texts quote the address and must not be passed on."""


class Transport:
    """Sends requests to one address, from any number of threads.

    Args:
        base_url: Scheme and host, whatever else follows.
        timeout: Seconds for the connection, and for each piece of a reply.
    """

    def __init__(self, base_url: str, timeout: tuple[float, float]) -> None:
        self._base = base_url
        self._timeout = timeout
        self._local = threading.local()
        _keep_addresses_out_of_logs()

    @property
    def host(self) -> str:
        """Host and port, as messages may name them."""
        address = urlsplit(self._base)
        port = f":{address.port}" if address.port else ""
        return f"{address.hostname}{port}"

    def send(self, request: requests.Request, *, stream: bool = False) -> requests.Response:
        """Send a request once.

        Args:
            request: What to send.
            stream: Leave the body to be read by the caller.
        """
        session, settings = self._session()
        # A redirect would carry the credential elsewhere.
        options = {"timeout": self._timeout, "allow_redirects": False, "stream": stream}
        return session.send(request.prepare(), **{**settings, **options})

    def _session(self) -> tuple[requests.Session, dict[str, Any]]:
        local = self._local
        if not hasattr(local, "session"):
            local.session = requests.Session()
            for scheme in ("http://", "https://"):
                local.session.mount(scheme, HTTPAdapter(max_retries=0))
            # Proxies and certificates come from the environment, looked up once per thread.
            settings = local.session.merge_environment_settings(
                self._base, {}, stream=False, verify=None, cert=None
            )
            local.settings = dict(settings)
        return local.session, local.settings


def _keep_addresses_out_of_logs() -> None:
    # They hold cursors, property names and e-mail addresses; a proxy's may hold a password.
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        connection_logger = logging.getLogger(name)
        if _drop not in connection_logger.filters:
            connection_logger.addFilter(_drop)


def _drop(_: logging.LogRecord) -> bool:
    return False
