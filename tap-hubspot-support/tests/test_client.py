"""What every kind of refusal leads to."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest
from sandbox.hubspot.server import Behaviour, Fault
from singer_sdk.exceptions import AbortedSyncPausedException, FatalAPIError, RetriableAPIError
from tap_hubspot_support.client import HeavyPageError, RefusedRequestError, UnreachableError
from tap_hubspot_support.statuses import (
    VERDICTS,
    Action,
    ErrorBody,
    explain,
    judge,
    missing_scopes,
    read_error,
)

NOON = 1_780_000_000_000


@pytest.mark.parametrize("status", sorted(VERDICTS))
def test_every_known_status_has_a_meaning_and_says_what_to_do(status: int) -> None:
    verdict = judge(status, ErrorBody(), search=False)
    assert verdict.meaning
    assert verdict.instruction or verdict.action is Action.ACCEPT


@pytest.mark.parametrize("status", [402, 405, 409, 410, 418, 451, 302])
def test_an_unknown_status_is_fatal(status: int) -> None:
    assert judge(status, ErrorBody(), search=False).action is Action.FAIL


@pytest.mark.parametrize("status", [500, 501, 520, 530, 599])
def test_any_server_error_is_tried_again(status: int) -> None:
    assert judge(status, ErrorBody(), search=False).action is Action.RETRY


@pytest.mark.parametrize(
    ("status", "body", "search", "action", "wait"),
    [
        (429, {"policyName": "TEN_SECONDLY_ROLLING"}, False, Action.RETRY, 10.0),
        (429, {"policyName": "SECONDLY"}, True, Action.RETRY, 1.0),
        (429, {"policyName": "DAILY"}, False, Action.STOP, 0.0),
        (500, {"category": "RATE_LIMITS"}, True, Action.RETRY, 1.0),
        (429, {}, False, Action.RETRY, 10.0),
    ],
)
def test_each_limit_has_its_own_wait(
    status: int, body: dict[str, str], search: Any, action: Action, wait: float
) -> None:
    import json

    verdict = judge(status, read_error(json.dumps(body).encode()), search=search)
    assert (verdict.action, verdict.wait) == (action, wait)


@pytest.mark.parametrize("key", ["requiredGranularScopes", "requiredScopes"])
def test_a_missing_scope_is_named(key: str) -> None:
    error = ErrorBody(errors=[{"context": {key: ["crm.objects.owners.read"]}}])
    message = explain("listing owners", 403, error, judge(403, error, search=False))
    assert "lacks the scope crm.objects.owners.read" in message
    assert "Add the missing scope" in message


def test_a_message_quotes_only_allow_listed_fields() -> None:
    error = ErrorBody(
        category="Jane <jane@example.com>",
        correlation_id="secret text",
        errors=[{"context": {"requiredScopes": ["Jane Doe!"]}}],
    )
    message = explain("listing tickets", 400, error, judge(400, error, search=False))
    assert "Jane" not in message
    assert "secret" not in message
    assert missing_scopes(error) == []


def ticket(portal: Any) -> None:
    portal.create("tickets", {"subject": "One"}, at=NOON - 1000, record_id=5)


@pytest.mark.capability("S4-44", "S4-45", "S2-59")
@pytest.mark.parametrize(
    "kind",
    [
        "429_burst",
        "500",
        "502",
        "503",
        "504",
        "521",
        "523",
        "524",
        "530",
        "423",
        "reset",
        "cut",
        "truncated",
        "html",
    ],
)
def test_a_passing_failure_is_waited_out(
    runner: Any, portal: Any, behaviour: Behaviour, kind: Any
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/objects/.*/tickets", kind, times=2))
    output = runner.sync("ticket")
    assert output.error is None
    assert output.ids() == [5]
    assert output.waits


@pytest.mark.capability("S4-44")
def test_retry_after_is_honoured_and_jitter_only_adds(
    runner: Any, portal: Any, behaviour: Behaviour
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/objects/.*/tickets", "503", times=1, retry_after=17))
    output = runner.sync("ticket")
    assert output.ids() == [5]
    assert any(17 <= wait <= 17 * 1.25 for wait in output.waits)


def test_an_absurd_retry_after_is_capped(runner: Any, portal: Any, behaviour: Behaviour) -> None:
    ticket(portal)
    behaviour.faults.append(
        Fault("GET /crm/objects/.*/tickets", "503", times=1, retry_after=90_000)
    )
    assert max(runner.sync("ticket").waits) <= 75


@pytest.mark.capability("S4-45")
def test_backoff_grows_and_giving_up_is_bounded(
    runner: Any, portal: Any, behaviour: Behaviour
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/owners", "500", times=None))
    output = runner.sync("owner")
    assert "owner" in str(output.error)
    asked = [r for r in runner.server.journal if "owners" in r.path]
    assert len(asked) == 8
    assert output.waits[:6] == sorted(output.waits[:6])
    assert len(output.waits) == 7


@pytest.mark.capability("S4-46")
def test_one_failing_stream_does_not_stop_the_others(
    runner: Any, portal: Any, behaviour: Behaviour, caplog: Any
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/owners", "500", times=None))
    output = runner.sync()
    assert output.ids() == [5]
    assert output.error is not None
    assert "owner" in str(output.error)
    assert "ticket_pipeline" not in str(output.error)


@pytest.mark.parametrize(
    ("kind", "words"), [("429_daily", "daily limit"), ("477", "moved between data centres")]
)
def test_an_order_to_come_back_later_stops_at_once_with_the_state_kept(
    runner: Any, portal: Any, behaviour: Behaviour, kind: Any, words: str
) -> None:
    for number in range(450):
        portal.create("tickets", {}, at=NOON - 1000, record_id=1000 + number)
    behaviour.faults.append(Fault("GET /crm/objects/.*/tickets.*after=", kind, times=None, after=1))
    stopped = runner.sync("ticket", max_concurrency=1)
    assert isinstance(stopped.error, AbortedSyncPausedException)
    assert words in str(stopped.error)
    assert 0 < len(stopped.ids()) < 450
    behaviour.faults.clear()
    rest = runner.sync("ticket", state=stopped.state)
    assert sorted(stopped.ids() + rest.ids()) == list(range(1000, 1450))


def test_the_last_request_of_the_day_is_noticed_before_a_429(
    runner: Any, portal: Any, behaviour: Behaviour
) -> None:
    for number in range(450):
        portal.create("tickets", {}, at=NOON - 1000, record_id=1000 + number)
    catalog = runner.catalog("ticket")
    behaviour.limits, behaviour.daily_limit = True, len(runner.server.journal) + 6
    stopped = runner.sync(catalog=catalog, max_concurrency=1)
    assert isinstance(stopped.error, AbortedSyncPausedException)
    assert all(r.status != 429 for r in runner.server.journal)


def test_a_wrong_token_says_what_to_do(runner: Any) -> None:
    output = runner.sync("owner", catalog=None, access_token="pat-na1-wrong")
    assert output.error is not None
    assert "pat-na1-wrong" not in str(output.error)


@pytest.mark.capability("S4-46")
def test_a_missing_scope_fails_its_stream_by_name_and_no_other(
    runner: Any, portal: Any, caplog: Any
) -> None:
    ticket(portal)
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets"})
    output = runner.sync(access_token="pat-na1-narrow")
    assert output.ids() == [5]
    assert str(output.error) == (
        "These streams failed, see above: owner, owner_team, role, team, team_user, users."
    )
    assert "crm.objects.owners.read" in caplog.text


def test_discovery_without_the_tickets_scope_is_fatal(runner: Any, portal: Any) -> None:
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "crm.objects.owners.read"})
    with pytest.raises(FatalAPIError, match="tickets"):
        runner.tap(access_token="pat-na1-narrow").run_discovery()


def test_when_nobody_ever_answers_the_run_ends_within_seconds_and_names_the_host(
    runner: Any, caplog: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnreachableError, match=f"No answer came from 127.0.0.1:{port}. Check"):
        runner.tap(api_base_url=f"http://127.0.0.1:{port}")
    waits = [float(text) for text in re.findall(r"waiting seconds=([0-9.]+)", caplog.text)]
    assert waits
    assert max(waits) <= 10


def test_once_somebody_has_answered_a_lost_connection_is_waited_for_longer(
    runner: Any, portal: Any, behaviour: Behaviour
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/objects/.*/tickets", "reset", times=6))
    output = runner.sync("ticket")
    assert output.ids() == [5]
    assert sum(output.waits) > 30


def test_pages_that_are_too_heavy_are_asked_for_in_smaller_pieces(
    runner: Any, portal: Any, behaviour: Behaviour
) -> None:
    for number in range(300):
        portal.create("tickets", {}, at=NOON - 1000, record_id=1000 + number)
    behaviour.faults.append(Fault(r"GET .*/tickets\?limit=100&", "504", times=None))
    output = runner.sync("ticket")
    assert output.error is None
    assert sorted(output.ids()) == list(range(1000, 1300))


def test_errors_keep_the_frameworks_meaning() -> None:
    assert issubclass(RefusedRequestError, FatalAPIError)
    assert issubclass(HeavyPageError, RetriableAPIError)


@pytest.mark.capability("S0-11", "S2-59")
@pytest.mark.parametrize("tier", ["free", "professional", "addon"])
def test_no_tier_ever_answers_429_to_our_own_pace(
    runner: Any, portal: Any, behaviour: Behaviour, tier: str
) -> None:
    """Real windows on real time, small enough to be passed many times over."""
    for number in range(600):
        portal.create("tickets", {}, at=NOON - 1000, record_id=1000 + number)
    behaviour.limits, behaviour.tier, behaviour.burst_limit = True, tier, None
    output = runner.sync("ticket", "owner")
    assert output.error is None
    assert len(output.ids()) == 600
    assert {r.status for r in runner.server.journal} <= {200, 207}
