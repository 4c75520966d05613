"""What each filter of `list_archives` but the date range matches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.livechat.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.livechat.call import Call
    from sandbox.livechat.organization import Shape, Thread

    Test = Callable[[Thread], bool]
    Values = Callable[[Thread], set[Any]]

AGENT_TYPES = ("human", "chatbot", "ai_agent")
TYPE_CHOICES = ("all_values", "any_values", "exclude_values")
FORM_TYPES = {"pre_chat": "prechat", "post_chat": "postchat"}


def events(thread: Thread) -> list[Shape]:
    """Return a thread's events; a restricted one has none."""
    found: list[Shape] = thread.shape.get("events") or []
    return found


def chosen(condition: Any, values: Values, name: str) -> Test:
    """Return the test of an `exists` / `values` / `exclude_values` filter.

    Raises:
        ApiError: It has none of them.
    """
    if not isinstance(condition, dict):
        raise invalid(f"filters.{name}")
    every = condition.get("require_every_value", False)
    if isinstance(condition.get("exists"), bool):
        return lambda thread: bool(values(thread)) is condition["exists"]
    if isinstance(condition.get("values"), list):
        wanted = set(condition["values"])
        return lambda thread: _meets(wanted, values(thread), every=every)
    if isinstance(condition.get("exclude_values"), list):
        unwanted = set(condition["exclude_values"])
        return lambda thread: not _meets(unwanted, values(thread), every=every)
    raise invalid(f"filters.{name}")


def _meets(wanted: set[Any], found: set[Any], *, every: bool) -> bool:
    return wanted <= found if every else bool(wanted & found)


def _users(thread: Thread, call: Call) -> Iterator[Shape]:
    chat = call.organization.chat(thread.chat_id)
    ids = thread.shape.get("user_ids") or []
    if chat:
        yield from (chat.users[one] for one in ids if one in chat.users)


def _agents(thread: Thread, call: Call) -> set[Any]:
    return {user["id"] for user in _users(thread, call) if user["type"] == "agent"}


def _agent_types(thread: Thread, call: Call) -> set[str]:
    bots = call.organization.bots
    return {"chatbot" if one in bots else "human" for one in _agents(thread, call)}


def _customers(thread: Thread, call: Call) -> Iterator[Shape]:
    return (user for user in _users(thread, call) if user["type"] == "customer")


def _by_text(value: Any, _: Call) -> Test:
    words = str(value).lower()
    return lambda one: any(words in str(event.get("text", "")).lower() for event in events(one))


def _by_ids(value: Any, _: Call) -> Test:
    wanted = set(value)
    return lambda thread: thread.id in wanted


def _by_chats(value: Any, _: Call) -> Test:
    wanted = set(value)
    return lambda thread: thread.chat_id in wanted


def _by_groups(value: Any, _: Call) -> Test:
    wanted = set(value)
    return lambda thread: bool(wanted & set(thread.group_ids))


def _by_agents(value: Any, call: Call) -> Test:
    return chosen(value, lambda thread: _agents(thread, call), "agents")


def _by_tags(value: Any, _: Call) -> Test:
    return chosen(value, lambda thread: set(thread.shape.get("tags") or ()), "tags")


def _by_sales(value: Any, _: Call) -> Test:
    return chosen(value, _sales, "sales")


def _sales(thread: Thread) -> set[Any]:
    shop = (thread.shape.get("properties") or {}).get("ecommerce") or {}
    return {"sale"} if shop.get("has_sale") else set()


def _by_goals(value: Any, _: Call) -> Test:
    return chosen(value, lambda _: set(), "goals")


def _by_event_types(value: Any, _: Call) -> Test:
    return chosen(value, lambda thread: {event["type"] for event in events(thread)}, "event_types")


def _by_greetings(value: Any, _: Call) -> Test:
    return chosen(value, _greetings, "greetings")


def _greetings(thread: Thread) -> set[Any]:
    named = (event.get("properties", {}).get("lc2", {}) for event in events(thread))
    return {lc2["greeting_id"] for lc2 in named if "greeting_id" in lc2}


