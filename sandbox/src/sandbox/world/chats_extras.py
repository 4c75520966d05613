"""What may come on top of a conversation: files, forms, ratings, tags, most of it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.chats_model import ASKED, REPLIED, Event, Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world.chats_scene import Scene

    Extra = Callable[[Scene], None]

CLIENT = "c5e4f61e1a6c3b1521b541bc5c5a2ac5"
CRM_CLIENT = "7c2a1f0e9d8b4c6fa5e3d2c1b0a99887"
COMMENTS = ("quick", "Danke, sehr nett! 🙏", "took hours", 'it\'s "fine", I guess\nreally')


def good(scene: Scene) -> None:
    """Rated good right away."""
    scene.wait(1, 60)
    scene.rated(1)


def bad(scene: Scene) -> None:
    """Rated bad, with a reason."""
    scene.wait(1, 60)
    scene.rated(0)
    scene.wait(5, 50)
    scene.commented(scene.rng.choice(COMMENTS))


def late_good(scene: Scene) -> None:
    """Rated long after the end."""
    scene.later(3, 90)
    scene.rated(1)
    scene.commented(scene.rng.choice(COMMENTS))


def taken_back(scene: Scene) -> None:
    """Rated, and the rating cancelled later."""
    scene.wait(1, 60)
    scene.rated(0)
    scene.later(1, 100)
    scene.cancelled()


def changed_mind(scene: Scene) -> None:
    """Rated bad, cancelled, rated good."""
    bad(scene)
    scene.later(1, 30)
    scene.cancelled()
    scene.wait(2, 30)
    scene.rated(1)


def silent_rating(scene: Scene) -> None:
    """Rated without any message, late."""
    scene.later(1, 100)
    scene.rated(1, silent=True)


def told_only(scene: Scene) -> None:
    """Rated, but the property is gone: only the messages tell."""
    bad(scene)
    scene.later(1, 20)
    scene.unstated()


def late_tags(scene: Scene) -> None:
    """Tags from the day after."""
    scene.later(10, 110)
    for tag in scene.rng.sample(("billing", "bug", "ünïcode/✨", "spam?"), 2):
        scene.tagged(tag)


def summary(scene: Scene) -> None:
    """The vendor's AI sums it up, or fails to."""
    scene.later(0.1, 50)
    status = "ok" if scene.rng.random() < 0.8 else "error"  # noqa: PLR2004
    scene.summarised("- asked about a parcel\n- was helped", status)


def attachment(scene: Scene) -> None:
    """The customer sends a picture."""
    own: Json = {
        "name": "Büroplan 🗺.png",
        "url": "https://cdn.example.com/f/1.png",
        "content_type": "image/png",
        "size": 123_444,
        "width": 640,
        "height": 480,
        "thumbnail_url": "https://cdn.example.com/t/1.png",
        "thumbnail2x_url": "https://cdn.example.com/t2/1.png",
        "alternative_text": "",
    }
    scene.add(Event(0, "file", scene.customer, own, ASKED))


def cards(scene: Scene) -> None:
    """The first agent of the conversation shows cards, the customer presses a button."""
    agents = [one for one in scene.cast if one is not scene.customer]
    if not agents:
        return
    button: Json = {"text": "yes", "postback_id": "yes", "user_ids": [], "type": "message"}
    element = {"title": "Was it helpful?", "subtitle": "¿Sí?", "buttons": [button]}
    own: Json = {"template_id": "quick_replies", "elements": [element]}
    shown = scene.add(Event(0, "rich_message", agents[0], own, REPLIED))
    postback = {"id": "yes", "thread_id": scene.thread.id, "event_id": shown.id, "value": "1"}
    scene.wait(1, 4)
    scene.add(Event(0, "message", scene.customer, {"text": "yes", "postback": postback}, ASKED))


