"""Attempts to estimate a run from: made here by the offline engine for nothing, or those of an earlier run.

An attempt is what its calls used and how long their longest chain takes, at the speed that is assumed of an endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from toolace_mt.config import Config
from toolace_mt.engines.base import Engine
from toolace_mt.engines.budgeted import cost
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.engines.pricing import PriceList, price_list
from toolace_mt.engines.stack import open_engine
from toolace_mt.errors import InputError
from toolace_mt.metrics.forecast import chain
from toolace_mt.runs.distinct import decided
from toolace_mt.runs.metered import Metered, MeteredCall, TextMeter
from toolace_mt.runs.outside import FOLDER, OutsideServers, outside_names
from toolace_mt.runs.recipes import recipe_for
from toolace_mt.runs.records import open_records
from toolace_mt.runs.serving.model import ServerProfile
from toolace_mt.runs.serving.tokens import TokenCounter
from toolace_mt.runs.sources import read_examples, read_tools
from toolace_mt.runs.spending import model_of
from toolace_mt.tools.execution import executable
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Outcome, Usage


class InSequence(NamedTuple):
    """Which shares of the calls of a dialogue, and of their seconds, lie on its longest chain."""

    calls: float = 1.0
    seconds: float = 1.0


_ONE_AFTER_ANOTHER = InSequence()


@dataclass(frozen=True)
class Attempt:
    """One dialogue. usage: of all its calls. busy: seconds of all calls together.

    seconds, depth: of the longest chain of calls in which each waits for the one before, and how many they are.
    """

    accepted: bool
    usage: Usage
    busy: float
    seconds: float
    depth: float

    def row(self) -> tuple[float, ...]:
        """Its figures in the order of `forecast.FIELDS`."""
        used = self.usage
        tokens = (used.prompt_tokens, used.cached_prompt_tokens, used.completion_tokens)
        return (used.calls, *tokens, used.usd, self.seconds)


@dataclass(frozen=True)
class Sample:
    """Attempts, and what is to be known about them: one sentence each."""

    attempts: tuple[Attempt, ...]
    notes: tuple[str, ...]

    @property
    def accepted(self) -> int:
        """How many were accepted."""
        return sum(attempt.accepted for attempt in self.attempts)

    @property
    def depth(self) -> float:
        """Calls on the longest chain of a dialogue, on average."""
        return sum(attempt.depth for attempt in self.attempts) / len(self.attempts)

    @property
    def in_sequence(self) -> InSequence:
        """What lies on the longest chains, as a share of all; 1 where there are no calls, or they take no time."""
        calls = sum(attempt.usage.calls for attempt in self.attempts)
        busy = sum(attempt.busy for attempt in self.attempts)
        seconds = sum(attempt.seconds for attempt in self.attempts)
        return InSequence(self.depth * len(self.attempts) / calls if calls else 1.0, seconds / busy if busy else 1.0)


async def sample_offline(config: Config, size: int, server: ServerProfile, answers: float = 1.0) -> Sample:
    """`size` dialogues of the configuration, written by the offline engine, one after another.

    Tokens are those of the texts that would be sent, cached as by a server like `server`; where no model is named, the
    offline engine's own count. answers: how many times as long a model's answers are taken to be. Nothing is asked of
    outside servers.
    Raises InputError for bad input.
    """
    loaded = executable(read_tools(config.tools.sources), config.tools)
    notes: list[str] = []
    if names := outside_names(loaded.tools):
        config = config.model_copy(update={"tools": config.tools.model_copy(update={"execute": False, "knows": None})})
        loaded = executable(loaded, config.tools)
        notes.append(f"tools of {', '.join(names)} are not run for an estimate: their results are written")
    meter = TextMeter(server, TokenCounter()) if config.engine.model else None
    if meter is not None:
        notes.append(f"tokens ({meter.tokens.name}) are those of the real requests, which the offline engine answered")
    numbers = range(size)
    accepted, metered = await _make(config, loaded, numbers, lambda engine: Metered(engine, meter))
    prices = price_list(config.engine, config.models)
    made = ([_longer(call, answers) for call in metered.calls[f"{number:06d}"]] for number in numbers)
    attempts = (_attempt(calls, ok, server, prices) for calls, ok in zip(made, accepted, strict=True))
    return Sample(tuple(attempts), tuple(notes))


async def _make(
    config: Config, loaded: LoadedTools, numbers: Sequence[int], meter: Callable[[Engine], Metered]
) -> tuple[list[bool], Metered]:
    """Make the dialogues of `numbers`; whether each is accepted, and the engine that metered their calls."""
    offline = config.engine.model_copy(update={"model": None, "base_url": None, "requests_per_minute": None})
    examples = read_examples(config.initialize.examples)
    outcomes: list[Outcome] = []
    async with AsyncExitStack() as at_the_end:
        folder = at_the_end.enter_context(TemporaryDirectory(prefix="toolace-mt-", ignore_cleanup_errors=True))
        servers = OutsideServers(config, loaded, Path(folder) / FOLDER)
        outside = await at_the_end.enter_async_context(servers)
        local = OfflineEngine(outside.repeatable)
        in_flight = max(64, config.verify.calls_at_once)
        engine = await at_the_end.enter_async_context(open_engine(offline, in_flight=in_flight, local=local))
        metered = meter(engine)
        recipe = recipe_for(config, metered, ToolPool(loaded.tools), outside.open_for, examples)
        for number in numbers:
            outcome = await recipe.make(number)
            outcomes.append(outcome)
            await outside.settle(outcome)
    return [outcome.status == "accepted" for outcome in decided(outcomes, config)], metered


def _longer(call: MeteredCall, factor: float) -> MeteredCall:
    tokens = round(call.usage.completion_tokens * factor)
    return call._replace(usage=call.usage.model_copy(update={"completion_tokens": tokens}))


def _attempt(calls: Sequence[MeteredCall], accepted: bool, server: ServerProfile, prices: PriceList) -> Attempt:
    waits = [(call.before, _seconds(server, call.usage)) for call in calls]
    usage = sum((_priced(call.usage, call.model, prices) for call in calls), Usage())
    depth = chain([(call.before, 1.0) for call in calls])
    return Attempt(accepted, usage, sum(seconds for _, seconds in waits), chain(waits), depth)


def _priced(usage: Usage, model: str, prices: PriceList) -> Usage:
    known = prices.get(model)
    return usage.model_copy(update={"usd": cost(usage, known) if known else 0.0})


def _seconds(server: ServerProfile, used: Usage) -> float:
    """What `used` takes at a server that is not full: one call, or several after another."""
    fresh = used.prompt_tokens - used.cached_prompt_tokens
    seconds = server.base * used.calls + server.prompt * fresh + server.output * used.completion_tokens
    return seconds / server.speed


def sample_run(
    folder: Path, config: Config, server: ServerProfile, in_sequence: InSequence = _ONE_AFTER_ANOTHER
) -> Sample:
    """The attempts of an earlier run, priced as `config` has it.

    in_sequence: what lies on the longest chain of its calls; the journal does not say.
    Raises InputError where there is no run, or it has finished no dialogue.
    """
    prices = price_list(config.engine, config.models)
    with open_records(folder) as records:
        used = records.usage_by_dialogue()
        ended = {outcome.id: outcome.status == "accepted" for outcome in decided(records.outcomes(), config)}
    attempts = [
        _recorded(used.get(name, {}), accepted, config, server, prices, in_sequence) for name, accepted in ended.items()
    ]
    if not attempts:
        raise _none_finished(folder)
    return Sample(tuple(attempts), ())


def count_finished(folder: Path) -> int:
    """The attempts of an earlier run. Raises InputError where there is no run, or it has finished no dialogue."""
    with open_records(folder) as records:
        finished = sum(records.counts().values())
    if not finished:
        raise _none_finished(folder)
    return finished


def _none_finished(folder: Path) -> InputError:
    return InputError(f"{folder}: the run has finished no dialogue yet, so there is nothing to estimate from")


def _recorded(
    by_operation: Mapping[str, Usage],
    accepted: bool,
    config: Config,
    server: ServerProfile,
    prices: PriceList,
    in_sequence: InSequence,
) -> Attempt:
    usage = _sum(_priced(used, model_of(config, operation), prices) for operation, used in by_operation.items())
    busy = _seconds(server, usage)
    return Attempt(accepted, usage, busy, busy * in_sequence.seconds, usage.calls * in_sequence.calls)


def _sum(usages: Iterable[Usage]) -> Usage:
    return sum(usages, Usage())
