import os
import signal
import time

import psycopg
import pytest
from sandbox.postgres import PostgresError, embedded_postgres, free_port


def test_a_database_answers_by_socket_and_by_tcp(tmp_path):
    with embedded_postgres(tmp_path) as database:
        for url in (database.url, database.tcp_url):
            with psycopg.connect(url) as connection:
                assert connection.execute("show timezone").fetchone() == ("UTC",)


def test_tcp_wants_the_password(tmp_path):
    with embedded_postgres(tmp_path) as database:
        wrong = database.tcp_url.replace(database.password, "guess")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(wrong)
        assert database.password not in repr(database)


def test_data_outlives_the_server(tmp_path):
    with embedded_postgres(tmp_path) as database, psycopg.connect(database.url) as connection:
        connection.execute("create table kept as select 42 as answer")
    with embedded_postgres(tmp_path) as database, psycopg.connect(database.url) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_long_directory_gets_a_short_socket(tmp_path):
    deep = tmp_path / ("long" * 20) / ("path" * 20)
    with embedded_postgres(deep) as database, psycopg.connect(database.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not database.socket_directory.exists()


def test_databases_of_one_server_are_apart(tmp_path):
    with embedded_postgres(tmp_path) as first:
        second = first.create("other one")
        with psycopg.connect(first.url) as connection:
            connection.execute("create table here ()")
        with psycopg.connect(second.url) as connection:
            assert connection.execute("select to_regclass('here')").fetchone() == (None,)


def test_a_private_directory_serves_and_stays_private(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with embedded_postgres(private / "cluster") as database:
        with psycopg.connect(database.url) as connection:
            connection.execute("create table kept as select generate_series(1, 10000) as number")
            connection.execute("checkpoint")
        with psycopg.connect(database.tcp_url) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (10000,)
    assert private.stat().st_mode & 0o077 == 0


def test_a_cluster_that_was_only_half_made_is_made_again(tmp_path):
    (tmp_path / "data").mkdir(parents=True)
    (tmp_path / "data" / "PG_VERSION").write_text("18")
    with embedded_postgres(tmp_path) as database, psycopg.connect(database.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_directory_is_served_once(tmp_path):
    with embedded_postgres(tmp_path), pytest.raises(PostgresError, match="already serves"):
        embedded_postgres(tmp_path).__enter__()


def test_a_server_left_behind_can_be_taken_over(tmp_path):
    left_behind = embedded_postgres(tmp_path)
    first = left_behind.__enter__()
    with embedded_postgres(tmp_path, take_over=True) as second:
        assert second.port != first.port
        with psycopg.connect(second.url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    left_behind.__exit__(None, None, None)


def test_a_killed_server_leaves_nothing_in_the_way(tmp_path):
    with embedded_postgres(tmp_path) as database:
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("create table kept as select 42 as answer")
        os.kill(int((tmp_path / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    with embedded_postgres(tmp_path) as database, psycopg.connect(database.url) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_taken_port_is_an_error_that_names_the_log(tmp_path):
    port = free_port()
    with embedded_postgres(tmp_path / "one", port=port) as database:
        assert database.port == port
        with pytest.raises(PostgresError, match="log"):
            embedded_postgres(tmp_path / "two", port=port).__enter__()


def test_variables_of_the_environment_do_not_reach_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("PGTZ", "America/Halifax")
    monkeypatch.setenv("PGPORT", "1")
    with embedded_postgres(tmp_path) as database:
        monkeypatch.delenv("PGTZ")
        with psycopg.connect(database.url) as connection:
            assert connection.execute("show timezone").fetchone() == ("UTC",)


def test_a_new_cluster_is_ready_within_seconds(tmp_path):
    began = time.monotonic()
    with embedded_postgres(tmp_path):
        assert time.monotonic() - began < 5  # 0.5 s measured; a busy machine gets ten times that
