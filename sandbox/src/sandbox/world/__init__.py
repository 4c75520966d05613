"""A deterministic synthetic company that fills the stand-ins and knows its own truth."""

from sandbox.world.company import World

__all__ = ["World"]
