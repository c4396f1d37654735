"""What repair is worth: the share of dialogues accepted with it and without it, and the calls spent on each accepted one.

    python benchmarks/repair.py [--count 40] [--rates 0.05 0.15 0.3]

Two tables. `damaged rows`: dialogues that were good, with faults put into each turn at the given rate (an invented id, a
missing argument, a tool that does not exist, a changed value in a reply, a leaked token), go through `refine`. `generated`:
dialogues from nothing, by the offline engine whose answers are spoilt at that rate in every operation that writes turns
(repairs among them), with one re-ask at most. The engine is the offline one throughout: the figures tell what the loop does,
not how well a model repairs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import time
from collections.abc import Callable
from typing import Any

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.dialogue.edits import splice
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.base import Completion, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.operations.base import World
from toolace_mt.stages.recipe import Recipe
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.work import Work, refine_and_verify, see_through
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Action, Dialogue, Outcome, Turn

_WRITING = ("trajectory_initialization", "mask_fill", "repair", "inject_")
_DIGITS = re.compile(r"\d+")


class Spoilt:
    """The offline engine; each turn that it writes is spoilt with the chance `rate`, by the seed of the request."""

    def __init__(self, rate: float) -> None:
        self._inner = OfflineEngine(open_builtin)
        self._rate = rate

    async def complete(self, request: Request) -> Completion:
        completion = await self._inner.complete(request)
        if not request.operation.startswith(_WRITING):
            return completion
        rng = random.Random(request.seed)
        answer = json.loads(completion.text)
        for turn in (*answer.get("turns", ()), *answer.get("fills", ())):
            if rng.random() < self._rate:
                spoil(rng, turn)
        return completion.model_copy(update={"text": json.dumps(answer)})


def spoil(rng: random.Random, turn: dict[str, Any]) -> None:
    """One fault in a turn as a model writes it."""
    if turn.get("tool_calls"):
        call = turn["tool_calls"][0]
        call["name"], call["arguments"] = spoilt_call(rng, call["name"], call["arguments"])
    elif turn.get("role") == "assistant":
        turn["content"] = spoilt_text(rng, turn.get("content", ""))


def spoilt_call(rng: random.Random, name: str, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A tool that does not exist, an invented id, or a missing argument."""
    ids = [key for key, value in arguments.items() if key.endswith("_id") and isinstance(value, str)]
    ways = ["name", *(["id"] if ids else []), *(["missing"] if arguments else [])]
    way = rng.choice(ways)
    if way == "name":
        return f"{name}_v2", arguments
    if way == "id":
        return name, {**arguments, rng.choice(ids): f"ZX-{rng.randrange(10**5, 10**6)}"}
    lost = rng.choice(list(arguments))
    return name, {key: value for key, value in arguments.items() if key != lost}


def spoilt_text(rng: random.Random, text: str) -> str:
    """Another figure, or a token that leaked."""
    if _DIGITS.search(text) and rng.random() < 0.7:
        return _DIGITS.sub(lambda found: str(int(found[0]) + 137), text, count=1)
    return f"{text}<|im_end|>"


def damage(rng: random.Random, dialogue: Dialogue, rate: float) -> Dialogue:
    """`dialogue` with a fault in each turn of the assistant with the chance `rate`."""
    for index, turn in enumerate(dialogue.turns):
        if isinstance(turn, Action) and not turn.is_faulty and rng.random() < rate:
            dialogue = splice(dialogue, index, 1, [damaged(rng, turn)])
    return dialogue


def damaged(rng: random.Random, turn: Action) -> Turn:
    if kind_of(turn) == "reply":
        return turn.model_copy(update={"text": spoilt_text(rng, turn.text)})
    call = turn.calls[0]
    name, arguments = spoilt_call(rng, call.name, call.arguments)
    return turn.model_copy(
        update={"calls": (call.model_copy(update={"name": name, "arguments": arguments}), *turn.calls[1:])}
    )


async def refine_rows(good: list[Dialogue], rate: float, config: Config) -> list[Outcome]:
    """The outcomes of damaged copies of `good`."""
    outcomes: list[Outcome] = []
    for number, dialogue in enumerate(good):
        work = Work(number, damage(random.Random(number), dialogue, rate), "recorded")
        asker = Asker(Spoilt(rate), config.engine, dialogue.id, 0)
        ref = dialogue.environment
        world = World(ref, open_builtin(ref).brief) if ref else None
        scope = Scope(asker, config, open_builtin, world)
        outcomes.append(await see_through(work, asker, lambda scope=scope, work=work: refine_and_verify(scope, work)))
    return outcomes


async def generate(count: int, rate: float, config: Config) -> list[Outcome]:
    """The outcomes of `count` dialogues made from nothing."""
    recipe = Recipe(config, Spoilt(rate), ToolPool(builtin_tools(None)), lambda _: open_builtin)
    return [await recipe.make(number) for number in range(count)]


def settings(*, repair: bool, refine: bool) -> Config:
    """With repair or without; one re-ask at most."""
    return Config.model_validate(
        {"repair": {"enabled": repair}, "refine": {"enabled": refine}, "engine": {"reasks": 1}}
    )


def show(title: str, rates: list[float], make: Callable[[float, bool], list[Outcome]]) -> None:
    """One table: a line for each rate."""
    print(f"\n{title}")
    print(
        f"{'fault rate':>10} {'accepted':>9} {'with repair':>12} {'calls each':>11} {'with repair':>12} {'seconds':>8}"
    )
    for rate in rates:
        begun = time.perf_counter()
        without, repaired = make(rate, False), make(rate, True)
        taken = time.perf_counter() - begun
        shares = [sum(o.status == "accepted" for o in outcomes) for outcomes in (without, repaired)]
        calls = [sum(o.usage.calls for o in outcomes) for outcomes in (without, repaired)]
        each = [f"{spent / share:.1f}" if share else "-" for spent, share in zip(calls, shares, strict=True)]
        print(
            f"{rate:>10.0%} {shares[0] / len(without):>9.0%} {shares[1] / len(repaired):>12.0%} {each[0]:>11}"
            f" {each[1]:>12} {taken:>8.1f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40, help="dialogues for each figure")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.05, 0.15, 0.3], help="chance of a fault by turn")
    options = parser.parse_args()
    made = asyncio.run(generate(options.count, 0.0, Config()))
    good = [o.dialogue for o in made if o.status == "accepted" and o.dialogue is not None]
    show(
        "damaged rows",
        options.rates,
        lambda rate, repair: asyncio.run(refine_rows(good, rate, settings(repair=repair, refine=False))),
    )
    show(
        "generated",
        options.rates,
        lambda rate, repair: asyncio.run(generate(options.count, rate, settings(repair=repair, refine=True))),
    )


if __name__ == "__main__":
    main()
