"""The small world of the engine's tests serves all tests of records."""

from tests.records.engine.conftest import World, world

__all__ = ["World", "world"]
