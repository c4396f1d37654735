"""Durability for tools on outside servers: each call is made once at most, and its output is kept before anybody sees it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import Any, Protocol

import orjson

from toolace_mt.engines.base import CallKey
from toolace_mt.environments.base import Environment, ToolOutput
from toolace_mt.environments.holds import Hold
from toolace_mt.environments.outputs import failed
from toolace_mt.errors import JournalMismatch, ToolCallInterrupted
from toolace_mt.types import Tool

_HEARING_OUT = 5.0
"""Seconds that a call under way gets when the run is stopped: a call without an output is a dialogue lost."""


class ToolJournal(Protocol):
    """Keeps calls and their outputs by call key, durably: after a method returns, a crash loses nothing."""

    async def get_tool_output(self, key: CallKey) -> tuple[str, ToolOutput | None] | None:
        """The fingerprint and output of a call; no output where it was begun only; None where there is nothing."""
        ...

    async def begin_tool_call(self, key: CallKey, fingerprint: str) -> None:
        """Record that a call is about to be made. Raises StorageFailed, also where it was begun before."""
        ...

    async def put_tool_output(self, key: CallKey, output: ToolOutput) -> None:
        """Store what a call that was begun gave. Raises StorageFailed."""
        ...


class OutsideEnvironment(Environment, Protocol):
    """An environment of one dialogue on a server that cannot be set back."""

    async def ready(self) -> None:
        """Make sure that a call can be made now: start the server, where it does not run. Makes no call."""
        ...

    def takes_turns(self, name: str) -> bool:
        """Whether a call of the tool waits while another dialogue holds the environment; several others run at a time."""
        ...


class JournaledEnvironment:
    """The outside environment of one dialogue, whose calls are answered from the journal where it has them.

    Calls are told apart by their number in the dialogue, so a dialogue that is taken up again has to make the same ones.
    """

    def __init__(
        self,
        inner: OutsideEnvironment,
        journal: ToolJournal,
        dialogue_id: str,
        going_on: Callable[[], None] = lambda: None,
    ) -> None:
        """going_on: called before the first call that is made after others were answered from the journal."""
        self.name = inner.name
        self.repeatable = inner.repeatable
        self.shared = inner.shared
        self._inner = inner
        self._journal = journal
        self._dialogue_id = dialogue_id
        self._hold = Hold(inner.alone)
        self._calls = 0
        self._going_on = going_on
        self._answered_before = False

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools of the inner environment."""
        return self._inner.tools

    @property
    def brief(self) -> dict[str, Any]:
        """The brief of the inner environment."""
        return self._inner.brief

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Run one call, or give its stored output.

        Raises ToolCallInterrupted where it was under way when an earlier sitting ended, JournalMismatch where the
        journal holds another call at its place, StorageFailed, and what the inner environment raises.
        """
        try:
            fingerprint = self._fingerprint(name, arguments)
        except TypeError as error:
            return failed(f"The arguments cannot be written as JSON: {error}.")
        key = CallKey(self._dialogue_id, f"tool/{self._calls}", 0)
        self._calls += 1
        stored = await self._journal.get_tool_output(key)
        if stored is None:
            async with self._hold() if self._inner.takes_turns(name) else nullcontext():
                if self._answered_before:
                    self._answered_before = False
                    self._going_on()
                await self._inner.ready()  # what stops the run here stops it before the call counts as begun
                return await self._heard_out(key, fingerprint, name, arguments)
        known, output = stored
        if known != fingerprint:
            raise JournalMismatch(
                f"dialogue {key.dialogue_id}, {key.step}: the journal holds another call than {name}. The run was begun"
                " by another version or configuration: use a new --out"
            )
        if output is None:
            raise ToolCallInterrupted(
                f"{name} was under way on {self.name} when the run was interrupted; whether it was done, nobody knows"
            )
        self._answered_before = True
        return output

    def state(self) -> dict[str, str] | None:
        """The state of the inner environment."""
        return self._inner.state()

    def alone(self) -> AbstractAsyncContextManager[None]:
        """As the inner environment; may be entered again while it is held."""
        return self._hold()

    async def close(self) -> None:
        """As the inner environment."""
        await self._inner.close()

    async def _heard_out(self, key: CallKey, fingerprint: str, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Make the call; one who waits for it no longer does not break it off at once."""
        making = asyncio.create_task(self._make(key, fingerprint, name, arguments))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            await asyncio.wait({making}, timeout=_HEARING_OUT)
            making.cancel()
            with suppress(Exception, asyncio.CancelledError):
                await making
            raise

    async def _make(self, key: CallKey, fingerprint: str, name: str, arguments: dict[str, Any]) -> ToolOutput:
        await self._journal.begin_tool_call(key, fingerprint)
        output = await self._inner.call(name, arguments)
        await self._journal.put_tool_output(key, output)
        return output

    def _fingerprint(self, name: str, arguments: dict[str, Any]) -> str:
        body = orjson.dumps([self.name, name, arguments], option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(body, digest_size=16).hexdigest()
