"""The stand-ins a sandbox starts, one line each in `STAND_INS`.

A stand-in is a function that takes a `Setting` and returns a context manager: inside its block the
vendor's imitation answers on loopback, and the `Service` it yields says how to reach and disturb
it. It lives in `sandbox/<vendor>/service.py`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from sandbox.gorgias.service import gorgias
from sandbox.hubspot.service import hubspot
from sandbox.livechat.service import livechat
from sandbox.sheets.service import gsheets
from sandbox.world.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sandbox.service import Service, Setting

STAND_INS: dict[str, Callable[[Setting], AbstractContextManager[Service[Any]]]] = {
    "hubspot": hubspot,
    "livechat": livechat,
    "gsheets": gsheets,
    "gorgias": gorgias,
}
"""Every stand-in by vendor; a new one is a line here."""


@contextlib.contextmanager
def stand_ins(setting: Setting) -> Iterator[dict[str, Service[Any]]]:
    """Run every stand-in whose system the world has, until the block ends."""
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context(start(setting))
            for name, start in STAND_INS.items()
            if _is_served(name, setting)
        }


def _is_served(name: str, setting: Setting) -> bool:
    """Whether there is anything behind a stand-in: some imitate a part that a world may lack."""
    return name not in PARTS or (setting.world is not None and name in setting.world.parts)
