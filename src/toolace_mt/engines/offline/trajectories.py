"""Trajectory initialization: the turns of one sub-task, from its plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.engines.offline.composing import clauses
from toolace_mt.engines.offline.conversation import Context, Exchange
from toolace_mt.engines.offline.phrases import DomainWording
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Scene, exchanges
from toolace_mt.engines.offline.replying import reply
from toolace_mt.engines.offline.speaking import STYLES, Style, message
from toolace_mt.engines.offline.voices import TONES, named_style
from toolace_mt.engines.offline.walking import Step


def style_of(scene: Scene) -> Style:
    """How the user of this dialogue writes."""
    return TONES.get(named_style(scene)) or scene.dialogue_rng("style").choice(STYLES)


def opener_of(scene: Scene, names: list[str], *, later: bool) -> str:
    """A sentence that says what the occasion is, for the first message of some dialogues."""
    rng = scene.rng("opener")
    skill = scene.skills.get(names[0]) if names else None
    if later or style_of(scene) == "terse" or skill is None or not isinstance(skill.wording, DomainWording):
        return ""
    greeting = "Hi! " if style_of(scene) == "chatty" else ""
    return greeting + rng.choice(skill.wording.book["openers"]) if rng.random() < 0.6 else ""


async def write_trajectory(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `trajectory_initialization`."""
    number = int(scene.context["subtask_to_write"])
    plan = await planner.find(scene)
    steps: list[Step] = plan[number].steps if plan else await planner.improvise(scene, number)
    return {"turns": tell(scene, steps, exchanges(scene.turns, 0), later=bool(scene.turns))}


async def write_subtrajectory(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `subtrajectory_initialization`: what came before is known from the plan alone."""
    number = int(scene.context["subtask_to_write"])
    plan = await planner.find(scene)
    steps: list[Step] = plan[number].steps if plan else await planner.improvise(scene, number)
    before = [pair for each in plan[:number] for step in each.steps for pair in step] if plan else []
    return {"turns": tell(scene, steps, before, later=number > 0)}


def tell(scene: Scene, steps: list[Step], before: Sequence[Exchange], *, later: bool) -> list[dict[str, Any]]:
    """User message, calls and results step by step, reply."""
    flat = [pair for step in steps for pair in step]
    rng = scene.rng("tell")
    context = Context(scene.skills, before=before)
    parts = clauses(steps, context, rng)
    opener = opener_of(scene, [call.name for call, _ in flat], later=later)
    turns: list[dict[str, Any]] = [
        {"role": "user", "content": message(parts, style_of(scene), rng, later=later, opener=opener)}
    ]
    for step in steps:
        turns.append({"role": "assistant", "tool_calls": [{"name": c.name, "arguments": c.arguments} for c, _ in step]})
        turns.append({"role": "tool", "results": [{"content": result.content} for _, result in step]})
    turns.append({"role": "assistant", "content": reply(scene.skills, flat, rng)})
    return turns
