"""Requests to one account: what is repeated, how long, and what is said about it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sandbox.gorgias.server import Fault
from singer_sdk.exceptions import FatalAPIError
from tap_gorgias.accounts import accounts_of
from tap_gorgias.bucket import Bucket
from tap_gorgias.client import AccountError, Call, Client, ExhaustedError, Patience, RefusedError
from tap_gorgias.statuses import VERDICTS, Action, judge
from tap_gorgias.wire import read_object, read_page

ACCOUNT = Call("reading the account", "/api/account", read_object)
USERS = Call("listing users", "/api/users", read_page)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def new_client(runner: Any, waits: list[float]):
    def make(*, authorization: str | None = None, url: str | None = None, **patience: Any):
        config = runner.config()
        entry = dict(config["accounts"][0])
        if authorization:
            entry["authorization"] = authorization
        (account,) = accounts_of([entry], url or config["api_base_url"])
        passed = [0.0]

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            passed[0] += seconds

        patience = {"jitter": lambda: 0.0, "sleep": sleep, "clock": lambda: passed[0]} | patience
        bucket = Bucket(10_000, 1.0, clock=lambda: passed[0], wait=sleep)
        return Client(account, bucket, Patience(**patience))

    return make


@pytest.mark.capability("S1-08", "S1-32")
def test_a_429_is_repeated_after_2_4_8_seconds_and_fails_when_the_tries_are_used_up(
    new_client: Any, behaviour: Any, waits: list[float], server: Any
) -> None:
    behaviour.faults.append(Fault("/api/account", "429", times=None))
    with pytest.raises(ExhaustedError, match="Given up after 6 attempts"):
        new_client(max_retries=5, base_wait=2).read(ACCOUNT)
    assert [wait for wait in waits if wait in (2, 4, 8, 16, 32)] == [2, 4, 8, 16, 32]
    assert len(server.journal) == 6


@pytest.mark.capability("S1-32")
def test_the_number_of_tries_and_the_first_wait_are_settings(
    runner: Any, behaviour: Any, server: Any
) -> None:
    behaviour.faults.append(Fault("/api/teams", "429", times=None))
    output = runner.sync("teams", max_retries=2, base_wait=7)
    assert "acme (teams)" in str(output.error)
    assert sum("/api/teams" in one.path for one in server.journal) == 3
    assert any(7 <= wait < 9 for wait in output.waits)
    assert any(14 <= wait < 18 for wait in output.waits)


@pytest.mark.capability("S1-07")
def test_reading_users_waits_as_long_as_retry_after_asks_and_goes_on(
    new_client: Any, behaviour: Any, waits: list[float]
) -> None:
    behaviour.faults.append(Fault("/api/users", "429", times=2, retry_after=11))
    assert new_client().read(USERS).rows
    assert [wait for wait in waits if wait == 11]
    assert sum(waits) >= 22


@pytest.mark.capability("S1-07")
def test_reading_users_waits_longer_each_time_and_gives_up(
    new_client: Any, behaviour: Any, waits: list[float]
) -> None:
    behaviour.faults.append(Fault("/api/users", "429", times=None, retry_after=0))
    with pytest.raises(ExhaustedError):
        new_client(max_retries=3).read(USERS)
    assert sorted(set(waits)) == [2, 4, 8]


def test_a_far_retry_after_is_capped_and_the_total_time_bounded(
    new_client: Any, behaviour: Any, waits: list[float]
) -> None:
    behaviour.faults.append(Fault("/api/account", "503", times=None, retry_after=86_400))
    with pytest.raises(ExhaustedError):
        new_client(max_retries=1000, max_wait=200).read(ACCOUNT)
    assert max(waits) == 60
    assert sum(waits) <= 200


@pytest.mark.parametrize("kind", ["500", "502", "503", "504", "reset", "truncated", "cut", "html"])
def test_what_may_pass_is_repeated(new_client: Any, behaviour: Any, kind: str) -> None:
    behaviour.faults.append(Fault("/api/account", kind, times=2))
    assert new_client().read(ACCOUNT)["domain"] == "acme"


def test_jitter_only_adds(new_client: Any, behaviour: Any, waits: list[float]) -> None:
    behaviour.faults.append(Fault("/api/account", "500", times=1))
    new_client(jitter=lambda: 1.0).read(ACCOUNT)
    assert 2.5 in waits


@pytest.mark.parametrize("status", [301, 400, 403, 404, 405, 409, 418, 451])
def test_no_other_refusal_is_repeated(status: int) -> None:
    assert judge(status).action is Action.FAIL
    assert judge(status).instruction


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
def test_every_failure_of_the_server_is_repeated(status: int) -> None:
    assert judge(status).action is Action.RETRY


def test_every_verdict_says_what_to_do() -> None:
    for status, verdict in VERDICTS.items():
        assert verdict.meaning
        assert bool(verdict.instruction) == (status not in (200, 201))


@pytest.mark.capability("S1-31")
def test_a_base64_token_is_sent_as_basic_and_a_bad_one_fails_at_once(
    new_client: Any, server: Any
) -> None:
    assert new_client().read(ACCOUNT)["domain"] == "acme"
    bad = new_client(authorization="bm9ib2R5Ondyb25n")
    assert bad.account.authorization == "Basic bm9ib2R5Ondyb25n"
    with pytest.raises(AccountError, match="authorization is wrong"):
        bad.read(ACCOUNT)
    assert [one.status for one in server.journal] == [200, 401]


def test_oauth_tokens_are_sent_as_bearer(new_client: Any, desk: Any) -> None:
    desk.desk.grant_token("token-of-a-stand-in", desk.robot)
    client = new_client(authorization="bearer token-of-a-stand-in")
    assert client.account.is_oauth
    assert client.read(ACCOUNT)["domain"] == "acme"


def test_a_merged_object_is_not_followed_to_its_survivor(new_client: Any, desk: Any) -> None:
    gone, kept = desk.customer(), desk.customer()
    desk.desk.remove("customers", gone, kept)
    with pytest.raises(RefusedError) as refusal:
        new_client().read(Call("reading a customer", f"/api/customers/{gone}", read_object))
    assert refusal.value.status == 301


def test_nobody_answering_is_said_with_the_host_and_without_the_key(new_client: Any) -> None:
    client = new_client(url="http://127.0.0.1:9/{client}")
    with pytest.raises(AccountError, match=r"127\.0\.0\.1:9") as silence:
        client.read(ACCOUNT)
    assert client.account.authorization.split()[1] not in str(silence.value)


def test_an_unknown_account_is_a_404_that_names_the_setting(new_client: Any, server: Any) -> None:
    with pytest.raises(FatalAPIError, match="client's name"):
        new_client(url=f"{server.url}/nobody").read(ACCOUNT)


def test_no_log_line_holds_a_key_an_address_or_what_customers_wrote(
    runner: Any, desk: Any, behaviour: Any, caplog: Any
) -> None:
    desk.furnish()
    ana = desk.user("ana@getwrrk.test")
    desk.survey(desk.talk(ana, opened=desk.clock() - 40 * 86_400_000, reply=5, close=9), created=1)
    behaviour.faults += [
        Fault("/api/", kind, times=3, share=0.2) for kind in ("500", "html", "429")
    ]
    with caplog.at_level(logging.DEBUG):
        output = runner.sync(agent_email_pattern="getwrrk")
    assert len(caplog.records) > 20
    said = caplog.text + str(output.error)
    for secret in (runner.config()["accounts"][0]["authorization"], "getwrrk.test", "confidential"):
        assert secret not in said
    assert "cursor=" not in said


def test_only_reads_are_ever_sent(runner: Any, desk: Any, server: Any) -> None:
    desk.furnish()
    runner.sync()
    posts = {one.path for one in server.journal if one.method != "GET"}
    assert posts == {"/acme/api/reporting/stats"}
    assert {one.method for one in server.journal} == {"GET", "POST"}
