"""The columns made for people: 28 for quality review, as the old sheets had them."""

from __future__ import annotations

#: Reviewers answer 15 questions, and may comment on the first eight of them.
_QUESTIONS, _COMMENTED = 15, 8


def _questions() -> list[str]:
    headings = []
    for number in range(1, _QUESTIONS + 1):
        headings.append(f"QA - Question {number}")
        if number <= _COMMENTED:
            headings.append(f"QA - Question {number} Comment")
    return headings


QUALITY_COLUMNS = (
    "QA - Evaluator",
    "QA - Ticket ID",
    "QA - Channel",
    "QA - Date",
    *_questions(),
    "QA - Overall Rating",
)
