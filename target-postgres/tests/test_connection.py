"""Where to connect, how long to try, and what the user is told."""

from __future__ import annotations

import psycopg
import pytest
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError
from target_postgres.connection import Connector, connection_parameters, waits
from target_postgres.target import TargetPostgres

NEON = {
    "NEON_HOST": "ep-cold-sun-pooler.example.neon.tech",
    "NEON_DATABASE": "support",
    "NEON_USER": "loader",
    "NEON_PASSWORD": "s3cret",
}


@pytest.mark.capability("S2-16", "S2-17")
def test_neon_variables_are_enough_and_ask_for_tls(monkeypatch):
    assert connection_parameters({}, NEON) == {
        "host": NEON["NEON_HOST"],
        "port": "5432",
        "dbname": "support",
        "user": "loader",
        "password": "s3cret",
        "sslmode": "require",
    }
    assert connection_parameters({}, {**NEON, "NEON_PORT": "6432"})["port"] == "6432"


@pytest.mark.capability("S2-16")
@pytest.mark.parametrize("name", list(NEON))
def test_a_missing_neon_variable_is_named(name):
    with pytest.raises(ConfigValidationError, match=name):
        connection_parameters({}, {**NEON, name: ""})


def test_settings_win_over_the_environment_and_the_url_over_single_settings():
    config = {"database_url": "postgresql://u@h/d?sslmode=disable", "host": "other"}
    assert connection_parameters(config, NEON)["host"] == "h"
    config = {"host": "h2", "user": "u", "dbname": "d", "port": 1}
    assert connection_parameters(config, NEON) == {
        "host": "h2",
        "user": "u",
        "dbname": "d",
        "port": "1",
    }
    found = connection_parameters({}, {"DATABASE_URL": "postgresql:///d?host=/run/socket"})
    assert found == {"dbname": "d", "host": "/run/socket"}


def test_nothing_configured_names_every_way_to_configure_it():
    with pytest.raises(ConfigValidationError) as caught:
        connection_parameters({}, {})
    for name in ("database_url", "NEON_HOST", "DATABASE_URL", "TARGET_POSTGRES_DATABASE_URL"):
        assert name in str(caught.value)


def test_incomplete_settings_name_what_is_missing():
    with pytest.raises(ConfigValidationError, match="user, dbname missing"):
        connection_parameters({"host": "h"}, {})


def test_a_url_that_cannot_be_read_is_not_quoted():
    with pytest.raises(ConfigValidationError) as caught:
        connection_parameters({"database_url": "postgresql://u:s3cret@[h/d"}, {})
    assert "database_url" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_settings_are_read_from_the_environment_without_a_config_file(monkeypatch):
    monkeypatch.setenv("TARGET_POSTGRES_DATABASE_URL", "postgresql://h/d")
    monkeypatch.setenv("TARGET_POSTGRES_BATCH_SIZE_ROWS", "25")
    monkeypatch.setenv("TARGET_POSTGRES_HARD_DELETE", "true")
    target = TargetPostgres()
    assert target.config["database_url"] == "postgresql://h/d"
    assert (target.config["batch_size_rows"], target.config["hard_delete"]) == (25, True)


@pytest.mark.capability("S4-45")
def test_waiting_grows_and_its_sum_is_bounded():
    pauses = list(waits(30))
    assert sum(pauses) <= 30
    assert pauses == sorted(pauses)
    assert list(waits(0)) == []


@pytest.mark.capability("S2-55")
def test_a_server_that_does_not_answer_gets_a_message_with_causes(tmp_path):
    slept = []
    parameters = {"host": str(tmp_path), "dbname": "d", "user": "u", "password": "s3cret"}
    with pytest.raises(FatalSyncError) as caught:
        Connector(parameters, 4, slept.append).connect()
    text = str(caught.value)
    assert slept == list(waits(4))
    for words in ("Possible causes", str(tmp_path), "database d", "sslmode", "firewall"):
        assert words in text
    assert "s3cret" not in text


@pytest.mark.capability("S4-45")
def test_a_server_that_wakes_up_late_is_waited_for(database, monkeypatch):
    failures = [1, 1, 1]
    original = psycopg.connect

    def asleep(*args, **kwargs):
        if failures:
            failures.pop()
            raise psycopg.OperationalError("connection refused")
        return original(*args, **kwargs)

    monkeypatch.setattr(psycopg, "connect", asleep)
    slept = []
    parameters = connection_parameters({"database_url": database.url}, {})
    with Connector(parameters, 30, slept.append).connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert slept == [0.5, 1.0, 2.0]


def test_a_wrong_password_is_not_tried_again(database):
    slept = []
    parameters = {
        **connection_parameters({"database_url": database.tcp_url}, {}),
        "password": "wrong",
    }
    with pytest.raises(FatalSyncError, match="password authentication failed"):
        Connector(parameters, 30, slept.append).connect()
    assert slept == []
