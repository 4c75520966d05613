"""Going through the archive: every thread once, however the archive behaves meanwhile."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from sandbox.livechat.server import Fault
from tap_livechat import archive
from tap_livechat.instants import instant

NOON = 1_780_000_000_000_000
MINUTE = 60_000_000
DAY = 1440 * MINUTE
THREADS = ("chats", "events", "chat_users")


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr(archive, "_THREADS_PER_WINDOW", 150)


def moment(at: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=at)


def bodies(server):
    return [json.loads(r.body) for r in server.journal if r.path.endswith("list_archives")]


@pytest.mark.capability("S0-16")
def test_250_chats_come_as_three_pages_each_once(runner, licence):
    ids = licence.threads(250)
    output = runner.sync(*THREADS)
    assert runner.requests.count("list_archives") == 3
    assert output.ids() == ids
    assert len(output.records("events")) == len(output.records("chat_users")) / 2 == 250


def test_a_page_id_goes_alone(runner, licence, server):
    licence.threads(250)
    assert runner.sync(*THREADS).error is None
    first, *others = bodies(server)
    assert first == {"limit": 100, "sort_order": "asc"}
    assert [list(body) for body in others] == [["page_id"], ["page_id"]]


def test_an_expired_page_id_restarts_its_window_and_loses_nothing(runner, licence, server):
    ids = licence.threads(250)
    server.behaviour.faults.append(Fault("list_archives", "validation", after=1))
    output = runner.sync(*THREADS)
    assert output.error is None
    assert set(output.ids()) == set(ids)


@pytest.mark.parametrize("kind", ["repeat_page", "empty_page", "truncated", "empty", "html", "cut"])
def test_a_page_that_came_wrong_is_got_again(runner, licence, server, kind):
    ids = licence.threads(450)
    server.behaviour.faults.append(Fault("list_archives", kind, after=1, times=1))
    output = runner.sync(*THREADS)
    assert output.error is None, output.error
    assert set(output.ids()) == set(ids)


def test_page_ids_that_lead_nowhere_are_done_without(runner, licence, server):
    ids = licence.threads(850)
    server.behaviour.faults.append(Fault("list_archives", "repeat_page", times=None))
    output = runner.sync(*THREADS)
    assert output.error is None
    assert set(output.ids()) == set(ids)


def test_a_list_without_an_end_is_an_error_and_not_a_loop(runner, licence, server, caplog):
    for _ in range(250):
        licence.thread(NOON)
    server.behaviour.page_seconds = -1
    assert runner.sync(*THREADS).error is not None
    assert "lead nowhere" in caplog.text


def test_an_archive_that_grows_and_shrinks_meanwhile_loses_nothing(runner, licence, server):
    ids = licence.threads(250)
    late: list[str] = []

    def change(request: str) -> None:
        if "list_archives" in request and len(late) < 3:
            late.append(licence.thread(NOON - 30 * DAY + (60 + 80 * len(late)) * MINUTE + 1))
            licence.organization.remove_thread(ids.pop(10))

    server.behaviour.before_serving = change
    first = runner.sync(*THREADS)
    server.behaviour.before_serving = None
    second = runner.sync(*THREADS, state=first.state, lookback_days=60)
    assert set(ids) <= set(first.ids())
    assert set(first.ids()) | set(second.ids()) >= {*ids, *late}


def test_threads_of_one_instant_across_a_pages_end_are_all_read(runner, licence, server):
    server.behaviour.page_ties = "lost"
    ids = licence.threads(98)
    ids += [licence.thread(NOON) for _ in range(7)]
    ids += licence.threads(50, first=NOON + MINUTE)
    assert set(runner.sync(*THREADS).ids()) == set(ids)


def test_a_full_last_page_with_a_page_id_behind_it_ends_all_the_same(runner, licence, server):
    server.behaviour.trailing_page = True
    ids = licence.threads(200)
    assert runner.sync(*THREADS).ids() == ids


@pytest.mark.parametrize(
    "range_of", [("included", "created"), ("excluded", "created"), ("included", "activity")]
)
@pytest.mark.usefixtures("narrow")
def test_a_large_archive_is_read_in_several_windows_at_once(runner, licence, server, range_of):
    server.behaviour.range_end, server.behaviour.range_compares = range_of
    ids = licence.threads(1200, step=MINUTE * 30)
    output = runner.sync(*THREADS)
    assert set(output.ids()) == set(ids)
    assert len(output.ids()) < 1.05 * len(ids)
    assert sum("filters" in body for body in bodies(server)) >= 7
    assert output.state["bookmarks"]["chats"]["replication_key_value"] == max(
        record["created_at"] for record in output.records("chats")
    )


@pytest.mark.usefixtures("narrow")
def test_a_window_that_fails_fails_the_run_and_the_bookmark_stays_before_it(
    runner, licence, server
):
    ids = licence.threads(1200, step=MINUTE * 30)
    server.behaviour.faults.append(Fault("list_archives", "authorization", after=9, times=None))
    first = runner.sync(*THREADS)
    server.behaviour.faults.clear()
    assert "These streams failed" in str(first.error)
    place = first.state["bookmarks"]["chats"].get("replication_key_value")
    second = runner.sync(*THREADS, state=first.state, lookback_days=0)
    assert set(first.ids()) | set(second.ids()) == set(ids)
    assert place is None or len(second.ids()) < len(ids)


@pytest.mark.parametrize("count", [0, 1])
def test_a_licence_with_hardly_any_chats_is_no_failure(runner, licence, count):
    licence.threads(count)
    output = runner.sync()
    assert output.error is None
    assert len(output.ids()) == count


def test_only_threads_since_start_date_are_read(runner, licence):
    ids = licence.threads(10, first=NOON, step=DAY)
    output = runner.sync(*THREADS, start_date=moment(NOON + 6 * DAY).isoformat())
    assert output.ids() == ids[6:]


def test_a_later_run_reads_the_look_back_again_and_no_more(runner, licence, server):
    ids = licence.threads(20, first=NOON - 20 * DAY, step=DAY)
    first = runner.sync(*THREADS)
    fresh = licence.thread(NOON)
    second = runner.sync(*THREADS, state=first.state)
    assert second.ids() == [*ids[-8:], fresh]
    assert instant(bodies(server)[-1]["filters"]["from"]) == moment(NOON - 8 * DAY)


def test_a_late_rating_and_a_late_tag_arrive_with_the_look_back(runner, licence):
    (id_,) = licence.threads(1, first=NOON)
    first = runner.sync(*THREADS)
    shape = licence.organization.thread(id_).shape
    shape |= {"properties": {"rating": {"score": 0, "comment": "slow"}}, "tags": ["late"]}
    (row,) = runner.sync(*THREADS, state=first.state).records("chats")
    assert (row["rating_score"], row["rating_comment"], row["tags"]) == (0, "slow", ["late"])


def test_a_limit_is_kept_and_the_bookmark_stays(runner, licence):
    licence.threads(30)
    output = runner.sync(limit=7)
    assert len(output.ids()) == 7
    assert "replication_key_value" not in output.state["bookmarks"].get("chats", {})


def test_a_conversation_that_went_on_is_read_again_however_old_it_is(runner, licence, server):
    old = licence.thread(NOON - 40 * DAY, active=True)
    licence.threads(5, first=NOON)
    state = runner.sync(*THREADS).state
    for is_open, ids in ((True, [old]), (False, [old]), (False, [])):
        licence.organization.thread(old).shape["active"] = is_open
        output = runner.sync(*THREADS, state=state)
        state = output.state
        assert output.ids()[5:] == ids
        assert [row["active"] for row in output.records("chats")][5:] == [is_open for _ in ids]
    assert "open_threads" not in json.dumps(state)
    assert sum("thread_ids" in body.get("filters", {}) for body in bodies(server)) == 2


def test_open_conversations_that_are_gone_are_no_longer_asked_for(runner, licence, server):
    gone = [licence.thread(NOON - 40 * DAY + n, active=True) for n in range(12)]
    licence.threads(5, first=NOON)
    state = runner.sync(*THREADS).state
    for id_ in gone:
        licence.organization.remove_thread(id_)
    for expected in (2, 2):
        state = runner.sync(*THREADS, state=state).state
        assert sum("thread_ids" in b.get("filters", {}) for b in bodies(server)) == expected


def test_an_open_conversation_outlives_a_run_that_failed(runner, licence, server):
    old = licence.thread(NOON - 90 * DAY, active=True)
    ids = licence.threads(450, first=NOON - 60 * DAY, step=120 * MINUTE)
    server.behaviour.faults.append(Fault("list_archives", "authorization", after=4, times=None))
    failed = runner.sync(*THREADS)
    assert failed.error is not None
    server.behaviour.faults.clear()
    licence.organization.thread(old).shape["active"] = False
    later = runner.sync(*THREADS, state=failed.state)
    assert old in later.ids() and set(failed.ids()) | set(later.ids()) == {old, *ids}


@pytest.mark.parametrize("settings", [{}, {"start_date": moment(NOON - 40 * DAY).isoformat()}])
def test_windows_that_are_too_much_for_livechat_are_cut_up(runner, licence, server, settings):
    ids = licence.threads(900, first=NOON - 40 * DAY, step=60 * MINUTE)
    server.behaviour.slow_above = 200
    output = runner.sync(*THREADS, **settings)
    assert output.error is None, output.error
    assert set(output.ids()) == set(ids)
    assert output.state["bookmarks"]["chats"]["replication_key_value"] == max(
        record["created_at"] for record in output.records("chats")
    )


def test_an_archive_that_is_always_too_slow_is_an_error_and_not_a_loop(
    runner, licence, server, caplog
):
    licence.threads(9)
    server.behaviour.faults.append(Fault("list_archives", "request_timeout", times=None))
    assert runner.sync(*THREADS).error is not None
    assert "takes too long" in caplog.text
    assert runner.requests.count("list_archives") < 150


def test_a_first_page_without_rows_is_not_taken_for_an_empty_archive(runner, licence, server):
    ids = licence.threads(250)
    server.behaviour.faults.append(Fault("list_archives", "empty_page"))
    assert set(runner.sync(*THREADS).ids()) == set(ids)


def test_a_stream_chosen_later_gets_all_and_sets_no_other_one_back(runner, licence):
    ids = licence.threads(40, first=NOON - 40 * DAY, step=DAY)
    state = runner.sync("chats", "agents").state
    place = state["bookmarks"]["chats"]["replication_key_value"]
    second = runner.sync("chats", "events", state=state)
    assert second.ids("events") == ids
    assert {m["bookmarks"]["chats"]["replication_key_value"] for m in states(second)} == {place}
    third = runner.sync("events", state=second.state)
    assert third.ids("events") == ids[-8:] and third.ids() == []


def states(output):
    return [message["value"] for message in output.messages if message["type"] == "STATE"]
