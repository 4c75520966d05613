"""What counts in the new statistics, and for whom, by the vendor's definitions (row 18)."""

import pytest

MARCH = ("2026-03-01", "2026-04-01")
COUNT = ["ticketCount"]


def rows(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


class TestDefinitions:
    """Row 18: who and what counts, by the vendor's definitions."""

    def median(self, client, scope="first-response-time", **more):
        measure = (
            "medianResolutionTime" if scope == "resolution-time" else "medianFirstResponseTime"
        )
        found = rows(client.report(scope, [measure], MARCH, **more))
        return found[0][measure]

    @pytest.fixture
    def ticket(self, make):
        number = make.ticket("2026-03-10T08:00:00Z")
        make.message(number, "2026-03-10T08:00:00Z")
        return number

    def test_a_first_response_runs_from_question_to_sending(self, client, make, ticket):
        make.message(ticket, "2026-03-10T08:10:00Z", agent=7101,
                     sent_datetime="2026-03-10T08:10:30Z")  # fmt: skip
        assert self.median(client) == 630

    def test_rules_and_what_came_from_elsewhere_are_no_first_response(self, client, make, ticket):
        make.message(ticket, "2026-03-10T08:00:02Z", agent=7101, rule_id=7, via="rule")
        make.message(ticket, "2026-03-10T08:05:00Z", agent=7101, via="email")
        make.message(ticket, "2026-03-10T08:06:00Z", agent=7101, public=False)
        make.message(ticket, "2026-03-10T09:00:00Z", agent=7101)
        assert self.median(client) == 3600

    def test_a_bot_is_a_first_response_but_not_a_human_one(self, client, server, make, ticket):
        make.message(ticket, "2026-03-10T08:00:10Z", agent=7103)
        make.message(ticket, "2026-03-10T08:30:00Z", agent=7101)
        assert self.median(client) == 10
        assert self.median(client, "human-first-response-time") == 1800
        server.behaviour.bot_replies = False
        assert self.median(client) == 1800

    def test_a_first_response_counts_in_the_month_of_the_reply_for_its_writer(self, client, make):
        ticket = make.ticket("2026-02-10T08:00:00Z", assignee_user_id=7101)
        make.message(ticket, "2026-02-10T08:00:00Z")
        make.message(ticket, "2026-03-01T08:00:00Z", agent=7102)
        measure = ["medianFirstResponseTime"]
        found = rows(client.report("first-response-time", measure, MARCH, dimensions=["agentId"]))
        assert [one["agentId"] for one in found] == [7102]

    def test_tickets_that_an_agent_began_have_neither_response_nor_resolution(self, client, make):
        ticket = make.ticket("2026-03-10T08:00:00Z", from_agent=True, status="closed",
                             closed_datetime="2026-03-11T08:00:00Z")  # fmt: skip
        make.message(ticket, "2026-03-10T08:00:00Z", agent=7101)
        make.message(ticket, "2026-03-10T09:00:00Z")
        make.message(ticket, "2026-03-10T10:00:00Z", agent=7101)
        assert self.median(client) is None
        assert self.median(client, "resolution-time") is None

    def test_a_resolution_needs_an_answer_and_runs_to_the_last_closing(
        self, client, make, ticket, desk
    ):
        desk.change("tickets", ticket, status="closed",
                    closed_datetime=desk.tables["tickets"].get(ticket)["created_datetime"] + 7_200_000_000)  # fmt: skip
        assert self.median(client, "resolution-time") is None
        make.message(ticket, "2026-03-10T08:10:00Z", agent=7101)
        assert self.median(client, "resolution-time") == 7200

    def test_an_even_count_has_the_mean_of_the_two_in_the_middle(self, client, make):
        for minutes in (1, 2, 4, 59):
            ticket = make.ticket("2026-03-10T08:00:00Z")
            make.message(ticket, "2026-03-10T08:00:00Z")
            make.message(ticket, f"2026-03-10T08:{minutes:02d}:00Z", agent=7101)
        assert self.median(client) == 180

    @pytest.mark.parametrize("flag", [{"spam": True}, {"trashed_datetime": "2026-03-20T00:00:00Z"}])
    def test_spam_and_trash_count_nowhere(self, client, make, flag):
        ticket = make.ticket("2026-03-10T08:00:00Z", status="closed",
                             closed_datetime="2026-03-11T08:00:00Z", **flag)  # fmt: skip
        make.message(ticket, "2026-03-10T09:00:00Z", agent=7101)
        assert rows(client.report("tickets-closed", COUNT, MARCH))[0]["ticketCount"] is None
        sent = rows(client.report("messages-sent", ["messagesCount"], MARCH))
        assert sent[0]["messagesCount"] is None

    def test_snoozed_tickets_are_not_closed(self, client, make):
        make.ticket("2026-03-10T08:00:00Z", status="closed",
                    snooze_datetime="2026-03-12T08:00:00Z")  # fmt: skip
        assert rows(client.report("tickets-closed", COUNT, MARCH))[0]["ticketCount"] is None

    def test_messages_count_for_their_sender_at_their_sending_without_those_that_failed(
        self, client, server, make, ticket
    ):
        make.message(ticket, "2026-03-31T21:59:00Z", agent=7102,
                     sent_datetime="2026-03-31T22:00:00Z")  # fmt: skip
        make.message(ticket, "2026-03-12T08:00:00Z", agent=7103, rule_id=7)
        make.message(ticket, "2026-03-12T08:00:00Z", agent=7101, sent_datetime=None,
                     failed_datetime="2026-03-12T08:01:00Z")  # fmt: skip
        question = ("messages-sent", ["messagesCount"], MARCH)
        found = rows(client.report(*question, dimensions=["agentId"]))
        assert found == [{"agentId": 7103, "messagesCount": 1}]
        server.behaviour.failed_messages = True
        assert len(rows(client.report(*question, dimensions=["agentId"]))) == 2

    def test_a_message_counts_on_its_own_channel(self, client, make, ticket):
        make.message(ticket, "2026-03-12T08:00:00Z", agent=7101, channel="chat")
        found = rows(
            client.report("messages-sent", ["messagesCount"], MARCH, dimensions=["channel"])
        )
        assert found == [{"channel": "chat", "messagesCount": 1}]

    def test_numbers_of_a_past_month_move_when_a_ticket_is_closed_again(self, client, desk, make):
        ticket = make.ticket("2026-03-10T08:00:00Z", status="closed",
                             closed_datetime="2026-03-11T08:00:00Z")  # fmt: skip
        assert rows(client.report("tickets-closed", COUNT, MARCH))[0]["ticketCount"] == 1
        desk.change("tickets", ticket, closed_datetime=desk.now() + 90 * 86_400_000_000)
        assert rows(client.report("tickets-closed", COUNT, MARCH))[0]["ticketCount"] is None

    def test_closing_can_belong_to_who_closed(self, client, server, make):
        """Attribution is not known and can be switched."""
        ticket = make.ticket("2026-03-10T08:00:00Z", status="closed",
                             closed_datetime="2026-03-11T08:00:00Z")  # fmt: skip
        make.event("ticket-closed", "2026-03-11T08:00:00Z", ticket, user_id=7102)
        server.behaviour.attribution = "closed"
        found = rows(client.report("tickets-closed", COUNT, MARCH, dimensions=["agentId"]))
        assert found == [{"agentId": 7102, "ticketCount": 1}]

    def test_the_period_of_a_resolution_can_be_that_of_its_creation(self, client, server, make):
        ticket = make.ticket("2026-02-10T08:00:00Z", status="closed",
                             closed_datetime="2026-03-11T08:00:00Z")  # fmt: skip
        make.message(ticket, "2026-02-10T08:00:00Z")
        make.message(ticket, "2026-02-10T09:00:00Z", agent=7101)
        assert self.median(client, "resolution-time") is not None
        server.behaviour.resolution_period = "created"
        assert self.median(client, "resolution-time") is None

    @pytest.mark.parametrize(("period", "expected"), [("created", None), ("scored", 5.0)])
    def test_the_period_of_a_score_can_be_that_of_the_answer(
        self, client, server, make, period, expected
    ):
        make.survey(make.ticket("2026-02-10T08:00:00Z"), "2026-02-20T00:00:00Z", 5,
                    scored_datetime="2026-03-10T00:00:00Z")  # fmt: skip
        server.behaviour.survey_period = period
        found = rows(client.report("satisfaction-surveys", ["averageSurveyScore"], MARCH))
        assert found == [{"averageSurveyScore": expected}]

    def test_statistics_can_still_count_what_was_merged_away_since(
        self, client, server, desk, make
    ):
        """Row 18: a switch adds a small disagreement with the raw objects."""
        kept, gone = (
            make.ticket("2026-03-10T08:00:00Z", status="closed",
                        closed_datetime="2026-03-11T08:00:00Z")
            for _ in range(2)
        )  # fmt: skip
        desk.remove("tickets", gone, kept)
        assert rows(client.report("tickets-closed", COUNT, MARCH))[0]["ticketCount"] == 1
        server.behaviour.stale_merges = True
        assert rows(client.report("tickets-closed", COUNT, MARCH))[0]["ticketCount"] == 2
