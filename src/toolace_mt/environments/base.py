"""Tools that really run. The environments of one dialogue are its own: what it does there, no other dialogue sees."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol

from toolace_mt.types import EnvironmentRef, Tool


class ToolOutput(NamedTuple):
    """What a tool answered: text (JSON where the tool answers JSON), and whether it is an error.

    uncertain: an error from which nobody can tell whether the call took effect (no answer in time, one that is too long).
    """

    content: str
    is_error: bool
    uncertain: bool = False


class Environment(Protocol):
    """A small world with state.

    repeatable: the same seed and the same calls always give the same outputs, so that the world can be opened again in its
    first state, and calls be run once more. An outside server (MCP, HTTP) is not: each of its calls is made once.
    shared: what a dialogue changes there, others see: other dialogues, and whoever else uses the server.
    """

    name: str
    repeatable: bool
    shared: bool

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that this environment runs, each with a schema of what it returns where that is known."""
        ...

    @property
    def brief(self) -> dict[str, Any]:
        """What the user of a dialogue knows at its start (who they are, today's date, their order ids, ...)."""
        ...

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Run one call. Bad input is an output with `is_error`, never an exception; a failed call changes no state."""
        ...

    def state(self) -> dict[str, str] | None:
        """A digest of each part of the state by its name; None where nobody can look inside."""
        ...

    def alone(self) -> AbstractAsyncContextManager[None]:
        """While it is held, calls of no other dialogue come in between."""
        ...

    async def close(self) -> None:
        """The dialogue is over: give up what the environment holds. May be called again."""
        ...


OpenEnvironment = Callable[[EnvironmentRef], Environment]
"""Opens the world of a dialogue: a repeatable one in its first state each time, an outside one as it is now."""

OpenFor = Callable[[str], OpenEnvironment]
"""Gives a dialogue, by its id, its way to open environments."""
