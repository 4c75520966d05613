"""The LiveChat stand-in as a part of the sandbox."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from sandbox.livechat.behaviour import Behaviour, Fault
from sandbox.livechat.server import RunningServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.service import Setting
    from sandbox.world.chats import ChatPart

NOT_SETTABLE = frozenset({"faults", "before_serving"})


@dataclass(frozen=True)
class LiveChatService:
    """The LiveChat stand-in, running."""

    server: RunningServer

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.url

    @property
    def environment(self) -> dict[str, str]:
        """The tap's settings, with the token that sees everything."""
        token = self.server.organization.tokens[0]
        return {
            "TAP_LIVECHAT_API_BASE_URL": self.url,
            "TAP_LIVECHAT_ACCOUNT_ID": token.account_id,
            "TAP_LIVECHAT_ACCESS_TOKEN": token.secret,
        }

    def journal(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every request so far."""
        return [(one.method, one.path, one.status) for one in self.server.journal]

    def behave(self, settings: Mapping[str, Any]) -> None:
        """Change attributes of `Behaviour`."""
        known = {one.name for one in fields(Behaviour)} - NOT_SETTABLE
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"No behaviour {name!r}. Use one of {', '.join(sorted(known))}.")
            setattr(self.server.behaviour, name, value)

    def disturb(self, fault: Mapping[str, Any]) -> None:
        """Add a `Fault`."""
        try:
            self.server.behaviour.faults.append(Fault(**fault))
        except TypeError as error:
            raise ValueError(f"Not a fault: {error}.") from error

    def calm(self) -> None:
        """Drop all faults."""
        self.server.behaviour.faults.clear()


@contextlib.contextmanager
def livechat(setting: Setting) -> Iterator[LiveChatService]:
    """Serve the licence of the world's chats."""
    if setting.world is None:
        raise ValueError("LiveChat's stand-in needs a world with chats.")
    part = cast("ChatPart", setting.world.parts["livechat"])
    with serve(part.organization, Behaviour(), port=setting.ports.get("livechat", 0)) as server:
        service = LiveChatService(server)
        service.behave(setting.behaviours.get("livechat", {}))
        yield service
