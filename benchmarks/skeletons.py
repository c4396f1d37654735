"""Executed skeletons per second on one core, and how that grows with the number of tools: `python benchmarks/skeletons.py`.

builtin    the built-in domains
N tools    made-up worlds of ten tools each (list, get, change, ... of one thing), N tools in the pool
N in one   the same tools in a single world: one class with N methods

walk       candidates are sampled, a world is opened, and the calls of 2-5 sub-tasks of 1-6 steps are made
skeleton   the same, then rendered for a model that answers at once, parsed, checked, and put around the calls

Compare ratios, not times of different days.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any

import orjson

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.engines.base import Completion, Request
from toolace_mt.environments.base import OpenEnvironment
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.environments.methods import ToolFailure, methods_of
from toolace_mt.environments.objects import ObjectEnvironment
from toolace_mt.operations.base import World
from toolace_mt.stages.execute import initialize_executed
from toolace_mt.stages.scope import Scope
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Dialogue, EnvironmentRef, Tool, Usage
from toolace_mt.walks.walking import Walker

TOOLS_OF_A_THING = 10


class Store:
    """Keeps things of many kinds, each with an id."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def things(self, kind: str) -> dict[str, Any]:
        return self.kept.setdefault(kind, {f"{kind.upper()}-{n}04{n}": {"label": f"no {n}"} for n in range(6)})

    def one(self, kind: str, id_: str) -> dict[str, Any]:
        if id_ not in self.things(kind):
            raise ToolFailure(f"{kind} {id_} was not found.")
        return self.things(kind)[id_]


def methods_about(kind: str, group: str) -> dict[str, Callable[..., Any]]:
    """Ten methods about one kind of thing: one lists the ids, the others need one."""
    source = [
        f"def list_{kind}s(self) -> Rows: return {{'{kind}s': [{{'{kind}_id': i}} for i in self.things('{kind}')]}}",
        f"def get_{kind}({{self}}, {kind}_id: str) -> dict[str, str]: return dict(self.one('{kind}', {kind}_id))",
    ]
    source += [
        f"def {verb}_{kind}(self, {kind}_id: str, {verb}: str) -> dict[str, str]:\n"
        f"    self.one('{kind}', {kind}_id)['{verb}'] = {verb}\n"
        f"    return {{'{kind}_id': {kind}_id, '{verb}': {verb}}}"
        for verb in ("label", "move", "mark", "note", "rate", "share", "watch", "rename")
    ]
    scope: dict[str, Any] = {"Rows": dict[str, list[dict[str, str]]], "__name__": group}
    for text in source:
        exec(text.replace("{self}", "self"), scope)
    return {name: made for name, made in scope.items() if callable(made) and name.endswith((kind, f"{kind}s"))}


def made_up(count: int, in_one: bool) -> tuple[list[Tool], OpenEnvironment]:
    """`count` tools, in worlds of ten or in a single one, and what opens them."""
    syllables = ("bel", "dor", "fan", "gim", "hal", "jor", "kev", "lom", "mur", "nat")
    kinds = ["".join(parts) for parts in product(syllables, repeat=3)]
    kinds = kinds[: max(1, count // TOOLS_OF_A_THING)]
    classes: dict[str, type] = {}
    if in_one:
        methods = {name: m for kind in kinds for name, m in methods_about(kind, "one").items()}
        classes["one"] = type("One", (Store,), {**methods, "things": Store.things, "one": Store.one})
    else:
        classes = {kind: type(kind, (Store,), methods_about(kind, kind)) for kind in kinds}
    offers = {name: methods_of(cls, name) for name, cls in classes.items()}
    offers = {name: {n: m for n, m in offer.items() if n not in ("things", "one")} for name, offer in offers.items()}
    tools = [method.tool for offer in offers.values() for method in offer.values()]

    def open_environment(ref: EnvironmentRef) -> ObjectEnvironment:
        return ObjectEnvironment(ref.name, classes[ref.name], offers[ref.name])

    return tools, open_environment


class Instant:
    """A model that says at once what it has to."""

    async def complete(self, request: Request) -> Completion:
        shown = orjson.loads(request.messages[1].content.partition("\n\n")[0])
        answers = []
        for turn in (t for t in shown["dialogue"] if t.get("masked") and t["role"] == "user"):
            values = [*turn.get("must_state", ()), *(v["value"] for v in turn.get("must_convey", ()))]
            user = f"Please see to part {turn['subtask']}: {', '.join(map(str, values))}."
            plain = {"goal": f"See to part {turn['subtask']}.", "user": user, "reply": "All of it is done."}
            answers.append({"subtask": turn["subtask"], **plain})
        return Completion(text=orjson.dumps({"subtasks": answers}).decode(), usage=Usage(calls=1))


async def make(number: int, pool: ToolPool, open_environment: OpenEnvironment, *, words: bool) -> int:
    """One walk, or one whole skeleton; gives the number of its calls."""
    config = Config.model_validate({"run": {"skeleton": "executed"}})
    asker = Asker(Instant(), config.engine, f"{number:06d}", 0)
    rng = asker.rng("tools")
    tools = pool.with_producers(rng, pool.sample(rng, rng.randint(5, 10), 2), 10)
    ref = EnvironmentRef(name=tools[0].environment or "", seed=number)
    if not words:
        walker = Walker(partial(open_environment, ref), tools, rng, config.initialize.parallel)
        walked = [await walker.walk(rng.randint(1, 6), place) for place in range(rng.randint(2, 5))]
        return sum(len(step) for subtask in walked for step in subtask)
    world = World(ref, open_environment(ref).brief)
    scope = Scope(asker, config, open_environment, world)
    made = await initialize_executed(scope, Dialogue(id=asker.dialogue_id, tools=tools, environment=ref))
    return len(made.calls) if made else 0


def rate(
    pool: ToolPool, open_environment: OpenEnvironment, count: int, repeat: int, *, words: bool
) -> tuple[float, float]:
    """(dialogues, calls) per second: the medians of `repeat` runs over `count` dialogues."""

    async def all_of_them() -> int:
        return sum([await make(number, pool, open_environment, words=words) for number in range(count)])

    rates: list[tuple[float, float]] = []
    for _ in range(repeat):
        start = time.perf_counter()
        calls = asyncio.run(all_of_them())
        taken = time.perf_counter() - start
        rates.append((count / taken, calls / taken))
    return statistics.median(r[0] for r in rates), statistics.median(r[1] for r in rates)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="dialogues of one run")
    parser.add_argument("--repeat", type=int, default=3, help="the median of so many runs is shown")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    random.seed(0)
    print(f"{'pool':>12} {'index s':>8} {'walks/s':>8} {'calls/s':>8} {'skeletons/s':>12}")
    pools: list[tuple[str, Callable[[], tuple[Sequence[Tool], OpenEnvironment]]]] = [
        ("builtin", lambda: (builtin_tools(), open_builtin)),
        *((f"{size:,} tools", partial(made_up, size, False)) for size in options.sizes),
        *((f"{size:,} in one", partial(made_up, size, True)) for size in options.sizes),
    ]
    for name, load in pools:
        tools, open_environment = load()
        start = time.perf_counter()
        pool = ToolPool(tools)
        index = time.perf_counter() - start
        walks, calls = rate(pool, open_environment, options.count, options.repeat, words=False)
        skeletons, _ = rate(pool, open_environment, options.count, options.repeat, words=True)
        print(f"{name:>12} {index:8.2f} {walks:8.0f} {calls:8.0f} {skeletons:12.0f}", flush=True)


if __name__ == "__main__":
    main()
