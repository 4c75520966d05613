from decimal import Decimal

import pytest
from sandbox.livechat.limits import price
from sandbox.livechat.server import Behaviour, Fault, serve
from sandbox.livechat.tokens import Token

ACCOUNT = "11111111-2222-4333-8444-555555555555"
OWNER = "owner@firm.example.com"


class Stopwatch:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def stopwatch():
    return Stopwatch()


@pytest.fixture
def behaviour():
    return Behaviour(requests_per_minute=3)


@pytest.fixture
def server(organization, behaviour, stopwatch):
    with serve(organization, behaviour, now=stopwatch) as running:
        yield running


def kinds(client, count):
    answers = [client.archives() for _ in range(count)]
    return [one.json().get("error", {}).get("type", "served") for one in answers]


def test_the_default_is_180_a_minute():
    assert Behaviour().requests_per_minute == 180 and Behaviour().limits


def test_too_many_requests_within_a_minute_are_refused_without_a_hint(client, stopwatch):
    assert kinds(client, 4) == ["served"] * 3 + ["too_many_requests"]
    refused = client.archives()
    assert refused.status_code == 429
    assert not [
        one for one in refused.headers if "ratelimit" in one.lower() or "retry" in one.lower()
    ]
    stopwatch.now += 59.9
    assert kinds(client, 1) == ["too_many_requests"]
    stopwatch.now += 0.2
    assert kinds(client, 1) == ["served"]


def test_the_window_rolls(client, stopwatch):
    assert kinds(client, 1) == ["served"]
    stopwatch.now += 30
    assert kinds(client, 2) == ["served"] * 2
    stopwatch.now += 31
    assert kinds(client, 2) == ["served", "too_many_requests"]


def test_a_block_lasts_beyond_the_window(client, stopwatch, behaviour):
    behaviour.block_seconds = 100
    kinds(client, 4)
    stopwatch.now += 99
    assert kinds(client, 1) == ["too_many_requests"]
    stopwatch.now += 2
    assert kinds(client, 1) == ["served"]


def test_every_credential_has_a_budget_of_its_own(organization, client, client_of):
    organization.tokens.append(Token("dal:other", ACCOUNT, OWNER))
    assert kinds(client, 4)[-1] == "too_many_requests"
    assert kinds(client_of("dal:other"), 1) == ["served"]


def test_every_method_may_have_a_budget_of_its_own(client, behaviour):
    behaviour.limit_per_method = True
    assert kinds(client, 4)[-1] == "too_many_requests"
    assert client.configuration("list_agents").status_code == 200
    behaviour.limit_per_method = False
    assert [client.configuration("list_agents").status_code for _ in range(4)][-1] == 429


def test_a_refusal_may_say_how_long_to_wait(client, behaviour):
    kinds(client, 3)
    behaviour.retry_after, behaviour.block_seconds = "always", 7
    assert client.archives().headers["Retry-After"] == "7"
    behaviour.retry_after = "sometimes"
    assert sum("Retry-After" in client.archives().headers for _ in range(4)) == 2


def test_a_refusal_may_hide_in_a_200(client, behaviour):
    behaviour.limit_as_200 = True
    kinds(client, 3)
    refused = client.archives()
    assert refused.status_code == 200
    assert refused.json()["error"]["type"] == "too_many_requests"


def test_without_limits_nobody_is_refused(client, behaviour):
    behaviour.limits = False
    assert set(kinds(client, 10)) == {"served"}


def test_everything_but_a_500_is_billed(client, server, behaviour):
    behaviour.faults = [Fault("list_groups", "500", times=2), Fault("list_tags", "503")]
    for _ in range(3):
        client.configuration("list_groups")
    client.configuration("list_tags")
    client.archives({"limit": 0})
    behaviour.requests_per_minute = 0
    client.archives()
    assert sum(server.bill.requests.values()) == 4
    assert server.bill.requests[ACCOUNT] == 3
    assert server.bill.dollars == Decimal("0.00108")


@pytest.mark.parametrize(
    ("requests", "dollars"),
    [(0, "0"), (1000, "0.27"), (1_000_000, "270"), (10_000_000, "2250"), (11_000_000, "2420")],
)
def test_many_requests_cost_less_each(requests, dollars):
    assert price(requests) == Decimal(dollars)
