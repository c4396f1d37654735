"""The local driver: dialogues of a run side by side in one process, up to the configured concurrency.

Which dialogues make up the dataset depends on their numbers alone: number k is begun only while those before it cannot
yet be enough, so with `run.speculative = 0` no dialogue is made that the dataset does not need.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from toolace_mt.config import Config, RunConfig
from toolace_mt.engines.base import Completion, Engine, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.engines.openai import find_endpoint
from toolace_mt.engines.pricing import check_budget
from toolace_mt.engines.stack import open_engine
from toolace_mt.errors import InputError, RunStopped
from toolace_mt.operations.base import instructions
from toolace_mt.rules import RULES
from toolace_mt.runs.call_times import keep_call_times
from toolace_mt.runs.distinct import Distinct, distinct_for
from toolace_mt.runs.failures import Failures
from toolace_mt.runs.folder import Inputs, Run, begin_run, fingerprint_inputs
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.outside import FOLDER, OutsideServers, check_writer, fallback_notice
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.recipes import Making, recipe_for
from toolace_mt.runs.records import is_refused
from toolace_mt.runs.sources import read_examples, read_tools
from toolace_mt.runs.spending import charge_what_is_owed
from toolace_mt.runs.summary import summarized
from toolace_mt.runs.users import read_users, told_users
from toolace_mt.stages.verify import REPLAY
from toolace_mt.tools.documents import Document
from toolace_mt.tools.execution import executable
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Outcome


class AttemptsExhausted(RunStopped):
    """`run.max_attempts` dialogues were tried, and too few of them were accepted."""


class NothingAccepted(RunStopped):
    """`run.give_up_after` dialogues were tried, all of them failed for the same reason, and none was ever accepted."""


async def generate(config: Config, out: Path, progress: Progress, documents: Sequence[Document] = ()) -> Run:
    """Make `config.run.count` accepted dialogues in the run folder `out`, or go on where an earlier start stopped.

    documents: tools besides those of `config.tools.sources`, which are at hand already.
    Raises InputError for bad input, and RunStopped where the run ends early; what was answered is kept either way.
    """
    check_names(config)
    check_budget(config)
    loaded = executable(read_tools(config.tools.sources, documents), config.tools)
    check_writer(config, loaded.tools)
    if notice := fallback_notice(config, loaded.tools):
        progress.notices.append(notice)
    examples = read_examples(config.initialize.examples)
    users = read_users(config.diversity)
    texts = instructions(config.engine.prompts)
    if config.engine.model:
        find_endpoint(config.engine)  # a wrong address is found before a folder is made
    pool = ToolPool(loaded.tools)
    async with OutsideServers(config, loaded, out / FOLDER) as outside:
        known = {**outside.known, "(users)": told_users(users)}
        inputs = fingerprint_inputs(loaded.tools, examples, texts, known)
        return await conduct(
            config,
            out,
            inputs,
            outside,
            progress,
            lambda engine: recipe_for(config, engine, pool, outside.open_for, examples, users, texts),
        )


async def conduct(
    config: Config,
    out: Path,
    inputs: Inputs,
    outside: OutsideServers,
    progress: Progress,
    recipe_of: Callable[[Engine], Making],
) -> Run:
    """Drive a run in the folder `out`, with the recipe that `recipe_of` makes for the run's engine.

    inputs: digests of what the run works on. Raises InputError and RunStopped, as `generate` does.
    """
    distinct = distinct_for(config)
    run, store = begin_run(out, config, inputs)
    async with (
        summarized(run),
        store,
        open_engine(
            config.engine,
            in_flight=config.run.concurrency * config.calls_at_once,
            models=config.models,
            store=store,
            local=OfflineEngine(outside.repeatable),
            budget_usd=config.run.budget_usd,
            spent_usd=await charge_what_is_owed(config, store),
            notify=progress.notices.append,
        ) as engine,
    ):
        outside.take_up(store, progress.notices.append)
        recipe = recipe_of(_Counted(engine, store, progress))
        try:
            await Driver(config.run, store, recipe, progress, outside.settle, distinct, run.path).drive()
        finally:
            progress.is_ending = True
            if config.engine.model:
                await keep_call_times(store, progress)
    return run


def check_names(config: Config) -> None:
    """Raises InputError where the configuration names a rule that there is not."""
    known = (*RULES, REPLAY)
    unknown = [name for name in config.verify.skip_rules if name not in known]
    if unknown:
        raise InputError(f"verify.skip_rules: there is no rule {', '.join(unknown)}; the rules are {', '.join(known)}")


class _Counted:
    """Counts the completions that a run has received, for the live display, and times those that are not in its journal."""

    def __init__(self, inner: Engine, store: RunStore, progress: Progress) -> None:
        self.inner = inner
        self.store = store
        self.progress = progress

    async def complete(self, request: Request) -> Completion:
        is_new = await self.store.get(request.key) is None
        begun = time.monotonic()
        completion = await self.inner.complete(request)
        self.progress.count_call(completion.usage, time.monotonic() - begun if is_new else None)
        return completion


async def _nothing(_: Outcome) -> None:
    """What there is to do after a dialogue, where its environments are not outside."""


class Driver:
    """Begins dialogues by number, records their outcomes, and stops when the first N accepted are known.

    settle: gives up what a dialogue held, once its outcome is recorded. distinct: decides on accepted dialogues once more,
    each when all before it are decided; until then it counts as accepted, in the store too. folder: of the run, for messages.
    """

    def __init__(
        self,
        knobs: RunConfig,
        store: RunStore,
        recipe: Making,
        progress: Progress,
        settle: Callable[[Outcome], Awaitable[None]] = _nothing,
        distinct: Distinct | None = None,
        folder: Path = Path("RUN"),
    ) -> None:
        self.knobs = knobs
        self.store = store
        self.recipe = recipe
        self.progress = progress
        self.settle = settle
        self.distinct = distinct
        self.folder = folder
        self.failures = Failures()
        self.undecided: dict[int, Outcome] = {}
        self.wanted = knobs.count
        self.finished: dict[int, bool] = {}
        self.accepted = 0
        self.next = 0
        # Dialogues 0 to settled - 1 are finished, and settled_accepted of them are accepted.
        self.settled = 0
        self.settled_accepted = 0

    async def drive(self) -> None:
        """Work until enough dialogues are accepted. Raises AttemptsExhausted, NothingAccepted, or whatever stops the run."""
        await self._take_up()
        working: set[asyncio.Task[None]] = set()
        try:
            while not await self._enough():
                while self._may_begin(len(working)):
                    working.add(asyncio.create_task(self._make(self._next_number())))
                if not working:
                    raise AttemptsExhausted(self._exhausted())
                self.progress.working = len(working)
                done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                working -= done
                if self.failures.is_hopeless(self.knobs.hopeless_after):
                    raise NothingAccepted(self._hopeless())
        finally:
            # Also those that failed beside the one whose error is raised: an error that nobody takes is printed.
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

    async def _take_up(self) -> None:
        """Count what is finished. Where the run goes on, dialogues that the endpoint refused are made again."""
        outcomes = list(self.store.records.outcomes())
        refused = {o.number for o in outcomes if is_refused(o)}
        accepted = sum(o.status == "accepted" for o in outcomes)
        for outcome in outcomes:
            if outcome.number in refused and accepted < self.wanted:
                await self.store.drop_outcome(outcome.number)
            else:
                self._count(outcome, resumed=True)

    async def _make(self, number: int) -> None:
        outcome = await self.recipe.make(number)
        await self.store.put_outcome(outcome)
        await self.settle(outcome)
        self._count(outcome)

    def _count(self, outcome: Outcome, *, resumed: bool = False) -> None:
        self.finished[outcome.number] = outcome.status == "accepted"
        self.accepted += self.finished[outcome.number]
        self.progress.count(outcome, resumed=resumed)
        self.failures.count(outcome, resumed=resumed)
        if self.distinct is not None and self.distinct.concerns(outcome):
            self.undecided[outcome.number] = outcome

    def _next_number(self) -> int:
        self.next = self._peek() + 1
        return self.next - 1

    def _peek(self) -> int:
        """The lowest number that was not begun in this sitting, nor finished in an earlier one."""
        number = self.next
        while number in self.finished:
            number += 1
        return number

    def _may_begin(self, working: int) -> bool:
        knobs = self.knobs
        if working >= knobs.concurrency or len(self.finished) + working >= knobs.attempts_allowed:
            return False
        was_begun = self._peek() < max(self.finished, default=0)
        return was_begun or self.accepted + working < self.wanted + knobs.speculative

    async def _enough(self) -> bool:
        """Whether the dialogues before the first unfinished number hold enough accepted ones."""
        while self.settled in self.finished and self.settled_accepted < self.wanted:
            await self._decide(self.settled)
            self.settled_accepted += self.finished[self.settled]
            self.settled += 1
        return self.settled_accepted >= self.wanted

    async def _decide(self, number: int) -> None:
        outcome = self.undecided.pop(number, None)
        if outcome is None or self.distinct is None:
            return
        decided = self.distinct.decide(outcome)
        if decided == outcome:
            return
        await self.store.replace_outcome(decided)
        self.accepted += (decided.status == "accepted") - (outcome.status == "accepted")
        self.finished[number] = decided.status == "accepted"
        self.progress.revise(outcome, decided)
        if decided.status != "accepted":
            self.failures.count(decided, resumed=True)

    def _exhausted(self) -> str:
        mended = "" if self.accepted else "Where that is mended, a"
        return (
            f"{self.accepted} of {self.wanted} dialogues were accepted in {len(self.finished)} attempts, the most that"
            f" run.max_attempts allows; {self.failures.told(self.folder)}."
            f" {mended or 'A'} higher --max-attempts goes on from here"
        )

    def _hopeless(self) -> str:
        return (
            f"none of {len(self.finished)} attempts was accepted, and all end in the same way;"
            f" {self.failures.told(self.folder)}. Mend this, and run the same command to go on; --set run.give_up_after=0"
            " goes on without"
        )