def _by_properties(value: Any, _: Call) -> Test:
    if not isinstance(value, dict) or not value:
        raise invalid("filters.properties")
    tests = [
        chosen(condition, _property(namespace, name), f"properties.{namespace}.{name}")
        for namespace, names in value.items()
        for name, condition in names.items()
    ]
    return lambda thread: all(test(thread) for test in tests)


def _property(namespace: str, name: str) -> Values:
    def values(thread: Thread) -> set[Any]:
        held = (thread.shape.get("properties") or {}).get(namespace) or {}
        return {held[name]} if name in held else set()

    return values


def _by_agent_types(value: Any, call: Call) -> Test:
    if not isinstance(value, dict) or not value.keys() <= set(TYPE_CHOICES):
        raise invalid("filters.agent_types")
    named = [one for values in value.values() for one in values]
    if len(named) != len(set(named)) or not set(named) <= set(AGENT_TYPES):
        raise invalid("filters.agent_types", "Each agent type may be used once")
    every, some, none = (set(value.get(choice, ())) for choice in TYPE_CHOICES)

    def test(thread: Thread) -> bool:
        found = _agent_types(thread, call)
        return every <= found and (not some or bool(some & found)) and not none & found

    return test


def _by_forms(value: Any, _: Call) -> Test:
    condition = value[0] if isinstance(value, list) and value else value
    if not isinstance(condition, dict) or condition.get("type") not in (None, *FORM_TYPES):
        raise invalid("filters.forms")
    kind = FORM_TYPES.get(str(condition.get("type")))
    wanted = bool(condition.get("exists", True))
    return lambda thread: bool(_filled(thread, kind)) is wanted


def _filled(thread: Thread, kind: str | None) -> list[Shape]:
    return [
        event
        for event in events(thread)
        if event["type"] == "filled_form" and kind in (None, event.get("form_type"))
    ]


def _by_agent_response(value: Any, call: Call) -> Test:
    if not isinstance(value, dict):
        raise invalid("filters.agent_response")
    agents = value.get("agents", {})
    wanted, unwanted = set(agents.get("values", ())), set(agents.get("exclude_values", ()))
    first, exists = bool(value.get("first")), bool(value.get("exists", True))

    def test(thread: Thread) -> bool:
        mine = _agents(thread, call)
        authors = [one.get("author_id") for one in events(thread) if one.get("author_id") in mine]
        considered = set(authors[:1] if first else authors)
        fits = (not wanted or bool(considered & wanted)) and not considered & unwanted
        return (bool(considered) and fits) is exists

    return test


def _by_countries(value: Any, call: Call) -> Test:
    return chosen(value, lambda thread: _countries(thread, call), "customer_countries")


def _countries(thread: Thread, call: Call) -> set[Any]:
    visits = (user.get("visit", {}) for user in _customers(thread, call))
    codes = (visit.get("geolocation", {}).get("country_code") for visit in visits)
    return {code for code in codes if code}


def _by_customer(value: Any, call: Call) -> Test:
    return lambda thread: any(user["id"] == value for user in _customers(thread, call))


def _by_email(value: Any, call: Call) -> Test:
    return lambda thread: any(user.get("email") == value for user in _customers(thread, call))


MATCHERS: dict[str, Callable[[Any, Call], Test]] = {
    "query": _by_text,
    "thread_ids": _by_ids,
    "chat_ids": _by_chats,
    "group_ids": _by_groups,
    "agents": _by_agents,
    "tags": _by_tags,
    "sales": _by_sales,
    "goals": _by_goals,
    "properties": _by_properties,
    "event_types": _by_event_types,
    "forms": _by_forms,
    "greetings": _by_greetings,
    "agent_response": _by_agent_response,
    "agent_types": _by_agent_types,
    "customer_countries": _by_countries,
    "customer_id": _by_customer,
    "customer_email": _by_email,
}
"""How each filter becomes a test of threads."""
