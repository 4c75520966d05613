import pytest
import requests
from sandbox.livechat.service import livechat
from sandbox.service import Setting
from sandbox.world import World


@pytest.fixture(scope="module")
def world():
    return World(tickets=60, parts=("livechat",), elapsed=lambda: 0)


@pytest.fixture
def service(world):
    with livechat(Setting(world, behaviours={"livechat": {"requests_per_minute": 500}})) as running:
        yield running


def ask(service):
    environment = service.environment
    url = environment["TAP_LIVECHAT_API_BASE_URL"] + "/v3.6/agent/action/list_archives"
    names = ("TAP_LIVECHAT_ACCOUNT_ID", "TAP_LIVECHAT_ACCESS_TOKEN")
    return requests.post(url, json={}, auth=tuple(environment[name] for name in names), timeout=20)


def test_its_environment_opens_it(service):
    assert len(ask(service).json()["chats"]) == 10
    assert service.server.behaviour.requests_per_minute == 500


def test_its_journal_tells_method_path_and_status(service):
    ask(service)
    assert service.journal() == [("POST", "/v3.6/agent/action/list_archives", 200)]


def test_its_behaviour_can_be_changed(service):
    service.behave({"limits": True, "requests_per_minute": 0})
    assert ask(service).status_code == 429
    for unknown in ("tier", "faults", "before_serving"):
        with pytest.raises(ValueError, match=f"No behaviour '{unknown}'"):
            service.behave({unknown: 1})


def test_it_can_be_disturbed_and_calmed(service):
    service.disturb({"match": "list_archives", "kind": "500", "times": None})
    assert ask(service).status_code == 500
    service.calm()
    assert ask(service).status_code == 200
    for wrong in ({"match": "x", "kind": "quake"}, {"match": "x", "kinds": "500"}):
        with pytest.raises(ValueError, match=r"No fault|Not a fault"):
            service.disturb(wrong)


def test_it_serves_what_an_advance_changes(world, service):
    before = ask(service).json()["chats"][0]["thread"]["id"]
    world.advance(4)
    assert ask(service).json()["chats"][0]["thread"]["id"] != before


def test_without_a_world_there_is_nothing_to_serve():
    with pytest.raises(ValueError, match="needs a world"), livechat(Setting()):
        pass
