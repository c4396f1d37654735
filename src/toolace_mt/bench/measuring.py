"""The bench: every method makes the same numbered dialogues on three clocks, and what that took is set side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from toolace_mt.bench.answers import Answers
from toolace_mt.bench.clocks import MakingOf, Pass, served_pass, unit_pass
from toolace_mt.bench.report import Figures, figures_of, ratios, statistics_at_equal_size
from toolace_mt.bench.slips import Slipping
from toolace_mt.config import Config, Prices
from toolace_mt.engines.dialect import Structure
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.metrics.entailment import Entails
from toolace_mt.runs.local import check_names
from toolace_mt.runs.recipes import recipe_for
from toolace_mt.runs.serving.model import HOSTED, VLLM, ServerProfile
from toolace_mt.runs.serving.tokens import TokenCounter
from toolace_mt.runs.sources import opener_of, read_examples, read_tools
from toolace_mt.runs.workers import worker_pool
from toolace_mt.tools.execution import executable
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Outcome

_AT_ONCE_ON_UNIT_CLOCK = 64


@dataclass(frozen=True, slots=True)
class Regime:
    """A server, how many dialogues are in work on it at one time, and how it is asked for the form of answers."""

    server: ServerProfile
    at_once: int
    structure: Structure = "json_schema"


FEW = Regime(HOSTED, at_once=4, structure="json_object")
"""A few dialogues at a time on a hosted API: what counts is how long one dialogue takes.

A schema would come before all messages there, so that operations of a dialogue would share no cached prefix."""


def saturated(capacity: int) -> Regime:
    """Twice as many dialogues as answers that the vLLM server writes at full speed: what counts is its throughput."""
    return Regime(replace(VLLM, saturation=capacity), at_once=2 * capacity)


@dataclass(frozen=True, slots=True)
class Measured:
    """One method's figures, its outcomes by number, and its calls on the unit clock and on both servers."""

    figures: Figures
    outcomes: Sequence[Outcome]
    unit: Pass
    few: Pass
    saturated: Pass


def _say_nothing(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Bench:
    """How is measured. prices: of the model whose dollars are counted. say: told what is going on."""

    few: Regime
    saturated: Regime
    slips: float = 0.0
    prices: Prices | None = None
    say: Callable[[str], object] = _say_nothing

    def measure(self, name: str, config: Config) -> Measured:
        """Make `config.run.count` dialogues on each of three simulated clocks. Raises InputError, RunStopped."""
        making_of, engine = _prepare(config)
        hosted, own = structure_of(config, self.few), structure_of(config, self.saturated)
        answers = Answers(Slipping(engine, self.slips), TokenCounter(), hosted, own)
        count = config.run.count
        self.say(f"{name}: {count} dialogues, counting calls")
        unit = unit_pass(making_of, answers, count, _AT_ONCE_ON_UNIT_CLOCK)
        self.say(f"{name}: few dialogues at a time")
        few = served_pass(making_of, answers, self.few.server, count, self.few.at_once)
        self.say(f"{name}: on a saturated server")
        full = served_pass(making_of, answers, self.saturated.server, count, self.saturated.at_once)
        figures = figures_of(unit, few, full, self.prices)
        figures["same_on_every_clock"] &= not answers.differing
        return Measured(figures, unit.outcomes, unit, few, full)

    def measure_all(self, configs: Mapping[str, Config], jobs: int) -> dict[str, Measured]:
        """Measure every method of `configs`, `jobs` of them at one time in processes of their own. Raises as `measure`."""
        if min(jobs, len(configs)) <= 1:
            return {name: self.measure(name, config) for name, config in configs.items()}
        return dict(zip(configs, self._in_processes(configs, jobs), strict=True))

    def _in_processes(self, configs: Mapping[str, Config], jobs: int) -> Iterator[Measured]:
        quiet = replace(self, say=_say_nothing)  # what shows progress stays in this process
        with worker_pool(jobs) as pool:
            under_way = [pool.submit(quiet.measure, name, config) for name, config in configs.items()]
            try:
                for number, (name, method) in enumerate(zip(configs, under_way, strict=True), 1):
                    self.say(f"{name}: method {number} of {len(configs)}, {jobs} at one time")
                    yield method.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def report(
        self, measured: Mapping[str, Measured], settings: Mapping[str, Any], entails: Entails | None = None
    ) -> Figures:
        """All figures as one JSON object. settings: what else a reader has to know. entails: asked for entailment ratios."""
        methods = {name: dict(of_one.figures) for name, of_one in measured.items()}
        outcomes = {name: of_one.outcomes for name, of_one in measured.items()}
        for name, found in statistics_at_equal_size(outcomes, entails).items():
            methods[name]["statistics"] = found
        return {
            "methods": methods,
            "ratios": ratios(methods),
            "settings": {
                **settings,
                "slips": self.slips,
                "token_counts": TokenCounter().name,
                "prices": self.prices.model_dump() if self.prices else None,
                "few": asdict(self.few),
                "saturated": asdict(self.saturated),
            },
        }


def _prepare(config: Config) -> tuple[MakingOf, OfflineEngine]:
    """What makes a recipe of an engine, and the engine that writes."""
    check_names(config)
    tools = executable(read_tools(config.tools.sources), config.tools).tools
    examples = read_examples(config.initialize.examples)
    pool, open_environment = ToolPool(tools), opener_of(tools)
    return (
        lambda engine: recipe_for(config, engine, pool, lambda _: open_environment, examples),
        OfflineEngine(open_environment),
    )


def structure_of(config: Config, regime: Regime) -> Structure:
    """How the form of answers is asked for: as suits the server of `regime` best, where the configuration does not say."""
    wanted = config.engine.structured_output
    return regime.structure if wanted == "auto" else wanted
