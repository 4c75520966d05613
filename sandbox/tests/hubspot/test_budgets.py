"""The rate budgets (row 15), on a clock of their own and over HTTP."""

from __future__ import annotations

import pytest
from sandbox.hubspot.behaviour import Behaviour
from sandbox.hubspot.budgets import Budgets
from sandbox.hubspot.replies import ApiError
from sandbox.hubspot.server import serve

LIST = "/crm/objects/2026-09/tickets"


class Time:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def budgets(clock, time):
    return Budgets("America/Halifax", clock, time)


def _refused(budgets, budget="general", token="a", **behaviour):
    with pytest.raises(ApiError) as refusal:
        budgets.take(budget, token, Behaviour(**behaviour))
    return refusal.value


@pytest.mark.parametrize(
    ("tier", "general", "associations"),
    [
        ("free", 100, 100),
        ("professional", 190, 150),
        ("enterprise", 190, 150),
        ("addon", 250, 200),
        ("oauth", 110, 150),
    ],
)
def test_each_tier_has_its_burst_and_associations_one_of_their_own(
    budgets, tier, general, associations
):
    behaviour = Behaviour(tier=tier)
    for _ in range(general):
        standing = budgets.take("general", "a", behaviour)
    assert (standing.limit, standing.remaining) == (general, 0)
    assert _refused(budgets, tier=tier).fields["policyName"] == "TEN_SECONDLY_ROLLING"
    for _ in range(associations):
        budgets.take("associations", "a", behaviour)
    assert _refused(budgets, "associations", tier=tier).status == 429


def test_the_window_rolls_it_does_not_start_anew(budgets, time):
    behaviour = Behaviour(burst_limit=4)
    for offset in (0.0, 4.0, 8.0, 9.0):
        time.now = 1000.0 + offset
        budgets.take("general", "a", behaviour)
    time.now = 1009.9
    _refused(budgets, burst_limit=4)
    time.now = 1010.0
    budgets.take("general", "a", behaviour)
    _refused(budgets, burst_limit=4)
    time.now = 1014.0
    assert budgets.take("general", "a", behaviour).remaining == 0


def test_refused_requests_use_up_nothing(budgets, time):
    behaviour = Behaviour(burst_limit=1)
    budgets.take("general", "a", behaviour)
    for _ in range(50):
        _refused(budgets, burst_limit=1)
    time.now += 10
    assert budgets.take("general", "a", behaviour).remaining == 0


def test_every_token_has_its_own_burst_but_search_is_one_for_the_account(budgets, time):
    for token in ("a", "b"):
        budgets.take("general", token, Behaviour(burst_limit=1))
    for token in ("a", "b", "a", "b", "a"):
        budgets.take("search", token, Behaviour())
    refusal = _refused(budgets, "search", token="c")
    assert refusal.fields["policyName"] == "SECONDLY"
    assert refusal.retry_after is None
    time.now += 1
    budgets.take("search", "c", Behaviour())


def test_search_does_not_touch_the_burst(budgets):
    for _ in range(5):
        budgets.take("search", "a", Behaviour())
    assert budgets.take("general", "a", Behaviour()).remaining == 189


@pytest.mark.parametrize(("counts", "remaining"), [(True, 97), (False, 98)])
def test_the_day_is_the_accounts_over_all_tokens(budgets, counts, remaining):
    behaviour = Behaviour(daily_limit=100, search_counts_daily=counts)
    budgets.take("general", "a", behaviour)
    budgets.take("search", "b", behaviour)
    assert budgets.take("general", "c", behaviour).daily_remaining == remaining


def test_a_used_up_day_ends_at_midnight_in_the_accounts_zone(budgets, clock):
    behaviour = Behaviour(daily_limit=1)
    budgets.take("general", "a", behaviour)
    refusal = _refused(budgets, daily_limit=1)
    assert refusal.fields == {"errorType": "RATE_LIMIT", "policyName": "DAILY"}
    assert refusal.message == "You have reached your daily limit."
    clock.advance(seconds=79 * 60 + 59)  # 03:59:59Z is still the evening before in Halifax
    _refused(budgets, daily_limit=1)
    clock.advance(seconds=1)
    budgets.take("general", "a", behaviour)


