import pytest

OWNER, NORMAL = "owner@firm.example.com", "ana@firm.example.com"
BOT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def instant(microseconds):
    from sandbox.livechat.wire import instant_text

    return instant_text(microseconds)


def test_both_ends_of_a_range_belong_to_it(client, add_threads, clock, behaviour):
    ids = add_threads(5, step=1)
    now = clock() * 1000
    bounds = {"from": instant(now - 3), "to": instant(now - 1)}
    assert client.found(**bounds) == ids[1:4]
    behaviour.range_end = "excluded"
    assert client.found(**bounds) == ids[1:3]


def test_a_range_may_have_any_offset(client, add_threads, clock):
    ids = add_threads(2, step=3_600_000_000)
    assert client.found(**{"from": "2026-02-02T03:00:00.000000+01:00"}) == ids[1:]
    assert client.found(to="2026-02-02T03:00:00.000000+01:00") == ids[:1]


def test_a_range_compares_creation_unless_told_otherwise(
    client, add_threads, organization, behaviour, clock
):
    first, second = add_threads(2, step=3_600_000_000)
    organization.thread(first).active_at = clock() * 1000
    bounds = {"from": instant(clock() * 1000 - 1)}
    assert client.found(**bounds) == [second]
    behaviour.range_compares = "activity"
    assert client.found(**bounds) == [first, second]


@pytest.mark.parametrize(
    "filters",
    [
        {"from": "yesterday"},
        {"to": "2026-02-30T00:00:00.000000Z"},
        {"from": 1_770_000_000},
        {"updated_since": "2026-02-01T00:00:00.000000Z"},
        {"chat_ids": ["C"] * 1001},
        {"thread_ids": ["T"] * 21},
        {"group_ids": [1] * 201},
        {"thread_ids": ["T"], "group_ids": [0]},
        {"tags": {"exists": True, "values": ["a"]}},
        {"agents": {"values": [BOT], "exclude_values": [NORMAL]}},
        {"agent_types": {"all_values": ["human"], "exclude_values": ["human"]}},
        {"agent_types": {"any_values": ["robot"]}},
        {"tags": {}},
        {"properties": {}},
        {"forms": {"type": "mid_chat"}},
    ],
)
def test_filters_that_break_a_rule_are_refused(client, filters):
    assert client.refusal({"filters": filters}) == "validation"


@pytest.mark.parametrize("paging", [{"limit": 5}, {"sort_order": "asc"}])
def test_thread_ids_go_without_paging(client, paging):
    assert client.refusal({"filters": {"thread_ids": ["T"]}, **paging}) == "validation"


def test_highlights_go_with_a_query_only(client):
    assert client.refusal({"highlights": {}}) == "validation"
    asked = {"highlights": {}, "filters": {"query": "parcel"}}
    assert client.archives(asked).status_code == 200


def test_the_largest_allowed_lists_are_allowed(client, add_threads):
    ids = add_threads(3)
    chosen = {"filters": {"thread_ids": [ids[1], *(["X"] * 19)]}}
    assert [one["thread"]["id"] for one in client.page(**chosen)["chats"]] == [ids[1]]
    assert client.found(chat_ids=["C000000000", *(["X"] * 999)]) == ids[:1]
    assert client.found(group_ids=[0] * 200) == ids


@pytest.mark.parametrize("name", ["chat_ids", "agent_types", "customer_id", "customer_email"])
def test_what_came_with_3_6_is_unknown_before(client_of, name):
    old = client_of(version="3.5")
    values = {"chat_ids": ["C"], "agent_types": {"any_values": ["human"]}}
    filters = {name: values.get(name, "x")}
    assert old.refusal({"filters": filters}) == "validation"
    assert client_of().archives({"filters": filters}).status_code == 200


@pytest.fixture
def mixed(add_thread, say):
    """Four threads that differ in everything filters look at."""
    customer = "00000000-0000-4000-8000-{:012d}"
    bot_only = [say("T000000000", 1, BOT, "I am a bot"), say("T000000000", 2, NORMAL, "Hi")]
    greeting = say("T000000001", 1, NORMAL, "Welcome", properties={"lc2": {"greeting_id": 4}})
    form = {"id": "f", "type": "filled_form", "form_type": "prechat", "created_at": "x"}
    return [
        add_thread(0, user_ids=[customer.format(0), BOT, NORMAL], events=bot_only, tags=["a", "b"]),
        add_thread(1, events=[greeting, form], tags=["b"], access={"group_ids": [3]}),
        add_thread(2, user_ids=[customer.format(2), BOT], properties={"rating": {"score": 0}}),
        add_thread(
            3,
            user_ids=[customer.format(3)],
            properties={"rating": {"score": 1}, "ecommerce": {"has_sale": True}},
        ),
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"query": "A BOT"}, [0]),
        ({"chat_ids": ["C000000002"]}, [2]),
        ({"group_ids": [3]}, [1]),
        ({"agents": {"exists": False}}, [3]),
        ({"agents": {"values": [BOT]}}, [0, 2]),
        ({"agents": {"values": [BOT, NORMAL], "require_every_value": True}}, [0]),
        ({"agents": {"exclude_values": [NORMAL]}}, [2, 3]),
        ({"tags": {"exists": True}}, [0, 1]),
        ({"tags": {"values": ["a"]}}, [0]),
        ({"tags": {"exclude_values": ["a", "b"], "require_every_value": True}}, [1, 2, 3]),
        ({"sales": {"exists": True}}, [3]),
        ({"goals": {"exists": True}}, []),
        ({"properties": {"rating": {"score": {"exists": True}}}}, [2, 3]),
        ({"properties": {"rating": {"score": {"values": [1]}}}}, [3]),
        ({"event_types": {"values": ["filled_form"]}}, [1]),
        ({"event_types": {"exclude_values": ["filled_form"]}}, [0, 2, 3]),
        ({"greetings": {"values": [4]}}, [1]),
        ({"forms": {"type": "pre_chat", "exists": True}}, [1]),
        ({"forms": [{"type": "post_chat", "exists": True}]}, []),
        ({"agent_response": {"exists": True, "first": True, "agents": {"values": [BOT]}}}, [0]),
        ({"agent_response": {"exists": False}}, [2, 3]),
        ({"agent_types": {"all_values": ["chatbot", "human"]}}, [0]),
        ({"agent_types": {"any_values": ["chatbot"], "exclude_values": ["human"]}}, [2]),
        ({"agent_types": {"any_values": ["ai_agent"]}}, []),
        ({"customer_countries": {"values": ["AT"]}}, [0, 1, 2, 3]),
        ({"customer_countries": {"exclude_values": ["AT"]}}, []),
        ({"customer_id": "00000000-0000-4000-8000-000000000002"}, [2]),
        ({"customer_email": "003@kunde.example.org"}, [3]),
        ({"tags": {"values": ["b"]}, "group_ids": [0]}, [0]),
    ],
)
def test_a_filter_finds_what_it_says(client, mixed, filters, expected):
    assert client.found(**filters) == [mixed[number] for number in expected]
