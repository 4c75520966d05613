"""Odd but valid input, one situation per file, and what must be in the table afterwards."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

STREAMS = sorted((Path(__file__).parent / "streams").glob("*.singer"))


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_the_table_holds_what_the_file_says(warehouse, path, size):
    warehouse.load_text(path.read_text(), batch_size_rows=size)
    expected = json.loads(path.with_suffix(".json").read_text())
    columns = ", ".join(f'"{name}"' for name in expected[0])
    assert warehouse.query(f"SELECT {columns} FROM odd ORDER BY id") == expected
    assert warehouse.rejected() == []


ALPHABET = [
    '"',
    "\\",
    "\n",
    "\r",
    "\t",
    "\b",
    "\f",
    "\x01",
    "\x7f",
    ",",
    "[",
    "]",
    "{",
    "}",
    "n",
    "N",
]
ALPHABET += [
    ".",
    "u",
    "0",
    "'",
    "%",
    " ",
    "é",
    "😀",
    "\ufeff",
    "\u2028",
    "null",
    "\\N",
    "\\.",
    "\\u0041",
]


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_any_mixture_of_hard_characters_comes_back_unchanged(warehouse, say, seed, ascii_only):
    chance = random.Random(seed)
    texts = ["".join(chance.choices(ALPHABET, k=chance.randrange(12))) for _ in range(500)]
    messages = [say.schema(id=say.integer, a=say.text, n={"type": "number"}, b=say.text)]
    messages += [say.record(id=i, a=text, n=i, b=text[::-1]) for i, text in enumerate(texts)]
    lines = (json.dumps(each, ensure_ascii=ascii_only) + "\n" for each in messages)
    warehouse.load_text("".join(lines))
    assert warehouse.values("a") == texts
    assert warehouse.values("b") == [text[::-1] for text in texts]
