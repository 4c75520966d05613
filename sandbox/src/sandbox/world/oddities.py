"""The awkward values that real portals hold, each on some tickets of every world.

A value here either means something in spite of its spelling, or means nothing because it does not
fit its property's declared type.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.values import (
    EMPTY,
    EMPTY_TEXT,
    MINUTE_MS,
    Value,
    boolean,
    day,
    day_as_milliseconds,
    decimal,
    document,
    instant,
    instant_as_milliseconds,
    misfit,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Oddity = dict[str, Value]

TEXTS: tuple[Oddity, ...] = (
    {"subject": text(texts.NUL_TEXT), "content": text("\0")},
    {"content": text(texts.LONG_TEXT)},
    {"subject": text(texts.EMOJI_TEXT), "content": text(texts.EMOJI_TEXT * 50)},
    {"content": text(texts.HTML_TEXT), "subject": text("<b>bold</b>")},
    {"subject": text(texts.QUOTE_TEXT), "content": text(texts.QUOTE_TEXT)},
    {"subject": EMPTY_TEXT, "content": EMPTY_TEXT, "hs_ticket_priority": EMPTY_TEXT},
    {"subject": text(""), "billing_notes": text("\u2028\u2029\ufeff\u200b\x7f\x01\t")},
    {"billing_tags": text("north;south;vip;reseller;fragile"), "api_tags": text("no;longer;known")},
    {"subject": text("\\N"), "content": text("\\.\n\\N\t\\\\")},
)
"""Text that breaks naive writers: COPY escapes, NULs, separators, empty but not null."""

SPELLINGS: tuple[Oddity, ...] = (
    {
        "billing_confirmed": boolean(True, "1"),  # noqa: FBT003
        "api_confirmed": boolean(True, "yes"),  # noqa: FBT003
        "network_confirmed": boolean(True, "on"),  # noqa: FBT003
        "renewal_confirmed": boolean(True, "TRUE"),  # noqa: FBT003
    },
    {
        "billing_confirmed": boolean(False, "0"),  # noqa: FBT003
        "api_confirmed": boolean(False, "no"),  # noqa: FBT003
        "network_confirmed": boolean(False, "off"),  # noqa: FBT003
    },
    {
        "billing_due_date": day_as_milliseconds(date(2026, 1, 31)),
        "api_due_date": day(date(1999, 12, 31)),
    },
    {
        "billing_amount": decimal("12345678901234567890.123456789012345678901234567891"),
        "api_amount": decimal("-0.000000000000000000001"),
        "network_amount": decimal("10000000", "1.0E7"),
        "renewal_amount": decimal("1200.5", "1200.500"),
        "shipping_amount": decimal("9007199254740993"),
    },
    {"hs_primary_company_id": Value("9007199254740995", 9_007_199_254_740_995)},
    {"parent_ticket": Value("9223372036854775807", 9_223_372_036_854_775_807)},
    {"billing_payload": document({"text": "nul \0 and \u00e9 \U0001f98a", "list": [1, None, []]})},
    {"api_payload": document([]), "billing_payload": document([{"deep": [[[["x"]]]]}])},
    dict.fromkeys(
        (
            "billing_amount",
            "billing_confirmed",
            "billing_due_date",
            "billing_last_contact_at",
            "billing_payload",
            "hs_lastcontacted",
            "hs_primary_company_id",
            "hubspot_team_id",
        ),
        EMPTY,
    ),
)
"""Other ways to write a value that does fit; and "" where nothing is meant."""

MISFITS: tuple[Oddity, ...] = (
    {"hs_num_associated_conversations": misfit("3092727991;3881228353")},
    {"billing_last_contact_at": misfit("Unknown"), "billing_due_date": misfit("Unknown")},
    {"billing_confirmed": misfit("maybe"), "api_confirmed": misfit("Unknown")},
    {"billing_amount": misfit("1,234.50"), "api_amount": misfit("NaN")},
    {"network_amount": misfit("1_000"), "renewal_amount": misfit("Infinity")},
    {"hs_primary_company_id": misfit("3092727991;3881228353")},
    {"billing_payload": misfit("{broken"), "api_payload": misfit('{"ratio": NaN}')},
    {"api_due_date": misfit("31/12/2025"), "network_due_date": misfit("2025-02-30")},
    {"api_last_contact_at": misfit("2026-02-30T10:00:00Z")},
    {"closed_date": misfit("Unknown"), "time_to_close": Value(None, None)},
    {"first_agent_reply_date": misfit("Unknown"), "escalation_owner": misfit("Morgan")},
)
"""Text that does not fit the declared type of its property."""


def _old_instants(created: int) -> Oddity:
    """Instants in the older form, as an import from long ago left them."""
    return {
        "hs_lastcontacted": instant_as_milliseconds(created + 5 * MINUTE_MS),
        "hs_last_message_received_at": instant_as_milliseconds(created - created % 1000),
        "hs_nextactivitydate": instant(created - created % 1000 + 86_400_000),
    }


def oddity(number: int, created: int) -> Oddity:
    """The oddity of that number; see `COUNT`."""
    fixed = (*TEXTS, *SPELLINGS, *MISFITS)
    return fixed[number] if number < len(fixed) else _old_instants(created)


COUNT = len(TEXTS) + len(SPELLINGS) + len(MISFITS) + 1
FEWEST_OF_EACH = 12


def stride(tickets: int) -> int:
    """Every how many tickets the list of oddities starts again.

    A world of 50 tickets has each of them once; a large one has each a dozen times, so that odd
    tickets stay the exception they are.
    """
    return max(COUNT + 8, tickets // FEWEST_OF_EACH)


def numbered(tickets: int) -> Iterator[int | None]:
    """For each ticket in turn the number of its oddity, or None."""
    period = stride(tickets)
    spread = max(1, period // COUNT)
    for position in range(tickets):
        number, rest = divmod(position % period, spread)
        yield number if rest == 0 and number < COUNT else None
