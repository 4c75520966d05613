"""The LiveChat stand-in as a part of the sandbox."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sandbox.livechat.behaviour import Behaviour, Fault
from sandbox.livechat.server import RunningServer, serve
from sandbox.service import Service, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world.chats import ChatPart


@dataclass(frozen=True)
class LiveChatService(Service[RunningServer]):
    """The LiveChat stand-in, running."""

    fault = Fault
    scripted = frozenset({"faults", "before_serving"})

    @property
    def environment(self) -> dict[str, str]:
        """The tap's settings, with the token that sees everything."""
        token = self.server.organization.tokens[0]
        return {
            "TAP_LIVECHAT_API_BASE_URL": self.url,
            "TAP_LIVECHAT_ACCOUNT_ID": token.account_id,
            "TAP_LIVECHAT_ACCESS_TOKEN": token.secret,
        }


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
