"""Outside servers of a run (MCP, HTTP): whose environments they are, their journal, their folders, and their end.

RUN/environments/000012    what belongs to the server of dialogue 000012 alone, while the dialogue is not finished
RUN/environments/shared-1  the log of a server that all dialogues share
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from types import TracebackType

from toolace_mt.config import Config
from toolace_mt.environments.base import Environment, OpenEnvironment
from toolace_mt.environments.http_calls import PREFIX as OPENAPI
from toolace_mt.environments.http_calls import RunnableOperation, open_http
from toolace_mt.environments.journaled import JournaledEnvironment, OutsideEnvironment
from toolace_mt.environments.known_examples import example_ids
from toolace_mt.environments.known_values import known_to, read_known
from toolace_mt.environments.mcp.server import LOG
from toolace_mt.environments.mcp.source import PREFIXES as MCP
from toolace_mt.environments.mcp.source import STDIO, parse_mcp, shown_source
from toolace_mt.environments.mcp.world import McpWorld
from toolace_mt.errors import InputError
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.records import is_refused
from toolace_mt.runs.sources import opener_of
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.types import EnvironmentRef, Outcome, Tool

FOLDER = "environments"
_SHOWN = 3
OpenOutside = Callable[[Path], OutsideEnvironment]
"""The environment of one dialogue on an outside server; its own folders, if it gets any, lie in the one given."""


class OutsideServers:
    """The environments of a run: repeatable ones as `opener_of` gives them, and those of the outside servers it names.

    An async context manager: when it is left, all servers have ended. Raises InputError where a source or `tools.knows`
    is not usable, before anything is started. repeatable: opens all but outside environments. known: the values of
    `tools.knows`.
    """

    def __init__(self, config: Config, loaded: LoadedTools, folder: Path) -> None:
        """folder: for folders and logs of servers, made when there is need; such as RUN/environments."""
        self._folder = folder.resolve()
        self.repeatable = opener_of(loaded.tools)
        self._config = config.tools
        self._sources = {shown_source(source): source for source in config.tools.sources}
        self._loaded = loaded
        self._by_name = {name: _tools_of(name, loaded.tools) for name in outside_names(loaded.tools)}
        every = [tool for tools in self._by_name.values() for tool in tools]
        if config.tools.knows and not every:
            raise InputError("tools.knows: there are no tools on outside servers that these values could be for")
        self.known = read_known(config.tools.knows, every)
        self._openers: dict[str, OpenOutside] = {}
        self._open: dict[str, dict[str, Environment]] = {}
        self._store: RunStore | None = None
        self._notify: Callable[[str], None] = _tell_nobody
        self._tell: Callable[[str], None] = _tell_nobody
        self._resources = AsyncExitStack()

    async def __aenter__(self) -> OutsideServers:
        async with AsyncExitStack() as resources:
            for number, (name, tools) in enumerate(self._by_name.items(), 1):
                self._openers[name] = await self._opener(name, tools, self._folder / f"shared-{number}", resources)
            self._resources = resources.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = [environment for opened in self._open.values() for environment in opened.values()]
        await asyncio.gather(*(environment.close() for environment in left), return_exceptions=True)
        await self._resources.aclose()
        for log in self._folder.glob(f"shared-*/{LOG}"):
            if not log.stat().st_size:
                shutil.rmtree(log.parent, ignore_errors=True)
        with suppress(OSError):
            self._folder.rmdir()  # where nothing is left in it

    def take_up(self, store: RunStore, notify: Callable[[str], None] | None = None) -> None:
        """Journal all calls in `store` from now on, and remove what finished dialogues of an earlier sitting left.

        notify: is told, once, where a dialogue goes on with a server that was started anew, and of each tool given up.
        """
        self._store = store
        self._notify = self._tell = notify or _tell_nobody
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            outcome = store.records.outcome(folder.name)
            if outcome is not None and not is_refused(outcome):
                shutil.rmtree(folder, ignore_errors=True)

    def open_for(self, dialogue_id: str) -> OpenEnvironment:
        """How a dialogue opens environments: an outside one is the same each time."""

        def open_environment(ref: EnvironmentRef) -> Environment:
            if ref.name not in self._openers:
                return self.repeatable(ref)
            opened = self._open.setdefault(dialogue_id, {})
            if ref.name not in opened:
                environment = self._openers[ref.name](self._folder / dialogue_id)
                if self._store:
                    going_on = partial(self._tell_of_new_start, ref.name)
                    environment = JournaledEnvironment(environment, self._store, dialogue_id, going_on)
                opened[ref.name] = environment
            return opened[ref.name]

        return open_environment

    async def settle(self, outcome: Outcome) -> None:
        """A dialogue is finished, and its outcome recorded: end its servers, and remove its folders.

        The folders of one that is made again when the run goes on are kept: its calls stay made.
        """
        opened = self._open.pop(outcome.id, {})
        for environment in opened.values():
            await environment.close()
        if opened and not is_refused(outcome):
            with suppress(OSError):
                await asyncio.to_thread(shutil.rmtree, self._folder / outcome.id)

    def _tell_of_new_start(self, name: str) -> None:
        if name.startswith(STDIO):
            self._notify(
                f"{name}: dialogues go on with a server that was started anew: what it kept in its folders is there,"
                " what it kept in memory alone is not"
            )
            self._notify = _tell_nobody

    async def _opener(self, name: str, tools: Sequence[Tool], shared: Path, resources: AsyncExitStack) -> OpenOutside:
        if name.startswith(OPENAPI):
            requests = self._loaded.requests
            operations = [RunnableOperation(tool, requests[tool.name]) for tool in tools]
            knows = example_ids(tools) | known_to(tools, self.known)
            environment = await resources.enter_async_context(open_http(name, operations, self._config, knows=knows))
            return lambda _: environment
        if name not in self._sources:
            raise InputError(f"{name}: is none of the sources of this command, so it is not run; add it with --tools")
        source = parse_mcp(self._sources[name])
        knows = known_to(tools, self.known, source.named_folders())
        world = McpWorld(source, tools, knows, self._config, shared, lambda line: self._tell(line))
        resources.push_async_callback(world.close)
        return world.open


def _tell_nobody(_: str) -> None:
    pass


def outside_names(tools: Sequence[Tool]) -> list[str]:
    """The environments of `tools` that are outside servers, in order."""
    names = dict.fromkeys(tool.environment for tool in tools if tool.environment)
    return [name for name in names if name.startswith((*MCP, OPENAPI))]


def _tools_of(name: str, tools: Sequence[Tool]) -> tuple[Tool, ...]:
    return tuple(tool for tool in tools if tool.environment == name)


def fallback_notice(config: Config, tools: Sequence[Tool]) -> str:
    """What is to be said where calls are to be made by running the tools, but not all of these run; "" where all do."""
    described = [tool.name for tool in tools if tool.environment is None]
    if config.run.skeleton != "executed" or not described:
        return ""
    writer = "the model" if config.engine.model else "the offline engine"
    if len(described) == len(tools):
        return (
            f"--skeleton executed: none of the tools runs, so {writer} writes the calls of every dialogue, as with llm"
        )
    shown = ", ".join([*described[:_SHOWN], *(["..."] if len(described) > _SHOWN else [])])
    some = f"{len(described):,} of {len(tools):,} tools do not run ({shown})"
    return f"--skeleton executed: {some}: dialogues of such tools alone get their calls from {writer}, as with llm"


def check_writer(config: Config, tools: Sequence[Tool]) -> None:
    """Raises InputError where nobody could write the calls of a skeleton."""
    running = {tool.environment for tool in tools if tool.environment}
    if config.engine.model or config.run.skeleton == "executed" or not running:
        return
    if running <= set(outside_names(tools)):
        raise InputError(
            "the offline engine cannot know what an outside server holds, so it cannot write calls on one: let the tools"
            " make the skeletons (--skeleton executed), or name a --model"
        )
