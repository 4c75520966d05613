"""Spreadsheets as a person sees them in a browser."""

import re

import pytest
import requests


@pytest.fixture
def page(api):
    def read(**query):
        url = f"{api.url}/spreadsheets/d/{api.book}/edit"
        answer = requests.get(url, params=query, timeout=10)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        return answer.text

    return read


def cells(html):
    return [text for text in re.findall(r"<td[^>]*>([^<]*)</td>", html) if text]


def test_the_root_lists_the_spreadsheets(api):
    html = requests.get(f"{api.url}/", timeout=10).text
    assert f'href="/spreadsheets/d/{api.book}/edit"' in html
    assert "Support" in html


def test_cells_look_as_their_formats_say(api, page):
    api.put("A1", [["Id", "Created"], ["0042", None]])
    api.put("B2", [["2020-01-01"]], "USER_ENTERED")
    bold = {"textFormat": {"bold": True}, "backgroundColor": {"red": 1}}
    request = {
        "range": {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 2},
        "cell": {"userEnteredFormat": bold},
        "fields": "userEnteredFormat",
    }
    api.batch({"repeatCell": request})
    html = page()
    assert cells(html) == ["Id", "Created", "0042", "2020-01-01"]
    assert html.count("font-weight:700;background:#ff0000") == 2


def test_tabs_letters_numbers_widths_and_frozen_rows_are_there(api, page, person):
    person.add_tab("Chats & more")
    width = {"properties": {"pixelSize": 321}, "fields": "pixelSize"}
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    frozen = {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}}
    api.batch(
        {"updateDimensionProperties": {"range": span, **width}},
        {
            "updateSheetProperties": {
                "properties": frozen,
                "fields": "gridProperties.frozenRowCount",
            }
        },
    )
    html = page()
    assert "<th>A</th><th>B</th>" in html
    assert 'class="frozen lastfrozen"' in html
    assert '<col style="width:321px">' in html
    assert ">Chats &amp; more</a>" in html


def test_another_tab_is_chosen_by_its_id(api, page, person):
    person.add_tab("Other")
    api.put("Other!A1", [["there"]])
    gid = api.get()["sheets"][1]["properties"]["sheetId"]
    assert cells(page(gid=gid)) == ["there"]
    assert cells(page()) == []


def test_pages_are_of_two_hundred_rows_with_the_frozen_ones_on_each(api, page):
    api.put("A1", [["head"], *[[f"row {number}"] for number in range(2, 502)]])
    frozen = {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}}
    fields = "gridProperties.frozenRowCount"
    api.batch({"updateSheetProperties": {"properties": frozen, "fields": fields}})
    assert cells(page())[:2] == ["head", "row 2"]
    assert cells(page(page=2))[:2] == ["head", "row 201"]
    assert len(cells(page(page=2))) == 201
    assert "Rows 201-400 of 1,000" in page(page=2)


def test_what_customers_wrote_cannot_become_markup(api, page, person):
    api.fill([["<script>alert(1)</script>"]])
    person.note("Sheet1", 0, 0, '"><script>')
    person.rename_tab("Sheet1", "<b>")
    html = page()
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_filters_hide_rows_and_rules_colour_cells(api, page, person):
    api.fill([["state"], ["open"], ["closed"]])
    person.filter("Sheet1", {0: ["closed"]})
    rule = {
        "ranges": [{"sheetId": 0}],
        "booleanRule": {
            "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "open"}]},
            "format": {"backgroundColor": {"green": 1}},
        },
    }
    api.batch({"addConditionalFormatRule": {"rule": rule}})
    html = page()
    assert cells(html) == ["state", "open"]
    assert "background:#00ff00" in html


def test_nothing_is_loaded_from_elsewhere(api, page):
    api.put("A1", [["x"]])
    assert not re.search(r'(src|href)="(https?:)?//', page())


def test_a_page_of_an_unknown_spreadsheet_is_not_found(api):
    assert requests.get(f"{api.url}/spreadsheets/d/nosuch/edit", timeout=10).status_code == 404
