"""`POST /api/reporting/stats` (emulator rows 16 to 19)."""

import pytest

MARCH = ("2026-03-01", "2026-04-01")
COUNT = ["ticketCount"]


def agents(*ids):
    return {"member": "agentId", "operator": "one-of", "values": [str(one) for one in ids]}


def channels(*names):
    return {"member": "channel", "operator": "one-of", "values": list(names)}


@pytest.fixture
def closed(make):
    """Ana closed an e-mail and a chat in March, nobody a third ticket; all with one answer."""
    for agent, channel in ((7101, "email"), (7101, "chat"), (None, "email")):
        ticket = make.ticket(
            "2026-03-10T08:00:00Z",
            channel=channel,
            assignee_user_id=agent,
            status="closed",
            closed_datetime="2026-03-10T12:00:00Z",
        )
        make.message(ticket, "2026-03-10T08:00:00Z", channel=channel)
        make.message(ticket, "2026-03-10T09:00:00Z", agent=7102, channel=channel)


def rows(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_the_question_has_to_be_wrapped(client):
    """Row 16."""
    bare = {"scope": "tickets-closed", "timezone": "UTC", "measures": COUNT}
    answer = client.send("POST", "reporting/stats", bare)
    assert answer.status_code == 400
    assert "query" in answer.json()["error"]["data"]


def test_agents_are_told_apart_in_one_call_and_nobody_is_a_row_too(client, closed):
    found = rows(client.report("tickets-closed", COUNT, MARCH, dimensions=["agentId"]))
    assert found == [
        {"agentId": 7101, "ticketCount": 2},
        {"agentId": None, "ticketCount": 1},
    ]


def test_two_dimensions_at_once(client, closed):
    found = rows(client.report("tickets-closed", COUNT, MARCH, dimensions=["agentId", "channel"]))
    assert {"agentId": 7101, "channel": "chat", "ticketCount": 1} in found
    assert len(found) == 3


def test_agents_asked_for_come_with_null_when_they_did_nothing(client, server, closed):
    """Row 16: null rows are not "no row"."""
    wanted = {"dimensions": ["agentId"], "filters": [agents(7101, 7102)]}
    found = rows(client.report("tickets-closed", COUNT, MARCH, **wanted))
    assert {"agentId": 7102, "ticketCount": None} in found
    server.behaviour.null_rows = False
    assert len(rows(client.report("tickets-closed", COUNT, MARCH, **wanted))) == 1


def test_null_rows_cover_every_channel_asked_for(client, closed):
    wanted = {"dimensions": ["agentId", "channel"],
              "filters": [agents(7101, 7102), channels("email", "chat")]}  # fmt: skip
    found = rows(client.report("tickets-closed", COUNT, MARCH, **wanted))
    assert sum(one["ticketCount"] is None for one in found) == 2
    assert len(found) == 4


@pytest.mark.parametrize(
    ("change", "field", "listed"),
    [
        ({"scope": "closed-tickets"}, "query.scope", "tickets-closed"),
        ({"measures": ["count"]}, "query.measures", "ticketCount"),
        ({"dimensions": ["teamId"]}, "query.dimensions", "agentId"),
        ({"dimensions": ["tagId"]}, "query.dimensions", "channel"),
        ({"filters": [{"member": "agents", "operator": "one-of", "values": ["1"]}]},
         "query.filters.member", "agentId"),
        ({"filters": [{"member": "agentId", "operator": "in", "values": ["1"]}]},
         "query.filters.operator", "one-of"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_with_a_list_of_what_is(client, change, field, listed):
    """Row 16; teamId filters but does not group."""
    question = {"scope": "tickets-closed", "measures": COUNT, **change}
    answer = client.report(month=MARCH, **question)
    assert answer.status_code == 400
    assert listed in answer.json()["error"]["data"][field][0]


def test_a_zone_is_needed(client):
    """Row 16."""
    for zone in (None, "Mars/Olympus"):
        answer = client.report("tickets-closed", COUNT, MARCH, timezone=zone)
        assert "timezone" in answer.json()["error"]["data"]


def test_more_than_366_days_are_refused(client):
    """Row 16."""
    assert client.report("tickets-closed", COUNT, ("2024-01-01", "2025-01-01")).status_code == 200
    answer = client.report("tickets-closed", COUNT, ("2024-01-01", "2025-01-02"))
    assert answer.json()["error"]["msg"] == "Maximum allowed period size is 366 days"


def test_thirty_rows_are_all_one_gets_without_asking_for_more(client, make):
    """Row 16: silently cut at the thirty-first agent."""
    for agent in range(35):
        make.ticket("2026-03-10T08:00:00Z", assignee_user_id=7200 + agent)
    question = {"scope": "tickets-created", "measures": COUNT, "dimensions": ["agentId"]}
    answer = client.report(month=MARCH, limit=None, **question).json()
    assert len(answer["data"]) == 30
    assert answer["meta"]["total"] == 35
    assert answer["meta"]["next_cursor"]
    assert len(rows(client.report(month=MARCH, limit=10_000, **question))) == 35
    assert client.report(month=MARCH, limit=10_001, **question).status_code == 400


def test_pages_follow_the_cursor(client, make):
    for agent in range(5):
        make.ticket("2026-03-10T08:00:00Z", assignee_user_id=7200 + agent)
    question = {"scope": "tickets-created", "timezone": "UTC", "measures": COUNT,
                "dimensions": ["agentId"], "filters": [
        {"member": "periodStart", "operator": "afterDate", "values": [MARCH[0]]},
        {"member": "periodEnd", "operator": "beforeDate", "values": [MARCH[1]]}]}  # fmt: skip
    found, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.send("POST", "reporting/stats", {"query": question}, **query).json()
        found += [row["agentId"] for row in page["data"]]
        cursor = page["meta"]["next_cursor"]
        if cursor is None:
            break
    assert found == [7200, 7201, 7202, 7203, 7204]


def test_a_date_as_the_end_is_not_within_and_a_time_is(client, make):
    """Rows 16 and 19, in Vienna's wall time, where March has 743 hours."""
    for at in ("2026-02-28T22:59:59.999999Z", "2026-02-28T23:00:00Z",
               "2026-03-31T21:59:59.999999Z", "2026-03-31T22:00:00Z"):  # fmt: skip
        make.ticket("2026-02-01T00:00:00Z", status="closed", closed_datetime=at)

    def count(start, end):
        return rows(client.report("tickets-closed", COUNT, (start, end)))[0]["ticketCount"]

    assert count("2026-03-01", "2026-04-01") == 2
    assert count("2026-03-01T00:00:00.000", "2026-03-31T23:59:59.000") == 1
    assert count("2026-03-01T00:00:00.000", "2026-04-01T00:00:00.000") == 3


def test_months_are_those_of_the_zone_asked_for(client, make):
    """Row 19."""
    make.ticket("2026-10-01T00:00:00Z", status="closed", closed_datetime="2026-10-31T23:30:00Z")
    october = ("2026-10-01", "2026-11-01")
    for zone, expected in (("UTC", 1), ("Europe/Vienna", None), ("America/New_York", 1)):
        found = rows(client.report("tickets-closed", COUNT, october, timezone=zone))
        assert found[0]["ticketCount"] == expected


@pytest.mark.parametrize(
    ("style", "name"),
    [("dimension", "closedDatetime"), ("dimension.granularity", "closedDatetime.month")],
)
def test_time_buckets_have_a_key_nobody_has_shown(client, server, closed, style, name):
    """The name of the key is an assumption and can be switched."""
    server.behaviour.bucket_key = style
    month = [{"dimension": "closedDatetime", "granularity": "month"}]
    found = rows(client.report("tickets-closed", COUNT, MARCH, time_dimensions=month))
    assert found == [{name: "2026-03-01T00:00:00.000", "ticketCount": 3}]


def test_rows_are_ordered_as_asked_with_nulls_last(client, closed, make):
    make.ticket("2026-03-10T08:00:00Z", status="closed", assignee_user_id=7102,
                closed_datetime="2026-03-11T00:00:00Z")  # fmt: skip
    for way, first in (("desc", 7101), ("asc", 7102)):
        question = {"dimensions": ["agentId"], "filters": [agents(7101, 7102, 7103)],
                    "order": [["ticketCount", way]]}  # fmt: skip
        found = rows(client.report("tickets-closed", COUNT, MARCH, **question))
        assert [found[0]["agentId"], found[-1]["agentId"]] == [first, 7103]


def test_filters_on_team_tags_fields_and_their_negation(client, make):
    make.ticket("2026-03-10T00:00:00Z", assignee_team_id=5, tag_ids=[31, 32],
                custom_fields={"12": {"id": 12, "value": "Late"}})  # fmt: skip
    make.ticket("2026-03-10T00:00:00Z", tag_ids=[32])
    cases = [
        ({"member": "teamId", "operator": "one-of", "values": ["5"]}, 1),
        ({"member": "teamId", "operator": "not-one-of", "values": ["5"]}, 1),
        ({"member": "tags", "values": [{"operator": "all-of", "values": ["31", "32"]}]}, 1),
        ({"member": "tags", "values": [{"operator": "one-of", "values": ["32"]}]}, 2),
        ({"member": "customFields",
          "values": [{"custom_field_id": "12", "operator": "one-of", "values": ["Late"]}]}, 1),
    ]  # fmt: skip
    for one, expected in cases:
        found = rows(client.report("tickets-created", COUNT, MARCH, filters=[one]))
        assert found[0]["ticketCount"] == expected, one


def test_ticket_fields_need_to_know_which_field(client, make):
    make.ticket("2026-03-10T00:00:00Z", custom_fields={"12": {"id": 12, "value": "Late"}})
    question = {"dimensions": ["customFieldValue"]}
    assert client.report("ticket-fields", COUNT, MARCH, **question).status_code == 400
    which = {"member": "customFieldId", "operator": "one-of", "values": ["12"]}
    found = rows(client.report("ticket-fields", COUNT, MARCH, filters=[which], **question))
    assert found == [{"customFieldValue": "Late", "ticketCount": 1}]


@pytest.mark.parametrize("scope", ["online-time", "voice-calls", "automation-rate"])
def test_some_scopes_answer_500_unless_the_plan_has_them(client, server, scope):
    """Row 17."""
    measure = {"online-time": "onlineTime", "voice-calls": "voiceCallsCount"}
    measures = [measure.get(scope, "automationRate")]
    assert client.report(scope, measures, MARCH).status_code == 500
    server.behaviour.broken_scopes = {}
    assert client.report(scope, measures, MARCH).status_code == 200


def test_a_scope_can_be_broken_for_one_account_alone(client, server):
    """Row 17: a switch per account."""
    server.behaviour.broken_scopes = {"other": ["tickets-closed"], "acme": ["messages-sent"]}
    assert client.report("tickets-closed", COUNT, MARCH).status_code == 200
    assert client.report("messages-sent", ["messagesCount"], MARCH).status_code == 500


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_plan_can_lack_one_kind_of_statistics_or_both(client, server, status):
    server.behaviour.refused_statistics = {"acme": ["reporting"]}
    server.behaviour.refusal_status = status
    legacy = ("total-tickets-closed", "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z")
    assert client.report("tickets-closed", COUNT, MARCH).status_code == status
    assert client.legacy(*legacy).status_code == 200
    server.behaviour.refused_statistics = {"*": ["legacy"]}
    assert client.report("tickets-closed", COUNT, MARCH).status_code == 200
    assert client.legacy(*legacy).status_code == status


def test_numbers_instead_of_text_can_be_refused(client, server):
    """Whether ids may be numbers is not known."""
    number = {"member": "agentId", "operator": "one-of", "values": [7101]}
    assert client.report("tickets-closed", COUNT, MARCH, filters=[number]).status_code == 200
    server.behaviour.integer_values = False
    assert client.report("tickets-closed", COUNT, MARCH, filters=[number]).status_code == 400


def test_satisfaction_has_no_measure_of_what_was_sent_unless_switched_on(client, server, make):
    for day, score in ((1, 5), (2, None), (3, 4)):
        make.survey(make.ticket(f"2026-03-0{day}T00:00:00Z"), f"2026-03-0{day}T00:00:00Z", score)
    usual = ["averageSurveyScore", "scoredSurveysCount", "responseRate"]
    assert rows(client.report("satisfaction-surveys", usual, MARCH)) == [
        {"averageSurveyScore": 4.5, "scoredSurveysCount": 2, "responseRate": 66.67}
    ]
    sent = ["sentSurveysCount"]
    assert client.report("satisfaction-surveys", sent, MARCH).status_code == 400
    server.behaviour.survey_measures = sent
    assert rows(client.report("satisfaction-surveys", sent, MARCH)) == [{"sentSurveysCount": 3}]


def test_a_rate_may_be_a_fraction(client, server, make):
    make.survey(make.ticket("2026-03-01T00:00:00Z"), "2026-03-01T00:00:00Z", 5)
    server.behaviour.rate_as_fraction = True
    found = rows(client.report("satisfaction-surveys", ["responseRate"], MARCH))
    assert found == [{"responseRate": 1.0}]
