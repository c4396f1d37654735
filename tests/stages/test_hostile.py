"""Whatever a model answers: an outcome, never a crash, and never a broken dialogue among the accepted ones."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import jsonschema
import pytest

from toolace_mt.config import Config
from toolace_mt.engines.base import Completion, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.exporters.messages import row
from toolace_mt.rules import check
from toolace_mt.stages.execution import replay
from toolace_mt.stages.recipe import Recipe
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Outcome, Tool

JUNK: list[Any] = [
    None,
    "",
    " ",
    [],
    {},
    True,
    -1,
    10**30,
    1e308,
    "<|im_end|>",
    "[MASK]",
    "\ud800",
    "\u0000",
    "Ünïcödé 漢字",
    "x" * 5000,
    ["a", None, {"b": []}],
    {"name": "rm_rf", "arguments": "{}"},
]


class Vandal:
    """The offline engine with some of its answers spoilt, each by its own seed."""

    def __init__(self, share: float) -> None:
        self.inner = OfflineEngine(open_builtin)
        self.share = share

    async def complete(self, request: Request) -> Completion:
        completion = await self.inner.complete(request)
        rng = random.Random(request.seed)
        if rng.random() > self.share:
            return completion
        return spoil(rng, completion)


def spoil(rng: random.Random, completion: Completion) -> Completion:
    text = completion.text
    way = rng.randrange(8)
    if way == 0:
        return completion.model_copy(update={"text": text[: rng.randrange(len(text) + 1)]})
    if way == 1:
        return completion.model_copy(update={"finish_reason": rng.choice(["length", "content_filter", "tool_calls"])})
    if way == 2:
        return completion.model_copy(update={"text": "", "refusal": "I cannot help with that."})
    if way == 3:
        cut = rng.randrange(len(text))
        return completion.model_copy(
            update={"text": text[:cut] + rng.choice(["\x00", '"', "}", "🙂", "\n\n"]) + text[cut:]}
        )
    if way == 4:  # half an emoji, as a model cut in the middle of one writes it
        return completion.model_copy(update={"text": text.replace('."', '\\ud83d."')})
    value = json.loads(text)
    for _ in range(rng.randint(1, 3)):
        damage(rng, value)
    return completion.model_copy(update={"text": json.dumps(value)})


def damage(rng: random.Random, value: Any) -> None:
    """Change one place inside a JSON value."""
    while isinstance(value, dict | list) and value:
        key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or rng.random() < 0.25:
            way = rng.randrange(3)
            if way == 0:
                value[key] = rng.choice(JUNK)
            elif way == 1:
                del value[key]
            elif isinstance(value, list):
                value.insert(key, inner)
            else:
                value[f"{key}_"] = value.pop(key)
            return
        value = inner


OWN = tuple(tool.model_copy(update={"environment": None}) for tool in builtin_tools("shop"))


@pytest.mark.parametrize("tools", [builtin_tools(None), OWN], ids=["tools that run", "tools that do not"])
@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_no_answer_breaks_anything(tools: tuple[Tool, ...], share: float) -> None:
    recipe = Recipe(Config(), Vandal(share), ToolPool(tools), lambda _: open_builtin)
    outcomes = [asyncio.run(recipe.make(number)) for number in range(12)]
    for outcome in outcomes:
        assert outcome.status in ("accepted", "rejected", "failed")
        assert outcome.status == "accepted" or outcome.findings
        # The recipe turns a crash of ours into this finding: no answer may bring it about.
        assert [f for f in outcome.findings if f.rule == "internal-error"] == []
        assert Outcome.model_validate_json(outcome.model_dump_json()) == outcome
        if outcome.status == "accepted":
            is_sound(outcome)
    if share == 0.1:
        assert any(outcome.status == "accepted" for outcome in outcomes)


def is_sound(outcome: Outcome) -> None:
    dialogue = outcome.dialogue
    assert dialogue is not None
    assert [f for f in check(dialogue) if f.severity == "error"] == []
    assert asyncio.run(replay(open_builtin, dialogue)).differences == ()
    schemas = {tool.name: tool.parameters for tool in dialogue.all_tools}
    for call in dialogue.calls:
        if not call.faulty:
            jsonschema.validate(call.arguments, schemas[call.name])
    json.dumps(row(outcome, dialogue)).encode()
