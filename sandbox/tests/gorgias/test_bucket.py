"""The leaky bucket (emulator row 3), on an injected clock."""

import pytest
from sandbox.gorgias.behaviour import Behaviour
from sandbox.gorgias.bucket import Buckets

LIMIT = "X-Gorgias-Account-Api-Call-Limit"


@pytest.fixture
def limited(server, client):
    server.behaviour.limits = True
    return client


def test_every_answer_tells_how_full_the_bucket_is_even_a_401(limited, client_as):
    """Row 3: the header is on every answer."""
    assert limited.get("tickets").headers[LIMIT] == "1/40"
    assert limited.get("nothing").headers[LIMIT] == "2/40"
    assert client_as(None).get("tickets").headers[LIMIT] == "3/40"


def test_the_forty_first_request_at_once_is_a_429_and_says_how_long_to_wait(limited, clock):
    """Row 3: an API key has 40 per 20 s."""
    assert {limited.get("tags").status_code for _ in range(40)} == {200}
    refused = limited.get("tags")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers[LIMIT] == "40/40"
    assert refused.json()["error"]["msg"]
    clock.advance(1)
    assert limited.get("tags").status_code == 200


def test_the_bucket_leaks_evenly_and_is_empty_after_its_window(limited, clock):
    for _ in range(40):
        limited.get("tags")
    clock.advance(5)
    assert limited.get("tags").headers[LIMIT] == "31/40"
    clock.advance(20)
    assert limited.get("tags").headers[LIMIT] == "1/40"


def test_key_and_token_have_buckets_of_their_own_and_tokens_twice_the_size(
    limited, desk, client_as
):
    """Row 3: one bucket per account and kind."""
    desk.grant_token("a-token", 7101)
    for _ in range(40):
        limited.get("tags")
    assert client_as("Bearer a-token").get("tags").headers[LIMIT] == "1/80"
    assert limited.get("tags").status_code == 429


def test_two_keys_of_one_account_share_a_bucket(limited, desk, client_as):
    desk.grant_key("ben@getwrrk.example.com", "other", 7102)
    for _ in range(40):
        limited.get("tags")
    assert client_as(("ben@getwrrk.example.com", "other")).get("tags").status_code == 429


def test_enterprise_accounts_leak_twice_as_fast(limited, desk, clock):
    desk.enterprise = True
    for _ in range(40):
        limited.get("tags")
    clock.advance(5)
    assert limited.get("tags").headers[LIMIT] == "21/40"


@pytest.mark.parametrize(("mode", "header"), [("missing", None), ("zero", "0")])
def test_the_wait_may_be_missing_or_nought(limited, server, mode, header):
    """Row 3: a mode with Retry-After missing or 0."""
    server.behaviour.retry_after = mode
    for _ in range(40):
        limited.get("tags")
    refused = limited.get("tags")
    assert (refused.status_code, refused.headers.get("Retry-After")) == (429, header)


def test_the_figures_can_be_kept_back(limited, server):
    server.behaviour.call_limit_header = False
    assert LIMIT not in limited.get("tags").headers


def test_refused_requests_do_not_fill_the_bucket():
    seconds = [0.0]
    buckets = Buckets(lambda: seconds[0])
    behaviour = Behaviour()
    for _ in range(200):
        buckets.take("acme", "basic", behaviour, enterprise=False)
    seconds[0] = 0.5
    assert buckets.take("acme", "basic", behaviour, enterprise=False).wait is None
    assert buckets.take("acme", "basic", behaviour, enterprise=False).wait == 1


def test_over_any_longer_time_the_rate_is_the_documented_one():
    """40 at once and then 2 a second, whatever the client tries."""
    seconds = [0.0]
    buckets = Buckets(lambda: seconds[0])
    admitted = 0
    for step in range(1000):
        seconds[0] = step / 10
        level = buckets.take("acme", "basic", Behaviour(), enterprise=False)
        admitted += level.wait is None
    assert admitted == pytest.approx(40 + 2 * 99.9, abs=1)
