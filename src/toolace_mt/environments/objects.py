"""A Python object as an environment: it answers calls, and a failed call leaves it as it was."""

from __future__ import annotations

import asyncio
import inspect
import pickle
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from copy import deepcopy
from functools import partial
from typing import Any, NamedTuple

import orjson

from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.digests import digests
from toolace_mt.environments.methods import Method, ToolFailure, methods_of
from toolace_mt.environments.outputs import answer, encoded, failed, told
from toolace_mt.environments.quiet import Quietly, silenced
from toolace_mt.environments.time_limit import OutOfTime, time_limit
from toolace_mt.errors import WorldNotBuilt
from toolace_mt.types import Tool

LONGEST_CALL = 60.0
"""Seconds that a tool may take."""

_TOO_LATE = "The tool gave no answer within {:g} seconds."

_TAKEN = ("name", "seed")


class _Lent(NamedTuple):
    """A default that a call was given a copy of. A tool that changes it would carry it into later calls and dialogues."""

    tool: str
    parameter: str
    value: Any
    before: Any


class ObjectEnvironment:
    """Runs the methods of what `build` makes; its attributes are the state.

    A failed call is undone with a copy of the state by pickle. Where that cannot be had (open connections, locks), the
    object is built anew, and the calls that succeeded are made again.

    `brief` is the object's own attribute or property of that name at the start, where it is a dict. Raises WorldNotBuilt
    where the object cannot be built (a call, too, which builds it anew), or its brief is not what the others expect.
    """

    repeatable = True
    shared = False

    def __init__(self, name: str, build: Callable[[], object], methods: Mapping[str, Method]) -> None:
        self.name = name
        self._build = build
        self._methods = methods
        self._tools = tuple(method.tool for method in methods.values())
        self._instance = build()
        self._brief = _brief_of(name, self._instance)
        self._can_copy = True
        self._succeeded: list[tuple[str, bytes]] = []
        self._lent: list[_Lent] = []

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools, in the order of the methods."""
        return self._tools

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows at the start."""
        return self._brief

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Run one call: compact JSON comes back (the text itself of a method that returns text), what it prints is lost.

        Whatever a method raises, SystemExit too, is an output with `is_error`, and undoes all that it changed.
        """
        method = self._methods.get(name)
        if method is None:
            return failed(f"Unknown tool: {name}. Available tools: {', '.join(self._methods)}.")
        try:
            bound = method.bind(arguments)
        except ToolFailure as failure:
            return failed(str(failure))
        before = self._saved()
        lent = method.lend_defaults(bound)
        self._lent += [_Lent(name, parameter, value, deepcopy(value)) for parameter, value in lent.items()]
        output = await self._output(name, bound | lent)
        if changed := next((each for each in self._lent if each.value != each.before), None):
            output = failed(
                f"The default of {changed.parameter} of {changed.tool} is changed by this; give a value for it there."
            )
        if output.is_error:
            await self._restore(before)
        else:
            self._succeeded.append((name, orjson.dumps(arguments)))
        return output

    def state(self) -> dict[str, str] | None:
        """A digest of each attribute of the object."""
        return digests(self._instance)

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Nobody else has this object."""
        return nullcontext()

    async def close(self) -> None:
        """Nothing to give up."""

    async def _output(self, name: str, bound: dict[str, Any]) -> ToolOutput:
        try:
            result = await self._run(name, bound)
            with time_limit(LONGEST_CALL):
                return answer(result)
        except ToolFailure as failure:
            return failed(str(failure))
        except OutOfTime:
            return failed(_TOO_LATE.format(LONGEST_CALL))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return failed(told(error))
        except KeyboardInterrupt as error:
            await asyncio.sleep(0.1)  # a second Ctrl-C, in a tool that hangs: the first one's cancellation comes now
            return failed(told(error))
        except (Exception, SystemExit) as error:
            return failed(told(error))

    async def _run(self, name: str, bound: dict[str, Any]) -> Any:
        with silenced(), time_limit(LONGEST_CALL):
            result = getattr(self._instance, name)(**bound)
        if not inspect.isawaitable(result):
            return result
        try:
            async with asyncio.timeout(LONGEST_CALL):
                return await Quietly(result, LONGEST_CALL)
        except TimeoutError as error:
            raise ToolFailure(str(error) or _TOO_LATE.format(LONGEST_CALL)) from None

    def _saved(self) -> bytes | None:
        """A copy of the state; None where there can be none."""
        if not self._can_copy:
            return None
        try:
            with silenced():
                return pickle.dumps((self._instance, self._lent), pickle.HIGHEST_PROTOCOL)
        except Exception:
            self._can_copy = False
            return None

    async def _restore(self, saved: bytes | None) -> None:
        if saved is not None:
            with silenced(), suppress(Exception):
                self._instance, self._lent = pickle.loads(saved)  # noqa: S301 - only what _saved wrote a moment ago
                return
        self._instance, self._lent = self._build(), []
        for name, arguments in self._succeeded:
            bound = self._methods[name].bind(orjson.loads(arguments))
            await self._output(name, bound | self._methods[name].lend_defaults(bound))


def open_object(name: str, cls: type, seed: int) -> ObjectEnvironment:
    """A fresh environment `name` of `cls`. Raises InputError where it offers no tools, WorldNotBuilt."""
    return ObjectEnvironment(name, partial(build, name, cls, seed), methods_of(cls, name))


def build(name: str, make: Any, seed: int) -> Any:
    """An instance of a class, or what a factory function makes: by the class method `from_seed(seed)`, where there is one;
    with `seed=seed`, where that is a parameter; else without arguments.

    Raises WorldNotBuilt where it needs more, or raises.
    """
    try:
        with silenced():
            if isinstance(make, type) and callable(from_seed := getattr(make, "from_seed", None)):
                return from_seed(seed)
            return make(**({"seed": seed} if "seed" in inspect.signature(make).parameters else {}))
    except (Exception, SystemExit) as error:
        missing = _needed(make)
        remedy = f"; it needs {', '.join(missing)}: give defaults, or name a function that makes one" if missing else ""
        raise WorldNotBuilt(f"{name}: {make.__name__} cannot be built: {told(error)}{remedy}") from error


def _needed(make: Any) -> list[str]:
    try:
        parameters = inspect.signature(make).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.default is p.empty and p.kind not in kinds and p.name != "seed"]


def _brief_of(name: str, instance: object) -> dict[str, Any]:
    """The brief in plain JSON, such that its `knows` holds lists of values."""
    try:
        with silenced():
            raw = getattr(instance, "brief", None)
        if not isinstance(raw, dict):
            return {}
        brief: dict[str, Any] = orjson.loads(encoded(raw))
    except (Exception, SystemExit) as error:
        raise WorldNotBuilt(f"{name}: its brief is not usable: {told(error)}") from None
    if taken := [key for key in _TAKEN if key in brief]:
        raise WorldNotBuilt(f"{name}: the key {taken[0]!r} of its brief is taken; use another one, such as 'user'")
    knows = brief.get("knows", {})
    if not isinstance(knows, dict):
        raise WorldNotBuilt(f"{name}: 'knows' in its brief must be a dict: the name of a parameter to a list of values")
    if knows:
        brief["knows"] = {key: value if isinstance(value, list) else [value] for key, value in knows.items()}
    return brief
