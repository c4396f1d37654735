"""An instance of a Python class as an environment: it answers calls, and a failed call leaves it as it was."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import orjson
from pydantic_core import to_jsonable_python

from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.methods import ToolFailure, methods_of
from toolace_mt.errors import InputError
from toolace_mt.types import Tool


class ObjectEnvironment:
    """Runs the methods of `instance`, whose attributes are the state: plain data that pickle can copy.

    `brief` is the instance's own attribute of that name at the start (a dict), or empty. Raises InputError where the
    class offers no tools or its state cannot be copied.
    """

    def __init__(self, name: str, instance: object) -> None:
        self.name = name
        self._instance = instance
        self._methods = methods_of(type(instance), name)
        self._tools = tuple(method.tool for method in self._methods.values())
        self._brief: dict[str, Any] = getattr(instance, "brief", None) or {}
        try:
            self._saved()
        except Exception as error:
            raise InputError(
                f"{name}: the attributes of {type(instance).__name__} cannot be copied ({error});"
                " keep its state in plain data, without open files, connections or locks"
            ) from None

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools, in the order of the methods."""
        return self._tools

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows at the start."""
        return self._brief

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Run one call: compact JSON comes back (the text itself of a method that returns text).

        Whatever a method raises is an output with `is_error`, and undoes all that it changed.
        """
        method = self._methods.get(name)
        if method is None:
            return _failed(f"Unknown tool: {name}. Available tools: {', '.join(self._methods)}.")
        before: bytes | None = None
        try:
            bound = method.bind(arguments)
            before = self._saved()
            result = method.function(self._instance, **bound)
            if inspect.isawaitable(result):
                result = await result
            return ToolOutput(_encoded(result), False)
        except ToolFailure as failure:
            message = str(failure)
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
        if before is not None:
            self._restore(before)
        return _failed(message)

    def _saved(self) -> bytes:
        return pickle.dumps(vars(self._instance), pickle.HIGHEST_PROTOCOL)

    def _restore(self, saved: bytes) -> None:
        state = vars(self._instance)
        state.clear()
        state.update(pickle.loads(saved))  # noqa: S301 - only what _saved wrote a moment ago


def open_object(name: str, cls: type, seed: int) -> ObjectEnvironment:
    """A fresh environment `name` of `cls`, built with `seed` where its constructor has a parameter of that name.

    Raises InputError where the class cannot be built like that.
    """
    try:
        seeded = "seed" in inspect.signature(cls).parameters
        instance = cls(seed=seed) if seeded else cls()
    except Exception as error:
        raise InputError(f"{name}: {cls.__name__} cannot be built: {type(error).__name__}: {error}") from error
    return ObjectEnvironment(name, instance)


def _encoded(result: Any) -> str:
    if isinstance(result, str):
        return result
    return orjson.dumps(result, default=to_jsonable_python).decode()


def _failed(message: str) -> ToolOutput:
    return ToolOutput(orjson.dumps({"error": message}).decode(), True)