def custom(scene: Scene) -> None:
    """Events of other software: a custom one, an order, and messages of types nobody lists."""
    content = {"big": 9_007_199_254_740_993, "amount": 12.5, "none": None, "text": "naïve\u0000"}
    made = scene.add(Event(0, "custom", scene.customer, {"content": content}, visibility=None))
    made.custom_id = f"c-{scene.rng.randrange(1000)}"
    order: Json = {
        "source": "cdp",
        "subtype": "store_order_was_created",
        "version": 1,
        "details": '{"order":{"total_price":123.45}}',
    }
    scene.add(Event(0, "system", None, order))
    scene.system("app.survey_offered", app="Surveys")
    scene.add(Event(0, "carousel_v9", None, {"tiles": [1, 2]}))
    scene.states("ecommerce", has_sale=True)


def deleted_message(scene: Scene) -> None:
    """The customer's password goes, a day after."""
    said = scene.add(Event(0, "message", scene.customer, {"text": "my password is 12345"}, ASKED))
    now = scene.at
    scene.later(2, 70)
    scene.deleted(said)
    scene.at = now


def survey(scene: Scene) -> None:
    """A form is shown, and filled after the end."""
    fields: list[Json] = [
        {"type": "radio", "id": "f7", "label": "How was it?", "required": False, "options": []}
    ]
    own: Json = {"form_id": 1002, "form_type": "postchat", "fields": fields}
    scene.add(Event(0, "form", None, own))
    scene.wait(10, 100)
    answer = {"type": "radio", "id": "f7", "label": "How was it?", "answer": {"id": 1, "label": ""}}
    scene.filled("postchat", 1002, [answer, {**fields[0], "type": "textarea", "answer": ""}])


def supervised(scene: Scene) -> None:
    """The manager watches."""
    scene.enter(scene.staff.supervisor)
    scene.whispers(scene.staff.supervisor)


def transcript(scene: Scene) -> None:
    """The customer wants it by mail; two messages of one microsecond tell."""
    scene.system("transcript_requested")
    scene.system("transcript_sent")
    scene.states("routing", transcript_email=scene.customer.email or "")


RATINGS: dict[Extra, float] = {
    good: 0.22,
    bad: 0.07,
    late_good: 0.05,
    taken_back: 0.03,
    changed_mind: 0.02,
    silent_rating: 0.03,
    told_only: 0.02,
}
"""At most one of these, with its probability."""

DURING: dict[Extra, float] = {
    supervised: 0.04,
    attachment: 0.08,
    cards: 0.05,
    custom: 0.04,
    transcript: 0.04,
    deleted_message: 0.03,
}
"""What comes in before the end, each with its own probability."""

AFTER: dict[Extra, float] = {survey: 0.05, late_tags: 0.1, summary: 0.3}
"""What comes later."""


def interludes(scene: Scene, number: int) -> None:
    """Add what comes in before the end; `number` sees to it that every world has each once."""
    for extra in _chosen(scene, DURING, number):
        scene.wait(0.5, 9)
        extra(scene)


def decorate(scene: Scene, number: int) -> None:
    """Add what comes after the end."""
    rating = _rating(scene, number)
    end = scene.at
    for extra in _chosen(scene, AFTER, number - len(DURING)):
        scene.at = end
        scene.wait(0.5, 9)
        extra(scene)
    scene.at = end
    if rating is not None:
        rating(scene)


def _chosen(scene: Scene, extras: dict[Extra, float], number: int) -> list[Extra]:
    forced = list(extras)[number] if 0 <= number < len(extras) else None
    return [one for one, share in extras.items() if one is forced or scene.rng.random() < share]


def _rating(scene: Scene, number: int) -> Extra | None:
    names = list(RATINGS)
    if number % 4 == 1 and number // 4 < len(names):
        return names[number // 4]
    chances = [*RATINGS.values(), 1 - sum(RATINGS.values())]
    return scene.rng.choices([*names, None], chances)[0]


def opened_ticket(scene: Scene, ticket_id: int) -> None:
    """The chat became a HubSpot ticket, and says so."""
    own: Json = {"content": {"hubspot_ticket_id": str(ticket_id)}}
    scene.add(Event(0, "custom", None, own))
    scene.tagged("ticket-created")
    scene.states(CRM_CLIENT, hubspot_ticket_id=str(ticket_id))