@pytest.mark.parametrize(
    ("setting", "told"),
    [("never", [None] * 3), ("sometimes", [10.0, None, 10.0]), ("always", [10.0] * 3)],
)
def test_retry_after_comes_as_often_as_configured(budgets, setting, told):
    budgets.take("general", "a", Behaviour(burst_limit=1))
    waits = [_refused(budgets, burst_limit=1, retry_after=setting).retry_after for _ in range(3)]
    assert waits == told


def test_the_search_limit_can_come_back_as_a_500(budgets):
    for _ in range(5):
        budgets.take("search", "a", Behaviour())
    refusal = _refused(budgets, "search", search_limit_as_500=True)
    assert (refusal.status, refusal.category) == (500, "RATE_LIMITS")


class TestOverHttp:
    @pytest.fixture
    def server(self, portal):
        with serve(portal, Behaviour(burst_limit=3, retry_after="always")) as running:
            yield running

    def test_ordinary_replies_tell_the_standing(self, client):
        headers = client.get(LIST).headers
        assert headers["X-HubSpot-RateLimit-Max"] == "3"
        assert headers["X-HubSpot-RateLimit-Remaining"] == "2"
        assert headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
        assert headers["X-HubSpot-RateLimit-Daily"] == "625000"
        assert headers["X-HubSpot-RateLimit-Daily-Remaining"] == "624999"
        assert "X-HubSpot-RateLimit-Secondly" in headers

    def test_search_replies_tell_nothing(self, client):
        headers = client.search({}).headers
        assert not [name for name in headers if "ratelimit" in name.lower()]

    def test_an_oauth_app_is_told_no_daily_figures(self, client, server):
        server.behaviour.tier = "oauth"
        headers = client.get(LIST).headers
        assert "X-HubSpot-RateLimit-Remaining" in headers
        assert "X-HubSpot-RateLimit-Daily" not in headers

    def test_one_request_too_many_is_a_429_with_the_documented_body(self, client):
        for _ in range(3):
            assert client.get(LIST).status_code == 200
        answer = client.get(LIST)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "10"
        assert answer.headers["X-HubSpot-RateLimit-Remaining"] == "0"
        body = answer.json()
        assert body["message"] == "You have reached your ten_secondly_rolling limit."
        assert body["policyName"] == "TEN_SECONDLY_ROLLING"
        assert body["errorType"] == "RATE_LIMIT"
        assert body["requestId"]

    def test_the_sixth_search_within_a_second_is_refused_bare(self, client):
        statuses = [client.search({}) for _ in range(6)]
        assert [answer.status_code for answer in statuses] == [200] * 5 + [429]
        assert statuses[-1].json()["policyName"] == "SECONDLY"
        assert "Retry-After" not in statuses[-1].headers

    def test_associations_and_metadata_draw_on_their_own_budgets(self, client):
        for _ in range(3):
            client.get("/crm/v3/owners")
        assert client.get("/account-info/v3/details").status_code == 429
        labels = client.get("/crm/v4/associations/tickets/companies/labels")
        assert labels.status_code == 200
        assert labels.headers["X-HubSpot-RateLimit-Max"] == "150"

    def test_one_records_associations_draw_on_the_ordinary_budget(self, client):
        answer = client.get("/crm/v4/objects/tickets/1/associations/companies")
        assert answer.headers["X-HubSpot-RateLimit-Max"] == "3"

    def test_an_unknown_token_uses_up_nothing(self, client, client_of):
        for _ in range(5):
            assert client_of("pat-unknown").get(LIST).status_code == 401
        assert client.get(LIST).headers["X-HubSpot-RateLimit-Remaining"] == "2"

    def test_daily_usage_is_told_until_the_accounts_midnight(self, client):
        (usage,) = client.get("/account-info/2026-09/api-usage/daily/private-apps").json()[
            "results"
        ]
        assert usage["usageLimit"] == 625_000
        assert usage["currentUsage"] == 1
        assert usage["resetsAt"] == "2026-02-02T04:00:00Z"

    def test_without_limits_nothing_is_refused(self, client, server):
        server.behaviour.limits = False
        assert {client.get(LIST).status_code for _ in range(9)} == {200}
        assert {client.search({}).status_code for _ in range(9)} == {200}

    def test_without_limits_the_headers_slow_nobody_down(self, client, server):
        server.behaviour.limits = False
        headers = [client.get(LIST).headers for _ in range(5)][-1]
        assert int(headers["X-HubSpot-RateLimit-Max"]) >= 1_000_000
        assert int(headers["X-HubSpot-RateLimit-Remaining"]) > 900_000
