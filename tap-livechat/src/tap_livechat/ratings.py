"""A thread's rating: what it is now, and how it came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_livechat.instants import moment_of
from tap_livechat.values import object_of, text_of, whole_of

if TYPE_CHECKING:
    from tap_livechat.wire import Shape

RATED, CANCELED, COMMENTED = "rated", "canceled", "commented"
_MESSAGES = {
    "rating.chat_rated": RATED,
    "rating.chat_rating_canceled": CANCELED,
    "rating.chat_commented": COMMENTED,
}
_SCORES = {"good": 1, "bad": 0}


def rating_of(thread: Shape, events: list[Shape]) -> Shape:
    """The rating's columns: score (1 good, 0 bad), comment, instant, and every step towards it.

    The thread's own property counts; where it is absent the last rating that was not taken back
    does.
    """
    history = [step for event in events if (step := _step(event)) is not None]
    last = [index for index, step in enumerate(history) if step["event"] == CANCELED]
    valid = history[last[-1] + 1 :] if last else history
    rated = [step for step in valid if step["event"] == RATED]
    comments = [step["comment"] for step in valid if step["event"] == COMMENTED]
    own = object_of(object_of(thread.get("properties")).get("rating"))
    score, comment = whole_of(own.get("score")), text_of(own.get("comment"))
    return {
        "rating_score": rated[-1]["score"] if score is None and rated else score,
        "rating_comment": comments[-1] if comment is None and comments else comment,
        "rated_at": rated[-1]["at"] if rated else None,
        "rating_history": history,
    }


def _step(event: Shape) -> Shape | None:
    kind = _MESSAGES.get(str(event.get("system_message_type")))
    if kind is None:
        return None
    words = object_of(event.get("text_vars"))
    score = _SCORES.get(str(words.get("score"))) if kind == RATED else None
    comment = text_of(words.get("comment")) if kind == COMMENTED else None
    return {
        "at": moment_of(event.get("created_at")),
        "event": kind,
        "score": score,
        "comment": comment,
    }
