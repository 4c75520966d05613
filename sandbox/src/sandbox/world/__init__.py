"""A deterministic synthetic company that fills the stand-ins and knows its own truth."""

from sandbox.world.company import World
from sandbox.world.tracked import TRACKED

__all__ = ["TRACKED", "World"]
