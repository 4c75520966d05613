"""Formulas: what they come to, and how their references follow the cells."""

import pytest
from sandbox.sheets.model import Formula
from sandbox.sheets.references import rename_title, shift_formula, translate
from sandbox.sheets.shifts import Deletion, Insertion, Move


@pytest.fixture
def result(api):
    """What a formula in D1 comes to, unformatted, beside some values."""
    api.fill([[1, "x", None], [2, "y", True], [3.5, None, False]])

    def evaluate(formula):
        api.put("D1", [[formula]], "USER_ENTERED")
        told = api.get(ranges="D1", fields="sheets.data.rowData.values.effectiveValue")
        (value,) = told["sheets"][0]["data"][0]["rowData"][0]["values"]
        ((kind, found),) = value["effectiveValue"].items()
        return found["type"] if kind == "errorValue" else found

    return evaluate


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=1+2*3", 7),
        ("=(1+2)*3", 9),
        ("=-2^2", 4),
        ("=10%", 0.1),
        ("=A1+A2", 3),
        ("=$A$3", 3.5),
        ("=A1:A3", 1),
        ("=SUM(A:A)", 6.5),
        ("=SUM(A1:A2, 10)", 13),
        ("=COUNTA(A1:C3)", 7),
        ("=COUNT(A1:C3)", 3),
        ("=AVERAGE(A1:A2)", 1.5),
        ("=MAX(A1:A3)-MIN(A1:A3)", 2.5),
        ('=B1&"-"&A1', "x-1"),
        ('=IF(A1>1,"big","small")', "small"),
        ('=IF(B1="X",1,2)', 1),
        ("=A1<>A2", True),
        ("=Sheet1!A2", 2),
        ("='Sheet1'!A2", 2),
        ('=HYPERLINK("http://localhost","label")', "label"),
        ("=ARRAYFORMULA(A1:A3)", 1),
        ('=LEN("four")', 4),
        ("=C1", 0),
        ("=1/0", "DIVIDE_BY_ZERO"),
        ("=B1*2", "VALUE"),
        ("=Nowhere!A1", "REF"),
        ("=#REF!+1", "REF"),
        ("=NOSUCHFUNCTION(1)", "NAME"),
        ("=1+", "ERROR"),
        ('=IMPORTXML("http://localhost","//a")', "NAME"),
        ("=D1", "REF"),
    ],
)
def test_a_formula_comes_to_its_value(result, formula, expected):
    assert result(formula) == expected


def test_a_formula_shows_its_error(api):
    api.put("A1", [["=1/0", "=A1", "=NO()"]], "USER_ENTERED")
    assert api.rows("1:1") == [["#DIV/0!", "#DIV/0!", "#NAME?"]]


def test_a_formula_that_refers_to_a_date_looks_like_one(api):
    api.put("A1", [["2020-01-01", "=A1"]], "USER_ENTERED")
    assert api.rows("B1") == [["2020-01-01"]]


@pytest.mark.parametrize(
    ("formula", "dimension", "shift", "expected"),
    [
        ("=A2", "ROWS", Insertion(1, 1), "=A3"),
        ("=A2", "ROWS", Insertion(2, 1), "=A2"),
        ("=SUM(A2:A4)", "ROWS", Insertion(2, 2), "=SUM(A2:A6)"),
        ("=SUM(A2:A4)", "ROWS", Deletion(2, 3), "=SUM(A2:A3)"),
        ("=SUM(A2:A4)", "ROWS", Deletion(1, 4), "=SUM(#REF!)"),
        ("=$A$2+B2", "COLUMNS", Insertion(0, 1), "=$B$2+C2"),
        ("=B2", "COLUMNS", Deletion(1, 2), "=#REF!"),
        ("=A:A", "COLUMNS", Insertion(0, 1), "=B:B"),
        ("=A2:A", "ROWS", Insertion(0, 1), "=A3:A"),
        ("=3:3", "ROWS", Deletion(0, 1), "=2:2"),
        ("=B1", "COLUMNS", Move(1, 2, 4), "=D1"),
        ("=Other!B1", "COLUMNS", Insertion(0, 1), "=Other!B1"),
        ('="A2"&A2', "ROWS", Insertion(0, 1), '="A2"&A3'),
        ("=LOG10(A2)", "ROWS", Insertion(0, 1), "=LOG10(A3)"),
        ("='Tab'!A2", "ROWS", Insertion(0, 1), "=Tab!A3"),
    ],
)
def test_references_follow_inserted_deleted_and_moved_cells(formula, dimension, shift, expected):
    assert shift_formula(formula, "Tab", "Tab", dimension, shift.span) == expected


def test_copied_formulas_refer_to_their_new_neighbours():
    assert translate("=A1+$A$1+A$1", 2, 1) == "=B3+$A$1+B$1"
    assert translate("=A1", -1, 0) == "=#REF!"


def test_references_follow_a_renamed_tab_and_break_with_a_deleted_one():
    assert rename_title("=Old!A1+A1", "Old", "New one") == "='New one'!A1+A1"
    assert rename_title("=Old!A1:B2", "Old", None) == "=#REF!"


def test_a_persons_formulas_survive_what_happens_around_them(api, person, server, book):
    api.fill([["id", "n"], ["a", 1], ["b", 2]])
    person.type("Sheet1", "E1", "total", "=SUM(B2:B)")
    person.add_tab("Summary")
    person.type("Summary", "A1", "=Sheet1!B2")
    person.insert_rows("Sheet1", 1)
    person.insert_columns("Sheet1", 0)
    person.rename_tab("Sheet1", "Raw data")
    assert server.store.cells(book, "Raw data")[0][5:7] == ["total", Formula("=SUM(C3:C)")]
    assert server.store.cells(book, "Summary")[0][0] == Formula("='Raw data'!C3")
    assert server.store.texts(book, "Summary")[0][0] == "1"


def test_a_sorted_row_takes_its_formula_along(api, person, server, book):
    api.fill([["id", "n"], ["b", 2], ["a", 1]])
    person.type("Sheet1", "C2", "=B2*10")
    person.type("Sheet1", "C3", "=B3*10")
    person.sort("Sheet1", 0)
    assert [row[:3] for row in server.store.cells(book, "Sheet1")[1:]] == [
        ["a", 1.0, Formula("=B2*10")],
        ["b", 2.0, Formula("=B3*10")],
    ]
