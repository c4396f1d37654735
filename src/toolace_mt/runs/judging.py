"""Experts on anybody's dialogues: asked side by side, in memory that does not grow, and no answer is paid for twice.

What a model answers is kept in a run folder beside the file, under the row's id and a digest of the row: so the same
command goes on where it stopped, and rows that were changed, and only these, are judged anew. The offline engine costs
nothing, and nothing of it is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from toolace_mt.ask import Asker
from toolace_mt.config import Config, ModelsConfig, RunConfig
from toolace_mt.dialogue.recorded import Recorded
from toolace_mt.dialogue.turns import json_text
from toolace_mt.engines.base import Engine
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.engines.openai import find_endpoint
from toolace_mt.engines.pricing import check_budget
from toolace_mt.engines.stack import open_engine
from toolace_mt.errors import DialogueFailed, RequestRefused
from toolace_mt.operations.base import Instructions, instructions
from toolace_mt.operations.verify import ExpertInput, expert_context
from toolace_mt.runs.folder import begin_run, fingerprint_inputs
from toolace_mt.runs.spending import charge_what_is_owed
from toolace_mt.stages.experts import Opinion, ask_experts
from toolace_mt.types import Finding, Usage

T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 4


class Judged(NamedTuple):
    """What the experts say of a row. opinions: in the order of the configuration; none where a request was refused."""

    opinions: tuple[Opinion, ...]
    findings: tuple[Finding, ...]
    usage: Usage


class Judges:
    """Asks the experts about rows; those whose question is the same at the same time share the answer."""

    def __init__(self, config: Config, engine: Engine, texts: Instructions) -> None:
        self._config = config
        self._engine = engine
        self._texts = texts
        self._under_way: dict[str, asyncio.Task[Judged]] = {}

    async def ask(self, recorded: Recorded) -> Judged:
        """The experts' word on a row. Raises a RunStopped; a request that is refused is a finding."""
        try:
            key = _key(recorded)
        except RecursionError:
            return _refused(RequestRefused("it is nested too deep to be shown to a model"), Usage())
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(recorded, key))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await task

    async def _ask(self, recorded: Recorded, key: str) -> Judged:
        config = self._config
        asker = Asker(self._engine, config.engine, key, config.run.seed, models=config.models, texts=self._texts)
        try:
            opinions = await ask_experts(asker, config.verify, ExpertInput(recorded.dialogue))
        except DialogueFailed as failure:
            return _refused(failure, asker.usage)
        findings = tuple(found for opinion in opinions if (found := opinion.finding()))
        return Judged(tuple(opinions), findings, asker.usage)


def _refused(failure: DialogueFailed, usage: Usage) -> Judged:
    return Judged((), (Finding(rule=failure.rule, detail=str(failure)),), usage)


def _key(recorded: Recorded) -> str:
    """Names the row in the journal by its id, and by all that an expert is shown of it. Raises RecursionError."""
    shown = json_text(expert_context(ExpertInput(recorded.dialogue)))
    return f"{recorded.id[:200]}#{hashlib.blake2b(shown.encode('utf-8', 'replace'), digest_size=10).hexdigest()}"


def judged_folder(file: Path) -> Path:
    """Where the answers about a file are kept, if nothing else is said: `FILE.judged` beside it."""
    return file.with_name(f"{file.name}.judged")


@asynccontextmanager
async def open_judges(
    config: Config, folder: Path, notify: Callable[[str], None] = lambda _: None
) -> AsyncGenerator[Judges]:
    """The experts that `config` names, on its model; without one the offline engine judges, by simple checks.

    folder: keeps the answers of a model. Raises InputError where the configuration or the folder cannot be used (it holds
    the answers to other instructions, or of another model), and where another process works on it.
    """
    check_budget(config)
    in_flight = config.run.concurrency * config.verify.calls_at_once
    texts = instructions(config.engine.prompts)
    async with AsyncExitStack() as resources:
        store = None
        if config.engine.model:
            find_endpoint(config.engine)  # a wrong address is found before a folder is made
            asked = {name: text for name, text in texts.items() if name == "preamble" or name.startswith("verify_")}
            # Only what can change an answer: experts, votes and rules may be others the next time.
            models = ModelsConfig(experts=config.models.experts, prices=config.models.prices)
            settled = Config(engine=config.engine, models=models, run=RunConfig(seed=config.run.seed))
            store = await resources.enter_async_context(
                begin_run(folder, settled, fingerprint_inputs((), (), asked))[1]
            )
        engine = await resources.enter_async_context(
            open_engine(
                config.engine,
                in_flight=in_flight,
                models=config.models,
                store=store,
                local=OfflineEngine(),
                budget_usd=config.run.budget_usd,
                spent_usd=await charge_what_is_owed(config, store) if store else 0.0,
                notify=notify,
            )
        )
        yield Judges(config, engine, texts)


async def in_order(rows: Iterable[T], work: Callable[[T], Awaitable[R]], at_once: int) -> AsyncGenerator[R]:
    """The results of `work` in the order of `rows`: `at_once` at one time, and a bounded number read ahead."""
    free = asyncio.Semaphore(at_once)

    async def limited(row: T) -> R:
        async with free:
            return await work(row)

    waiting: deque[asyncio.Task[R]] = deque()
    try:
        for row in rows:
            waiting.append(asyncio.create_task(limited(row)))
            if len(waiting) >= _AHEAD * at_once:
                yield await waiting.popleft()
            else:
                await asyncio.sleep(0)  # reading must not keep those at work from going on
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
