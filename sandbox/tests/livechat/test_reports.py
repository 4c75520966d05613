import pytest

OWNER, NORMAL = "owner@firm.example.com", "ana@firm.example.com"
BOT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
CUSTOMER = "00000000-0000-4000-8000-{:012d}"
DAY_US = 86_400_000_000


@pytest.fixture
def week(add_thread, say, clock):
    """Three threads: two yesterday, one five days ago; one rated good, one bad."""
    now = clock() * 1000

    def talk(number, at, author, seconds, score=None):
        from sandbox.livechat.wire import instant_text

        name = f"T{number:09d}"
        asked = say(name, 1, CUSTOMER.format(number), "?") | {"created_at": instant_text(at)}
        reply_at = instant_text(at + seconds * 1_000_000)
        reply = say(name, 2, author, "!") | {"created_at": reply_at}
        properties = {"rating": {"score": score}} if score is not None else {}
        add_thread(
            number,
            at=at,
            events=[asked, reply],
            properties=properties,
            user_ids=[CUSTOMER.format(number), author],
            tags=["bug"],
        )

    talk(1, now - DAY_US, NORMAL, 10, 1)
    talk(2, now - DAY_US + 5, BOT, 2)
    talk(3, now - 5 * DAY_US, NORMAL, 40, 0)
    return now


def report(client, name, **body):
    answer = client.post(f"reports/{name}", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_last_seven_days_are_reported_and_empty_days_are_empty(client, week):
    total = report(client, "chats/total_chats")
    assert total["name"] == "total-chats-report" and total["total"] == 3
    assert list(total["records"]) == [
        f"2026-0{day}" for day in ("1-26", "1-27", "1-28", "1-29", "1-30", "1-31", "2-01", "2-02")
    ]
    assert total["records"]["2026-02-01"] == {"total": 2}
    assert total["records"]["2026-01-30"] == {}


def test_zero_counters_of_ratings_are_left_out(client, week):
    days = report(client, "chats/ratings")["records"]
    assert days["2026-02-01"] == {"chats": 2, "good": 1}
    assert days["2026-01-28"] == {"chats": 1, "bad": 1}


def test_ratings_count_where_only_the_messages_tell(client, week, add_thread, clock):
    def told(number, kind, **words):
        return {
            "id": str(number),
            "type": "system_message",
            "system_message_type": f"rating.{kind}",
            "text_vars": words,
            "created_at": "2026-02-02T00:00:00.000000Z",
        }

    rated = told(1, "chat_rated", score="bad")
    add_thread(8, at=week - 1, events=[rated])
    add_thread(9, at=week - 2, events=[rated, told(2, "chat_rating_canceled")])
    assert report(client, "chats/ratings")["records"]["2026-02-02"] == {"chats": 2, "bad": 1}


def test_a_second_range_of_time_is_refused(client, week):
    both = {"filters": {"from": "2026-02-01T00:00:00Z", "forms": {"to": "2026-02-02T00:00:00Z"}}}
    assert client.refusal(both, "reports/chats/total_chats") == "validation"


def test_days_are_those_of_the_zone_asked_for(client, week):
    halifax = report(client, "chats/total_chats", timezone="America/Halifax")["records"]
    assert halifax["2026-01-31"] == {"total": 2}
    offset = {"from": "2026-01-27T00:00:00-04:00", "to": "2026-02-02T02:00:00-04:00"}
    assert report(client, "chats/total_chats", filters=offset)["records"]["2026-01-31"] == {
        "total": 2
    }
    wrong = {"timezone": "Atlantis/Capital"}
    assert client.refusal(wrong, "reports/chats/total_chats") == "validation"


def test_response_times_are_averages(client, week):
    days = report(client, "chats/first_response_time")["records"]
    assert days["2026-02-01"] == {"count": 2, "first_response_time": 6.0}
    assert report(client, "chats/response_time")["records"]["2026-01-28"]["response_time"] == 40.0


def test_agents_are_weighed_in_the_summary_and_bots_are_left_out(client, week, behaviour):
    performance = report(client, "agents/performance")
    assert performance["records"][NORMAL]["first_response_time"] == 25.0
    assert performance["records"][NORMAL]["chats_rated_good"] == 1
    assert BOT not in performance["records"]
    behaviour.bots_in_reports = True
    performance = report(client, "agents/performance")
    assert performance["records"][BOT]["chats_count"] == 1
    assert performance["summary"]["first_response_time"] == 17.33


def test_ranking_and_tags(client, week):
    assert report(client, "chats/ranking")["records"][NORMAL] == {
        "total": 2,
        "good": 1,
        "bad": 1,
        "score": 0.5,
    }
    assert report(client, "tags/chat_usage")["records"] == {"bug": 3}
    assert report(client, "chats/tags")["records"]["2026-02-01"] == {"bug": 2}
    assert report(client, "chats/groups")["records"]["2026-02-01"] == {"0": 2}


def test_a_report_may_be_got(client, week):
    query = "filters.from=2026-02-01T00:00:00Z&filters.to=2026-02-02T00:00:00Z"
    url = f"{client.url}/v3.6/reports/chats/total_chats?{query}&filters.agents.values={NORMAL}"
    answer = client.session.get(url, timeout=20)
    assert answer.json()["total"] == 1


def test_an_unknown_distribution_is_refused(client):
    refused = client.refusal({"distribution": "fortnight"}, "reports/chats/total_chats")
    assert refused == "validation"
    assert list(report(client, "chats/total_chats", distribution="year")["records"]) == ["2026"]
