"""What the token or the plan keeps from sight is said."""

import pytest
from sandbox.livechat.tokens import ALL_SCOPES, Token

NOON = 1_780_000_000_000_000
DAY = 86_400_000_000
ACCESS = frozenset((ALL_SCOPES - {"chats--all:ro"}) | {"chats--access:ro"})


@pytest.fixture
def two_groups(licence):
    for number in range(10):
        licence.thread(NOON + number, group=0)
        licence.thread(NOON + number, group=3)
    return licence.organization


def token_of(organization, agent, scopes):
    account = organization.agents[agent]["account_id"] = f"1d4c1e1a-7a51-4c9f-9b1e-{agent[:3]:0>12}"
    organization.tokens[:] = [Token("dal:part", account, agent, scopes)]


def test_a_token_that_sees_all_groups_is_not_complained_about(runner, two_groups, caplog):
    output = runner.sync()
    assert len(output.ids()) == 20
    assert "only the chats of the groups" not in caplog.text


def test_a_normal_agents_token_that_sees_its_own_groups_is_told(
    runner, two_groups, licence, caplog
):
    licence.agent("ned@example.com", "normal", (0,))
    token_of(two_groups, "ned@example.com", ACCESS)
    assert len(runner.sync().ids()) == 10
    assert "the token sees only the chats of the groups 0; those of the groups 3 are" in caplog.text


def test_an_administrators_token_that_saw_no_other_groups_chats_is_doubted(
    runner, two_groups, caplog
):
    token_of(two_groups, "olga@example.com", ACCESS)
    assert len(runner.sync().ids()) == 10
    assert "saw only the chats of the groups 0; those of the groups 3 may be" in caplog.text


def test_bots_are_told_by_their_ids_when_the_token_may_not_list_them(runner, licence, caplog):
    bot = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    licence.organization.tokens[:] = [
        Token("dal:x", licence.organization.tokens[0].account_id, "olga@example.com",
              ALL_SCOPES - {"agents-bot--all:ro"})
    ]  # fmt: skip
    licence.thread(NOON, user_ids=["u1", bot])
    (row,) = runner.sync("chats").records("chats")
    assert (row["has_bot"], row["has_human"]) == (True, False)
    assert "may not list bots" in caplog.text


@pytest.mark.parametrize(
    "case",
    [
        ("restrict", 40, "the plan keeps back the events of"),
        ("omit", 14, "the plan keeps no chats from before"),
        ("refuse", 14, "the plan keeps no chats from before"),
    ],
)
def test_the_age_of_the_plans_archive_is_told(runner, licence, server, caplog, case):
    licence.threads(40, first=NOON - 199 * DAY, step=5 * DAY)
    limit, kept, words = case
    server.behaviour.archive_months, server.behaviour.archive_limit = 2, limit
    output = runner.sync("chats", start_date="2020-01-01T00:00:00Z")
    assert output.error is None
    assert abs(len(output.ids()) - kept) <= 2
    assert words in caplog.text


def test_planned_and_actual_requests_and_their_price_are_told(runner, licence, caplog):
    caplog.set_level("INFO")
    licence.threads(250)
    assert runner.sync().error is None
    assert "threads_estimated=" in caplog.text
    assert "requests_planned=7 requests=7 requests_billed=7 dollars=0.00189" in caplog.text


def test_651_chats_with_events_users_agents_and_bots_cost_nine_requests(runner, licence):
    licence.threads(651)
    output = runner.sync("chats", "events", "chat_users", "agents", "bots")
    assert len(output.ids()) == 651
    assert len(runner.requests) == 9
