"""Whatever people do in whatever order: everything follows its cells, and disk tells the same."""

import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox.sheets.errors import SheetsError
from sandbox.sheets.model import Formula
from sandbox.sheets.server import Store

HEADERS = ["id", "state", "agent", "created", "note"]
places = st.integers(0, 7)
counts = st.integers(1, 3)
deeds = st.one_of(
    st.tuples(st.just("insert_columns"), places, counts),
    st.tuples(st.just("insert_rows"), st.integers(1, 7), counts),
    st.tuples(st.just("delete_columns"), places, counts),
    st.tuples(st.just("delete_rows"), st.integers(1, 7), counts),
    st.tuples(st.just("move_columns"), places, places),
    st.tuples(st.just("sort"), places),
    st.tuples(st.just("rename_tab"), st.sampled_from(["Data", "Raw data", "A/b 'q'"])),
)


def prepared(store):
    """Return a spreadsheet: metadata tells each column's header, formulas refer to each header."""
    book = store.create("Any order")
    person = store.person(book)
    person.rename_tab("Sheet1", "Data")
    person.add_tab("Mirror")
    rows = [HEADERS, *([f"{header}{row}" for header in HEADERS] for row in (3, 1, 2))]
    for row, values in enumerate(rows, start=1):
        person.type("Data", f"A{row}", *values)
    person.type("Mirror", "A1", *(f"=Data!{letter}1" for letter in "ABCDE"))
    for column, header in enumerate(HEADERS):
        span = {"dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
        entry = {"metadataKey": header, "location": {"dimensionRange": span}}
        request = {"developerMetadata": {**entry, "visibility": "DOCUMENT"}}
        person.do({"createDeveloperMetadata": request})
    return book, person


def do(store, book, person, deed):
    name, *arguments = deed
    title = store.book(book).sheets[0].title
    try:
        getattr(person, name)(title, *arguments)
    except SheetsError:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(st.lists(deeds, max_size=8))
def test_metadata_and_formulas_follow_their_columns(done):
    store = Store()
    book, person = prepared(store)
    for deed in done:
        do(store, book, person, deed)
    title = store.book(book).sheets[0].title
    header = [cell.value for cell in store.book(book).sheets[0].row(0)]
    found = {one.key: one.start for one in store.book(book).metadata}
    assert found == {name: header.index(name) for name in HEADERS if name in header}
    formulas = store.cells(book, "Mirror")[0][: len(HEADERS)]
    shown = store.texts(book, "Mirror")[0][: len(HEADERS)]
    assert shown == [name if name in header else "#REF!" for name in HEADERS]
    assert all(isinstance(one, Formula) for one in formulas)
    columns = {name: header.index(name) for name in HEADERS if name in header}
    for row in store.cells(book, title)[1:]:
        for name, column in columns.items():
            assert row[column] is None or row[column].startswith(name)


@settings(max_examples=25, deadline=None)
@given(st.lists(deeds, max_size=8))
def test_what_is_read_back_from_disk_is_what_was_there(done):
    with tempfile.TemporaryDirectory() as directory:
        store = Store(directory)
        book, person = prepared(store)
        for deed in done:
            do(store, book, person, deed)
        store.close()
        again = Store(directory)
        assert again.book(book) == store.book(book)
        again.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(deeds, max_size=5), deeds)
def test_what_is_refused_changes_nothing(done, last):
    store = Store()
    book, person = prepared(store)
    for deed in done:
        do(store, book, person, deed)
    before = store.book(book).fork()
    if not do(store, book, person, last):
        assert store.book(book) == before
