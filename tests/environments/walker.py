"""A user who only knows the brief and what tools answered: fills parameters by their names, without understanding."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import orjson

from toolace_mt.environments.base import Environment, ToolOutput
from toolace_mt.types import Tool


class Walker:
    """Remembers every scalar of the results under its field name."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.knows: dict[str, list[Any]] = environment.brief["knows"]
        self.seen: dict[str, list[Any]] = {}

    def candidates(self, tool: Tool, parameter: str) -> list[Any]:
        """Values for a parameter: its enum, or what the brief and the results hold under its name."""
        schema = tool.properties[parameter]
        if "enum" in schema:
            return schema["enum"]
        told = self.knows.get(f"{tool.name}.{parameter}") or self.knows.get(parameter) or []
        return [*told, *self.seen.get(parameter, [])[-6:]]

    def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Call and remember."""
        output = asyncio.run(self.environment.call(name, arguments))
        if not output.is_error:
            self._remember("", orjson.loads(output.content))
        return output

    def step(self, rng: random.Random) -> tuple[Tool, dict[str, Any], ToolOutput] | None:
        """One call of a random tool with its required parameters and some of the others; None where one has no value."""
        tool = rng.choice(self.environment.tools)
        arguments: dict[str, Any] = {}
        for parameter in tool.properties:
            values = self.candidates(tool, parameter)
            if parameter in tool.required:
                if not values:
                    return None
                arguments[parameter] = rng.choice(values)
            elif values and rng.random() < 0.3:
                arguments[parameter] = rng.choice(values)
        return tool, arguments, self.call(tool.name, arguments)

    def _remember(self, name: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                self._remember(key, inner)
        elif isinstance(value, list):
            for inner in value:
                self._remember(name, inner)
        elif value is not None:
            self.seen.setdefault(name, []).append(value)
