"""Who answers chats, under which names, and the licence's groups and tags.

The chat tool knows the same people under display names and addresses of its own.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field

from sandbox.world.chats_model import BOT, HUMAN, User

MAIL = "chat.example.com"
BOT_NAMES = ("Wynn AI", "Agent Scrape")
FORMER_BOT_NAME = "Customer Support TEST Bot"
OWNER = f"morgan.v@{MAIL}"
ADMINISTRATOR = f"pri@{MAIL}"
NARROW_AGENT = f"tommy@{MAIL}"
LEAVER = f"jo@{MAIL}"
FORMER_AGENT = f"sandy@{MAIL}"

DISPLAYED: dict[str, tuple[tuple[str, str], ...]] = {
    "Nadia Okafor": (("Nadia K.", f"nadia.k@{MAIL}"),),
    "Tomas Lindqvist": (("Tommy", NARROW_AGENT),),
    "Priya Raman": (("Pri (Support)", ADMINISTRATOR),),
    "Jonas Weber": (("Jo", LEAVER), ("Jonas from Support", f"jonas@{MAIL}")),
    "Elif Demir": (("Ellie D.", f"ellie@{MAIL}"),),
}
"""Per canonical name, the names and addresses in the chat tool; all differ from HubSpot's."""

GROUPS: dict[int, tuple[str, str]] = {
    0: ("General", "en"),
    3: ("Support", "en"),
    7: ("Billing", "de"),
    19: ("VIP Care ⭐", "en"),
}
MEMBERS: dict[str, tuple[int, ...]] = {
    "Nadia Okafor": (0, 3, 19),
    "Tomas Lindqvist": (0, 3),
    "Priya Raman": (0, 7),
    "Jonas Weber": (0, 3, 7),
    "Elif Demir": (0, 19),
}
TAGS = (
    "chatbot-transfer",
    "billing",
    "bug",
    "delivery",
    "ticket-created",
    "Feature request",
    "spam?",
    "ünïcode/✨",
)


@dataclass
class AgentAccount:
    """An agent of the licence."""

    user: User
    role: str
    groups: dict[int, str]
    job_title: str | None = None
    max_chats_count: int = 6
    login_status: str = "accepting chats"
    last_logout: int | None = None
    suspended: bool = False

    @property
    def account_id(self) -> str:
        """The account's UUID."""
        return str(uuid.UUID(_digest(self.user.id)))


@dataclass
class BotAccount:
    """A bot of the licence."""

    user: User
    groups: dict[int, str]
    job_title: str = "Chatbot"
    owner: str = OWNER


@dataclass
class Group:
    """A group of agents."""

    id: int
    name: str
    language: str
    status: str = "accepting_chats"


@dataclass
class Tag:
    """A tag; `offset` hours of its creation's spelling, None for UTC."""

    name: str
    group_ids: list[int]
    author_id: str
    created_at: int
    offset: int | None = None


@dataclass
class Staff:
    """Everybody and everything the Configuration API lists, and what it listed once."""

    agents: dict[str, AgentAccount] = field(default_factory=dict)
    bots: dict[str, BotAccount] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    supervisor: User = field(default_factory=lambda: User("", HUMAN))
    former_agent: User = field(default_factory=lambda: User("", HUMAN))
    former_bot: User = field(default_factory=lambda: User("", BOT))

    def humans(self, group: int) -> list[User]:
        """The people who answer chats of a group; everybody's is group 0."""
        found = [one.user for one in self.agents.values() if group in one.groups]
        return [user for user in found if user.id != OWNER]


def staff(start: int) -> Staff:
    """The team as it was when the year began (epoch microseconds)."""
    made = Staff()
    made.supervisor = person("Morgan V.", OWNER, "Morgan Vale")
    made.supervisor.visibility = "agents"
    made.former_agent = person("Sandy", FORMER_AGENT, None)
    made.former_bot = bot(FORMER_BOT_NAME)
    made.agents[OWNER] = AgentAccount(
        made.supervisor, "owner", dict.fromkeys(GROUPS, "supervisor"), "Head of Support", 2
    )
    for canonical, accounts in DISPLAYED.items():
        for name, email in accounts:
            made.agents[email] = _account(canonical, name, email, start)
    for name in BOT_NAMES:
        user = bot(name)
        made.bots[user.id] = BotAccount(user, {0: "first", 3: "first"})
    made.groups = {key: Group(key, name, language) for key, (name, language) in GROUPS.items()}
    made.tags = {name: _tag(number, name, start) for number, name in enumerate(TAGS)}
    return made


def person(name: str, email: str, canonical: str | None) -> User:
    """An agent as a user of chats."""
    avatar = f"https://cdn.example.com/avatars/{_digest(email)[:8]}.png"
    return User(email, HUMAN, name, email, avatar, canonical)


def bot(name: str) -> User:
    """A bot as a user of chats: no address, and an id of 32 hexadecimal digits."""
    number = _digest(name)
    return User(number, BOT, name, None, f"https://cdn.example.com/bots/{number[:8]}.png")


def _account(canonical: str, name: str, email: str, start: int) -> AgentAccount:
    role = "administrator" if email == ADMINISTRATOR else "normal"
    groups = dict.fromkeys(MEMBERS[canonical], "normal")
    account = AgentAccount(person(name, email, canonical), role, groups, "Support agent")
    if email == LEAVER:
        account.suspended, account.job_title = True, None
        account.login_status = "not accepting chats"
        account.last_logout = start + 123_456
    return account


def _tag(number: int, name: str, start: int) -> Tag:
    author = "" if number % 4 == 3 else ADMINISTRATOR  # noqa: PLR2004
    created = start - (number + 1) * 86_400_000_000 + number
    return Tag(name, sorted(GROUPS), author, created, 1 if number % 3 == 1 else None)


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
