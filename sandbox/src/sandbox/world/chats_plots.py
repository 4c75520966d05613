"""How conversations go: alone with a bot, handed over, with people only, or nowhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.chats_model import DAY_US, HANDED, Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world.chats_model import User
    from sandbox.world.chats_scene import Scene

    Plot = Callable[[Scene], None]


def bot_only(scene: Scene) -> None:
    """The bot is enough."""
    helper = _bot(scene)
    _opening(scene, helper)
    scene.talks(helper, scene.rng.randint(1, 3))
    scene.states("chats", resolved=True)
    _over(scene, None)


def bot_then_human(scene: Scene) -> None:
    """The bot hands over to a person, in one of the ways there are."""
    helper, human = _bot(scene), _human(scene)
    _opening(scene, helper)
    scene.talks(helper, 1)
    scene.wait(5, 40)
    scene.asks("I want to talk to a human")
    scene.rng.choice((_by_transfer, _by_adding, _by_assignment, _in_silence))(scene, helper, human)
    scene.tagged("chatbot-transfer")
    scene.wait(10, 200)
    scene.replies(human)
    scene.talks(human, scene.rng.randint(0, 3))
    _over(scene, human)


def human_only(scene: Scene) -> None:
    """A person answers from the start, perhaps after a while in the queue."""
    human = _human(scene)
    scene.enter(scene.customer)
    if scene.rng.random() < 0.5:  # noqa: PLR2004
        scene.prechat()
        scene.wait(1, 20)
    scene.asks()
    if scene.rng.random() < 0.4:  # noqa: PLR2004
        since = scene.queued()
        scene.wait(20, 900)
        scene.served(since)
    scene.enter(human)
    scene.wait(5, 300)
    scene.replies(human)
    scene.talks(human, scene.rng.randint(0, 4))
    _over(scene, human)


def between_agents(scene: Scene) -> None:
    """One person hands over to another."""
    first, second = _two(scene)
    scene.enter(scene.customer)
    scene.enter(first)
    scene.asks(texts.EMOJI_TEXT)
    scene.wait(5, 60)
    scene.replies(first)
    scene.whispers(first)
    scene.wait(5, 60)
    scene.moves(first, str(second.name))
    scene.enter(second)
    scene.system("agent_joined", agent=str(second.name))
    scene.wait(1, 9)
    scene.system("agent_left", agent=str(first.name))
    scene.states("routing", last_transfer_timestamp=scene.at // 1_000_000)
    scene.talks(second, 2)
    _over(scene, second)


def unserved(scene: Scene) -> None:
    """The bot hands over, but nobody comes."""
    helper = _bot(scene)
    _opening(scene, helper)
    scene.talks(helper, 1)
    scene.wait(3, 20)
    scene.moves(helper, "Support")
    since = scene.queued()
    scene.states("routing", unassigned=True)
    scene.tagged("chatbot-transfer")
    scene.wait(900, 3000)
    scene.served(since)
    scene.ends("routing.archived_inactive", duration="30")


def missed(scene: Scene) -> None:
    """Nobody answers at all."""
    scene.enter(scene.customer)
    scene.asks(texts.NUL_TEXT)
    scene.wait(5, 60)
    scene.asks(texts.HTML_TEXT)
    scene.states("routing", unassigned=True, unreplied=True)
    scene.wait(600, 2000)
    scene.ends(
        scene.rng.choice(("routing.archived_offline", "archived_customer_disconnected")),
        customer=scene.name,
    )


def offline_form(scene: Scene) -> None:
    """A message left while nobody was there: no chat."""
    scene.enter(scene.customer)
    scene.filled(
        "offline",
        "1003",
        [{"type": "textarea", "id": "f9", "label": "Message", "answer": "Call me"}],
    )
    scene.states("routing", offline_message=True)
    scene.wait(0, 1)
    scene.ends("routing.archived_offline")


def empty(scene: Scene) -> None:
    """A thread without a single event."""
    scene.enter(scene.customer)
    scene.wait(60, 120)
    scene.stops()


def started_by_agent(scene: Scene) -> None:
    """A person writes first; the customer may have nothing to say."""
    human = _human(scene)
    scene.enter(human)
    scene.enter(scene.customer)
    scene.replies(human, "May I help you?")
    if scene.rng.random() < 0.5:  # noqa: PLR2004
        scene.talks(human, 1)
    scene.wait(60, 600)
    scene.ends("manual_archived_agent", agent=str(human.name))


def greeted(scene: Scene) -> None:
    """A greeting, and nobody reacts."""
    helper = _bot(scene)
    scene.enter(scene.customer)
    scene.enter(helper)
    scene.greets(helper)
    scene.wait(300, 900)
    scene.ends("system_archived")


def of_the_past(scene: Scene) -> None:
    """A bot that is deleted and a person who has left, and an author nobody knows."""
    helper, human = scene.staff.former_bot, scene.staff.former_agent
    _opening(scene, helper)
    scene.talks(helper, 1)
    scene.system("routing.assigned_deleted", HANDED, agent_added="Sandy", agent_removed="TEST")
    scene.enter(human)
    scene.talks(human, 1)
    stranger = Event(0, "message", None, {"text": "(moved from another account)"})
    stranger.stranger = "5f0c2c7e-6f5e-4a9b-9a51-0d0c2f8f2a11"
    scene.add(stranger)
    scene.wait(5, 9)
    scene.ends("routing.archived_deleted", agent="Sandy")


def long_one(scene: Scene) -> None:
    """A conversation that sleeps over the next midnight, several times idle."""
    human = _human(scene)
    scene.enter(scene.customer)
    scene.enter(human)
    scene.asks(texts.LONG_TEXT)
    scene.wait(3000, 9000)
    scene.replies(human)
    scene.system("routing.idle", duration="20")
    scene.states("routing", idle=True, pinned=True, was_pinned=True)
    scene.at += DAY_US
    scene.talks(human, 2)
    _over(scene, human)


def banned(scene: Scene) -> None:
    """Somebody is thrown out."""
    human = _human(scene)
    scene.enter(scene.customer)
    scene.asks(texts.QUOTE_TEXT)
    scene.enter(human)
    scene.wait(1, 2)
    scene.replies(human)
    scene.ends("customer_banned", agent=str(human.name), duration="7")


PLOTS: dict[Plot, int] = {
    bot_only: 30,
    bot_then_human: 26,
    human_only: 18,
    between_agents: 6,
    unserved: 4,
    missed: 4,
    offline_form: 2,
    empty: 2,
    started_by_agent: 3,
    greeted: 3,
    of_the_past: 1,
    long_one: 1,
    banned: 1,
}
"""How often each of them happens; every world has each at least once."""


def _opening(scene: Scene, helper: User) -> None:
    scene.enter(scene.customer)
    scene.enter(helper)
    if scene.rng.random() < 0.6:  # noqa: PLR2004
        scene.greets(helper)
        scene.wait(1, 30)
    if scene.rng.random() < 0.4:  # noqa: PLR2004
        scene.prechat()
    scene.wait(0, 15)
    scene.asks()
    scene.wait(0.4, 2.5)
    scene.replies(helper)


def _bot(scene: Scene) -> User:
    return scene.rng.choice([one.user for one in scene.staff.bots.values()])


def _human(scene: Scene) -> User:
    groups = scene.thread.group_ids or [0]
    return scene.rng.choice(scene.staff.humans(groups[0]))


def _two(scene: Scene) -> tuple[User, User]:
    first, second = scene.rng.sample(scene.staff.humans(0), 2)
    return first, second


def _by_transfer(scene: Scene, helper: User, human: User) -> None:
    scene.wait(0.5, 2)
    scene.moves(helper, "Support")
    since = scene.queued()
    scene.wait(0, 400)
    scene.served(since)
    scene.enter(human)


def _by_adding(scene: Scene, helper: User, human: User) -> None:
    scene.wait(1, 5)
    scene.enter(human)
    scene.system("agent_added", HANDED, initiator=str(helper.name), agent=str(human.name))


def _by_assignment(scene: Scene, helper: User, human: User) -> None:
    scene.wait(30, 90)
    scene.enter(human)
    scene.system(
        "routing.assigned_inactive",
        HANDED,
        agent_added=str(human.name),
        agent_removed=str(helper.name),
        duration="1",
    )


def _in_silence(scene: Scene, _helper: User, human: User) -> None:
    scene.wait(1, 5)
    scene.enter(human)


def _over(scene: Scene, human: User | None) -> None:
    """The conversation closes in one of the usual ways."""
    scene.wait(20, 400)
    ways: list[Callable[[], None]] = [
        partial(scene.ends, "manual_archived_customer", customer=scene.name),
        partial(scene.ends, "archived_customer_disconnected", customer=scene.name),
        partial(scene.ends, "routing.archived_inactive", duration="30"),
    ]
    if human is not None:
        ways += [partial(scene.ends, "manual_archived_agent", agent=str(human.name))] * 3
    scene.rng.choice(ways)()
