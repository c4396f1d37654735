"""Tools that really run: one environment instance per dialogue, rebuilt exactly from its name and seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from toolace_mt.types import EnvironmentRef, Tool


class ToolOutput(NamedTuple):
    """What a tool answered: text (JSON where the tool answers JSON), and whether it is an error."""

    content: str
    is_error: bool


class Environment(Protocol):
    """A small world with state. The same seed and the same calls always give the same outputs."""

    name: str

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that this environment runs, each with a schema of what it returns."""
        ...

    @property
    def brief(self) -> dict[str, Any]:
        """What the user of a dialogue knows at its start (who they are, today's date, their order ids, ...)."""
        ...

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Run one call. Bad input is an output with `is_error`, never an exception; a failed call changes no state."""
        ...


OpenEnvironment = Callable[[EnvironmentRef], Environment]
