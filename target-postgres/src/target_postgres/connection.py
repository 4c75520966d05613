"""One connection to PostgreSQL or Neon: where it is, how to reach it, what went wrong."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Connection = psycopg.Connection[tuple[Any, ...]]

_logger = logging.getLogger(__name__)

_NEON_NAMES = {
    "host": "NEON_HOST",
    "dbname": "NEON_DATABASE",
    "user": "NEON_USER",
    "password": "NEON_PASSWORD",
}
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 8.0
_CONNECT_TIMEOUT_SECONDS = 15
#: What libpq says when waiting will not help.
_HOPELESS = (
    "authentication failed",
    "does not exist",
    "no pg_hba.conf entry",
    "no password supplied",
    "does not support SSL",
)

_CAUSES = """Possible causes:
 - the host, port or database name is wrong, or the server is not running;
 - the user or password is wrong, or the role may not log in to this database;
 - the server insists on TLS (Neon does): set sslmode to require;
 - a firewall or an IP allow list stands in between;
 - the server is starting or out of connections: it was tried for {seconds:.0f} seconds."""


def _wrong(message: str) -> ConfigValidationError:
    # The SDK's command line prints the list of errors and not the message.
    return ConfigValidationError(message, errors=[message])


def _from_neon(environment: Mapping[str, str]) -> dict[str, str]:
    missing = [name for name in _NEON_NAMES.values() if not environment.get(name)]
    if missing:
        raise _wrong(
            f"The Neon connection is incomplete: {', '.join(missing)} not set. "
            "Set all of NEON_HOST, NEON_DATABASE, NEON_USER and NEON_PASSWORD "
            "(the Neon console shows them), or the setting database_url instead.",
        )
    found = {key: environment[name] for key, name in _NEON_NAMES.items()}
    return {**found, "port": environment.get("NEON_PORT") or "5432", "sslmode": "require"}


def _from_url(url: str, origin: str) -> dict[str, str]:
    try:
        return {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        # libpq quotes parts of the address, password included, so its text stays out.
        raise _wrong(
            f"{origin} is not a connection URI that libpq understands. Write it as "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE and percent-encode special "
            "characters in the password.",
        ) from None


def _from_settings(config: Mapping[str, Any]) -> dict[str, str]:
    names = ("host", "port", "user", "password", "dbname", "sslmode")
    found = {name: str(config[name]) for name in names if config.get(name)}
    missing = [name for name in ("host", "user", "dbname") if name not in found]
    if missing:
        raise _wrong(
            f"The connection settings are incomplete: {', '.join(missing)} missing. "
            "Set host, user and dbname (and password, port, sslmode as needed), or "
            "database_url alone.",
        )
    return found


def connection_parameters(
    config: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, str]:
    """Find out where to connect.

    Settings win over the environment, ``database_url`` over single settings, and the
    ``NEON_*`` variables over ``DATABASE_URL``.

    Args:
        config: The target's settings.
        environment: Environment variables.

    Returns:
        libpq parameters.

    Raises:
        ConfigValidationError: If nothing or not enough is set, naming what is missing.
    """
    if config.get("database_url"):
        return _from_url(config["database_url"], "The setting database_url")
    if any(config.get(name) for name in ("host", "user", "dbname", "password")):
        return _from_settings(config)
    if environment.get("NEON_HOST"):
        return _from_neon(environment)
    if environment.get("DATABASE_URL"):
        return _from_url(environment["DATABASE_URL"], "The variable DATABASE_URL")
    if any(environment.get(name) for name in _NEON_NAMES.values()):
        return _from_neon(environment)
    raise _wrong(
        "No database is configured. Set database_url (TARGET_POSTGRES_DATABASE_URL), or "
        "host, user, password and dbname, or the variables NEON_HOST, NEON_DATABASE, "
        "NEON_USER and NEON_PASSWORD, or DATABASE_URL.",
    )


def waits(patience: float) -> Iterator[float]:
    """Yield the pauses between attempts: doubling, capped, their sum at most ``patience``.

    >>> list(waits(4))
    [0.5, 1.0, 2.0]
    """
    pause, spent = _FIRST_WAIT, 0.0
    while spent + pause <= patience:
        yield pause
        spent += pause
        pause = min(pause * 2, _LONGEST_WAIT)


class Connector:
    """Opens connections, waiting for a server that sleeps or restarts.

    Args:
        parameters: libpq parameters.
        patience: Seconds of waiting, in all, before giving up; none once that happened.
        sleep: How to wait.
    """

    def __init__(
        self,
        parameters: Mapping[str, str],
        patience: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience
        self.sleep = sleep
        self._parameters = dict(parameters)

    @property
    def place(self) -> str:
        """Where this connects to, without secrets."""
        known = self._parameters
        host = known.get("host") or "the default socket"
        return f"{host}:{known.get('port', '5432')}, database {known.get('dbname', 'default')}"

    def connect(self) -> Connection:
        """Open a connection.

        It keeps no session state and prepares nothing on the server, so that it also works
        through a pooler in transaction mode.

        Raises:
            FatalSyncError: If the server cannot be reached or refuses, with likely causes.
        """
        for pause in waits(self.patience):
            try:
                return self._open()
            except psycopg.OperationalError as error:  # noqa: PERF203
                if any(words in str(error) for words in _HOPELESS):
                    raise self._failure(0, error) from None
                _logger.warning("postgres not reachable yet, next try in %.1f s", pause)
                self.sleep(pause)
        try:
            return self._open()
        except psycopg.OperationalError as error:
            waited, self.patience = self.patience, 0
            raise self._failure(waited, error) from None

    def _open(self) -> Connection:
        defaults = {
            "application_name": "target-postgres",
            "connect_timeout": str(_CONNECT_TIMEOUT_SECONDS),
            "client_encoding": "utf8",
        }
        conninfo = make_conninfo(**{**defaults, **self._parameters})
        return psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)

    def _failure(self, seconds: float, error: psycopg.OperationalError) -> FatalSyncError:
        said = str(error).strip().splitlines()[0]
        causes = _CAUSES.format(seconds=seconds)
        return FatalSyncError(f"Cannot connect to PostgreSQL at {self.place}: {said}\n{causes}")


def run(
    connection: Connection, statement: str, parameters: tuple[Any, ...] | None = None
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Execute one statement made by this package.

    Args:
        connection: An open connection.
        statement: SQL text; identifiers in it are already quoted.
        parameters: Values for its placeholders.

    Returns:
        The cursor.
    """
    return connection.execute(statement.encode(), parameters)


def begin(connection: Connection) -> None:
    """Make this transaction's meaning independent of server, role and database defaults."""
    run(connection, "SET LOCAL TimeZone = 'UTC'")
    run(connection, "SET LOCAL DateStyle = 'ISO, MDY'")
