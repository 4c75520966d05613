# ruff: noqa: RUF001 - typography is part of the trouble these texts make
"""Words of invented customers: short, awkward and very long ones."""

from __future__ import annotations

FIRST_NAMES = (
    "Ada", "Bram", "Chiara", "Dieudonné", "Eun-ji", "Farid", "Gwen", "Håkon", "Ines", "Jürgen",
    "Kofi", "Léa", "Mei", "Noor", "Oisín", "Paz", "Quinn", "Rosa", "Søren", "Tariq", "Ulla",
    "Věra", "Wim", "Ximena", "Yara", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Bianchi", "Castro", "D'Amico", "Eriksen", "Fontaine", "García", "Hansen", "Ito",
    "Jansen", "Kowalski", "López", "Murphy", "Nakamura", "O'Brien", "Petrov", "Quist", "Rossi",
    "Szabó", "Tanaka", "Uzun", "Villanueva", "Wójcik", "Xu", "Yilmaz", "Zhang",
)  # fmt: skip
COMPANIES = (
    "Blue Heron Logistics", "Café Zürich GmbH", "Dry Creek Dairy", "Eagle & Sons",
    'The "Quoted" Press', "Fjord Fisheries AS", "Grain;Mill, Inc.", "Harbour Lights Ltd",
)  # fmt: skip
SUBJECTS = (
    "Cannot log in after password reset",
    "Invoice shows the wrong amount",
    "Where is my parcel?",
    "App crashes on start",
    "Please delete the duplicate account",
    "It's broken: \"Error 500\" & 'undefined'",
    "Zahlung doppelt abgebucht",
    "¿Cómo cambio mi dirección?",
    "ログインできません",
    "Urgent!!! printer on fire 🔥🖨️",
    "Re: Re: Fwd: your message",
    "'); DROP TABLE tickets; --",
    "100% of messages\tarrive\\twice",
    "  leading and trailing spaces  ",
    "Order #1,234 – partly received",
    "null",
)
CONTENTS = (
    "Hello,\n\nsince this morning I cannot log in any more.\nKind regards",
    "<div><p>Hi team,</p><p>the invoice for <b>May</b> is &lt;wrong&gt; &amp; late.</p></div>",
    'He said "call me", then hung up.\r\nPlease do.',
    "Thanks 👍🏽 it works now! 👩‍👩‍👧‍👦",
    "Line one\nLine two\n\n\nLine five\\n is not a newline",
    "{curly} [square] $dollar %s %(name)s {{ template }}",
    "naïve café, Straße, Łódź, İstanbul, Ωmega, עברית, العربية",
    "See C:\\temp\\new\\file.txt, or the copy at \\\\server\\share",
)
NUL_TEXT = "before\0after\0"
HTML_TEXT = (
    "<html><body onload=\"alert('x')\"><table><tr><td>&nbsp;1&nbsp;</td></tr></table>"
    "<!-- comment --><style>p{color:red}</style></body></html>"
)
EMOJI_TEXT = "🦊🚀✨ family 👨‍👩‍👧, flag 🇨🇦, skin 👋🏿, keycap 1️⃣"
QUOTE_TEXT = "O'X said \"it''s `fine`\", “really” ‘so’ \\' end"
_PARAGRAPH = "The customer repeats the whole story – with détails – once more. 🙂\n"
LONG_TEXT = (_PARAGRAPH * (40_000 // len(_PARAGRAPH) + 1))[:40_000]
