"""The short way from JSON to COPY, held against a plain reading of the same input."""

from __future__ import annotations

import json
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        "\\", '"', "\n", "\r", "\t", "\b", "\f", "/", ",", "null", "\\.", "\n\\.\n", "\\u005c",
        "\\n", "u0022", "\0", "\x1f", "\x7f", "\u2028", "\ud83d", "\ude00", "\U0001f600", "é", "",
        "{", "]", "\\\\N",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join)
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
LONE = re.compile("[\ud800-\udfff]")


def stored(text):
    """What must come back: pairs joined, halves replaced, no NUL."""
    joined = PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return LONE.sub("\ufffd", joined).replace("\0", "")


def written(text, way):
    """The same text as JSON, written the way one library or another does."""
    if way == "units":
        units = text.encode("utf-16-be", "surrogatepass").hex()
        return '"' + "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4)) + '"'
    plain = json.dumps(text, ensure_ascii=way == "ascii" or LONE.search(text) is not None)
    return plain.replace("/", "\\/") if way == "slashes" else plain


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(TEXTS, TEXTS, st.sampled_from(["ascii", "plain", "units", "slashes"])),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_comes_back_as_it_was_in_text_and_in_json(warehouse, say, rows):
    schema = say.schema(id=say.integer, t=say.text, j={}, last=say.text)
    lines = [json.dumps(schema)]
    for number, (text, inner, way) in enumerate(rows):
        j = f'{{"k":[{written(inner, way)},{number}]}}'
        record = f'{{"id":{number},"t":{written(text, way)},"j":{j},"last":"null"}}'
        lines.append(f'{{"type":"RECORD","stream":"people","record":{record}}}')
    warehouse.query("DROP TABLE IF EXISTS people")
    warehouse.load_text("\n".join(lines) + "\n")
    found = [(row["t"], row["j"]["k"], row["last"]) for row in warehouse.rows()]
    assert found == [
        (stored(text), [stored(inner), number], "null")
        for number, (text, inner, _) in enumerate(rows)
    ]
