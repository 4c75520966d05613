"""Spreadsheets outlive the process: restarts, kills, torn writes, and what is kept with them."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import msgspec
import pytest
from sandbox.sheets.behaviour import Behaviour
from sandbox.sheets.server import DEFAULT_EMAIL, Store

SERVER = textwrap.dedent(
    """
    import sys, threading
    from sandbox.sheets.server import serve
    with serve(sys.argv[1]) as server:
        books = server.store.books()
        book = books[0].id if books else server.store.create("Kept", shared_with=[sys.argv[2]])
        token = server.store.accounts.token(sys.argv[2], sys.argv[3], 1e12)
        print(server.url, token, book, flush=True)
        threading.Event().wait()
    """
)


def requests_of(*requests):
    return msgspec.json.encode({"requests": requests})


def write_rows(number, count):
    rows = [{"values": [{"userEnteredValue": {"numberValue": number}}] * 3}] * count
    return {"appendCells": {"sheetId": 0, "rows": rows, "fields": "userEnteredValue"}}


@pytest.fixture
def started(tmp_path):
    """Start a server in a process of its own; returns the process and a client."""
    from .conftest import SCOPES, Api

    running = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(tmp_path / "sheets"), DEFAULT_EMAIL, SCOPES],
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        url, token, book = process.stdout.readline().split()
        return process, Api(url, token, book)

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def test_what_was_answered_is_there_after_a_kill(started):
    process, api = started()
    for number in range(10):
        api.batch(write_rows(number, 2))
        api.put("E1", [[str(number)]])
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, again = started()
    assert again.book == api.book
    rows = again.rows("Sheet1", valueRenderOption="UNFORMATTED_VALUE")
    assert [row[0] for row in rows] == [number for number in range(10) for _ in range(2)]
    assert rows[0][4] == "9"


def test_a_kill_in_the_middle_of_a_batch_leaves_all_of_it_or_nothing(started, tmp_path):
    process, api = started()
    api.batch({"updateSheetProperties": _smaller()})
    before = _written(tmp_path / "sheets")
    body = json.dumps({"requests": [write_rows(1, 20_000)]})
    url = f"{api.url}/v4/spreadsheets/{api.book}:batchUpdate"
    code = "import sys,requests; requests.post(sys.argv[1],data=sys.stdin.read(),headers={'Authorization':sys.argv[2]})"
    writer = subprocess.Popen(
        [sys.executable, "-c", code, url, api.session.headers["Authorization"]],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    writer.stdin.write(body)
    writer.stdin.close()
    while writer.poll() is None and _written(tmp_path / "sheets") == before:
        os.sched_yield()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    writer.wait()
    _, again = started()
    assert len(again.rows("A:A") or []) in (0, 20_000)


def _smaller():
    grid = {"rowCount": 1, "columnCount": 5}
    return {"properties": {"gridProperties": grid}, "fields": "gridProperties"}


def _written(directory):
    return sum(path.stat().st_size for path in directory.glob("*.changes"))


@pytest.fixture
def kept(tmp_path):
    """Open the same directory again and again."""
    return lambda: Store(tmp_path, Behaviour())


def test_ids_metadata_and_permissions_are_the_same_after_a_restart(kept):
    store = kept()
    book = store.create("Kept", shared_with=[DEFAULT_EMAIL])
    entry = {
        "metadataKey": "k",
        "location": {"spreadsheet": True},
        "visibility": "PROJECT",
    }
    store.change(
        book,
        "batchUpdate",
        requests_of(
            {"addSheet": {"properties": {"title": "A"}}},
            {"createDeveloperMetadata": {"developerMetadata": entry}},
        ),
    )
    store.share(book, "someone@example.com", "reader")
    again = kept()
    assert again.book(book) == store.book(book)


def test_a_torn_last_change_never_happened(kept, tmp_path):
    store = kept()
    book = store.create("Kept")
    store.change(book, "batchUpdate", requests_of(write_rows(1, 1)))
    store.change(book, "batchUpdate", requests_of(write_rows(2, 1)))
    store.close()
    (changes,) = tmp_path.glob("*.changes")
    whole = changes.read_bytes()
    for cut in range(1, 120, 7):
        changes.write_bytes(whole[:-cut])
        assert [row[0] for row in kept().cells(book, "Sheet1")] == [1.0]


def test_changes_go_on_after_a_torn_one(kept, tmp_path):
    store = kept()
    book = store.create("Kept")
    store.change(book, "batchUpdate", requests_of(write_rows(1, 1)))
    store.close()
    (changes,) = tmp_path.glob("*.changes")
    with changes.open("ab") as file:
        file.write(b'{"operation":"batchUpdate","caller":"x"')
    again = kept()
    again.change(book, "batchUpdate", requests_of(write_rows(2, 1)))
    again.close()
    assert [row[0] for row in kept().cells(book, "Sheet1")] == [1.0, 2.0]


def test_many_changes_become_one_snapshot(kept, tmp_path):
    store = kept()
    book = store.create("Kept")
    store.change(book, "batchUpdate", requests_of(write_rows(1, 12_000)))
    store.change(book, "batchUpdate", requests_of(write_rows(2, 1)))
    store.close()
    (changes,) = tmp_path.glob("*.changes")
    assert changes.stat().st_size > 1_000_000
    again = kept()
    assert not list(tmp_path.glob("*.changes"))
    assert again.cells(book, "Sheet1") == store.cells(book, "Sheet1")
    again.change(book, "batchUpdate", requests_of(write_rows(3, 1)))
    assert kept().cells(book, "Sheet1")[-1][0] == 3.0


def test_a_switch_counts_for_the_changes_made_under_it(kept):
    store = kept()
    book = store.create("Kept")
    store.behaviour.equals_is_formula = True
    cell = {"userEnteredValue": {"stringValue": "=1+1"}}
    request = {"start": {}, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}
    store.change(book, "batchUpdate", requests_of({"updateCells": request}))
    assert kept().cells(book, "Sheet1") == store.cells(book, "Sheet1")
    assert kept().cells(book, "Sheet1")[0][0].text == "=1+1"


def test_a_deleted_spreadsheet_stays_deleted(kept, tmp_path):
    store = kept()
    book = store.create("Gone")
    store.change(book, "batchUpdate", requests_of(write_rows(1, 1)))
    store.delete(book)
    assert kept().books() == []
    assert [path.name for path in tmp_path.iterdir()] == ["account.pem"]


def test_the_key_of_the_accounts_is_kept_for_its_owner_only(kept, tmp_path):
    info = kept().service_account_info("http://127.0.0.1:1")
    assert kept().service_account_info("http://127.0.0.1:1") == info
    assert (tmp_path / "account.pem").stat().st_mode & 0o077 == 0


def test_a_change_that_cannot_be_written_leaves_no_trace(kept):
    store = kept()
    book = store.create("Kept")
    store.change(book, "batchUpdate", requests_of(write_rows(1, 1)))
    file = store._files[book]
    whole = file._changes

    class Full:
        def write(self, record):
            whole.write(record[:50])
            whole.flush()
            raise OSError("No space left on device")

        def close(self):
            whole.close()

    file._changes = Full()
    with pytest.raises(OSError, match="No space"):
        store.change(book, "batchUpdate", requests_of(write_rows(2, 1)))
    assert len(store.cells(book, "Sheet1")) == 1
    store.change(book, "batchUpdate", requests_of(write_rows(3, 1)))
    assert [row[0] for row in kept().cells(book, "Sheet1")] == [1.0, 3.0]
