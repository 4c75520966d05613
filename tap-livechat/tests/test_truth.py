"""What the tap emits of a synthetic company is what the company knows of itself."""

import pytest
from sandbox.livechat.server import Behaviour, Fault, serve
from sandbox.world import World

KEYS = {
    "chats": ("thread_id",),
    "events": ("thread_id", "event_id"),
    "chat_users": ("chat_id", "user_id"),
    "agents": ("agent_id",),
    "bots": ("bot_id",),
    "groups": ("group_id",),
    "tags": ("name",),
}
NOT_IN_3_5 = {"summary_status", "summary_text", "summary_updated_at", "customer_visit"}


def without_nul(value):
    """As a database stores it: text has no NUL there."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(one) for one in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(one) for name, one in value.items()}
    return float(value) if type(value).__name__ == "Decimal" else value


def loaded(tables, output):
    """Upsert a run's records; small lists are replaced as ACTIVATE_VERSION has it."""
    for stream, keys in KEYS.items():
        if stream in ("agents", "bots", "groups", "tags") and output.records(stream):
            tables[stream] = {}
        for record in output.records(stream):
            key = "/".join(str(record[name]) for name in keys)
            tables.setdefault(stream, {})[key] = without_nul(record)
    return tables


def differences(tables, truth, left_out=frozenset()):
    found = []
    for stream in KEYS:
        rows, expected = tables.get(stream, {}), truth[f"livechat.{stream}"]
        found += [(stream, key) for key in rows.keys() ^ expected.keys()]
        for key in rows.keys() & expected.keys():
            for column, value in expected[key].items():
                if column not in left_out and rows[key].get(column, "no column") != value:
                    found.append((stream, key, column, value, rows[key].get(column)))
    return found


@pytest.fixture
def world():
    return World(tickets=700, seed=5, parts=("livechat",))


def test_a_full_read_and_ten_advances_give_the_truth_with_faults_on(world, new_runner):
    tables, state = {}, None
    with serve(world.parts["livechat"].organization, Behaviour(limits=False)) as server:
        runner = new_runner(server)
        for number in range(11):
            kind = ("429", "500", "empty", "reset", "repeat_page", "cut")[number % 6]
            server.behaviour.faults.append(Fault(".", kind, after=number % 3))
            output = runner.sync(state=state)
            assert output.error is None, output.error
            state = output.state
            assert differences(loaded(tables, output), world.truth()) == []
            world.advance(hours=17)


@pytest.mark.capability("S0-15")
def test_version_3_5_gives_the_same_but_for_what_it_lacks(world, new_runner):
    with serve(world.parts["livechat"].organization, Behaviour(limits=False)) as server:
        output = new_runner(server).sync(api_version="3.5")
    assert output.error is None
    assert differences(loaded({}, output), world.truth(), NOT_IN_3_5) == []
    assert {one.path.split("/")[1] for one in server.journal} == {"v3.5"}


def test_an_oauth_token_reads_the_same(world, new_runner):
    organization = world.parts["livechat"].organization
    (token,) = (one for one in organization.tokens if one.oauth)
    with serve(organization, Behaviour(limits=False)) as server:
        output = new_runner(server).sync(account_id=None, access_token=token.secret)
    assert output.error is None
    assert differences(loaded({}, output), world.truth()) == []
