"""A masked turn of calls: their arguments from the plan, from what was said, and from the results that follow."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from toolace_mt.dialogue.grounding import mentions, squeeze
from toolace_mt.engines.offline.acting import Stage, stage_at, values_in
from toolace_mt.engines.offline.choosing import enum_of
from toolace_mt.engines.offline.mistakes import failure_said, mistakes, retry_remark
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Call, Result, Scene, exchanges
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.schema.validate import argument_problems
from toolace_mt.values.making import make_value

_MOST_CANDIDATES = 48


async def fill_calls(scene: Scene, planner: Planner, index: int) -> dict[str, Any]:
    """The calls of the masked turn `index`: such that they give the results that follow, as far as that can be told."""
    names = scene.turns[index].names
    following = scene.turns[index + 1].results if index + 1 < len(scene.turns) else ()
    previous = scene.turns[index - 1] if index else None
    planned = await _planned(scene, planner)
    calls: list[Call] = []
    for place, name in enumerate(names):
        result = following[place] if place < len(following) else None
        calls.append(await _one(scene, planner, index, name, result, planned))
    shown: dict[str, Any] = {
        "role": "assistant",
        "tool_calls": [{"name": c.name, "arguments": c.arguments} for c in calls],
    }
    if previous is not None and previous.kind == "results" and previous.failed:
        shown["content"] = _remark(scene, index, calls)
    return shown


async def _planned(scene: Scene, planner: Planner) -> list[tuple[Call, Result]]:
    plan = await planner.find(scene) if scene.task else None
    return [pair for each in plan or () for step in each.steps for pair in step]


async def _one(
    scene: Scene,
    planner: Planner,
    index: int,
    name: str,
    result: Result | None,
    planned: Sequence[tuple[Call, Result]],
) -> Call:
    skill = scene.skills.get(name)
    if skill is None:
        return Call(name=name, arguments={})
    if result is not None and result.is_error:
        stage = await stage_at(scene, planner.open_environment, scene.turns[:index])
        return await _faulty(scene, stage, index, skill, result)
    done = {call.key for call, _ in exchanges(scene.turns, 0, index)}
    for call, given in planned:
        if call.name == name and result is not None and given.content == result.content and call.key not in done:
            return call
    stage = await stage_at(scene, planner.open_environment, scene.turns[:index])
    best: Call | None = None
    for arguments in islice(_candidates(scene, index, skill, result), _MOST_CANDIDATES):
        call = Call(name=name, arguments=arguments)
        if argument_problems(skill.tool, arguments):
            continue
        best = best or call
        if result is None or not stage.runs(name):
            break
        real = await stage.run(call)
        if real.content == result.content:
            return call
        if not real.is_error and skill.wording.kind == "act":  # else the world is as it was
            stage = await stage_at(scene, planner.open_environment, scene.turns[:index])
    return best or Call(name=name, arguments=_invented(scene, index, skill))


async def _faulty(scene: Scene, stage: Stage, index: int, skill: Skill, result: Result) -> Call:
    """The call that failed: the one made after it, or that with the mistake which the error speaks of."""
    after = scene.turns[index + 2].calls if index + 2 < len(scene.turns) else ()
    right = next((call for call in after if call.name == skill.name), None)
    if right is None:
        return Call(name=skill.name, arguments=_invented(scene, index, skill))
    for mistake in mistakes(skill, right, random.Random(0)):
        if stage.runs(skill.name):
            real = await stage.run(mistake.call)
            if real.is_error and real.content == result.content:
                return mistake.call
        elif isinstance(result.content, dict) and result.content.get("error") == mistake.error:
            return mistake.call
    return right


def _candidates(scene: Scene, index: int, skill: Skill, result: Result | None) -> Iterator[dict[str, Any]]:
    """Arguments, the likeliest first: required ones in all combinations of their values, optional ones where said."""
    names = list(skill.tool.required)
    user = _user_text(scene, index)
    options = [_values(scene, index, skill, name, result, user) for name in names]
    extra: dict[str, Any] = {}
    for name in skill.tool.properties:
        if name not in names and (found := _stated_option(scene, skill, name, result, user)) is not None:
            extra[name] = found
    filled = [
        o or [make_value(n, skill.tool.properties.get(n) or {}, random.Random(n), skill.owner)]
        for n, o in zip(names, options, strict=True)
    ]
    for combination in product(*filled):
        arguments = dict(zip(names, combination, strict=True))
        yield {**arguments, **extra}
        if extra:
            yield arguments


def _user_text(scene: Scene, index: int) -> str:
    """What the user said last, with the message before it, which a clarification completes."""
    said = [f"{t.text} {' '.join(map(str, t.must_state))}" for t in scene.turns[:index] if t.kind == "user"]
    return " ".join(said[-3:])


def _values(scene: Scene, index: int, skill: Skill, name: str, result: Result | None, user: str) -> list[Any]:
    """Values that a parameter may have had, the likeliest first."""
    schema = skill.tool.properties.get(name) or {}
    echoed = [v for p, v in values_in(result.content) if p.rsplit(".", 1)[-1] == name] if result else []
    knows: dict[str, list[Any]] = scene.brief.get("knows") or {}
    known = [*knows.get(f"{skill.name}.{name}", ()), *knows.get(name, ())]
    enum = enum_of(schema)
    earlier = list(exchanges(scene.turns, 0, index))
    calls = [c.arguments[name] for c, _ in reversed(earlier) if name in c.arguments]
    thing = skill.needs.get(name, "")
    found = [
        v
        for _, r in reversed(earlier)
        if r
        for p, v in values_in(r.content)
        if p.rsplit(".", 1)[-1] in (name, thing.replace(" ", "_"))
    ]
    written = _from_text(user, schema)
    said = [v for v in [*known, *enum, *calls, *found] if mentions(user, v)]
    fit = [
        v for v in [*echoed, *said, *written, *found, *calls, *enum, *known] if not argument_problems_of(skill, name, v)
    ]
    return list({repr(v): v for v in fit}.values())[:6]


def _from_text(user: str, schema: dict[str, Any]) -> list[Any]:
    """Values that stand in a message: numbers, text in quotation marks, words that look like values."""
    kind = schema.get("type")
    if kind in ("integer", "number"):
        found = re.findall(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])", user)
        return [int(n) if "." not in n else float(n) for n in reversed(found)]
    if kind == "array":
        return []
    quotes = re.findall(r'"([^"]+)"', user)
    names = re.findall(r"(?:[A-Z0-9#@$][\w'.@#$:/-]*)(?:,? [A-Z][\w'.-]*)*", user)
    dates = re.findall(r"\d{4}-\d\d-\d\d", user)
    return [*quotes, *dates, *(n.rstrip(".,?!") for n in names[1:])]


def argument_problems_of(skill: Skill, name: str, value: Any) -> bool:
    """Whether `value` breaks the schema of one parameter."""
    schema = skill.tool.properties.get(name) or {}
    alone = skill.tool.model_copy(update={"parameters": {"type": "object", "properties": {name: schema}}})
    return bool(argument_problems(alone, {name: value}))


def _stated_option(scene: Scene, skill: Skill, name: str, result: Result | None, user: str) -> Any:
    schema = skill.tool.properties[name]
    enum = enum_of(schema)
    knows: dict[str, list[Any]] = scene.brief.get("knows") or {}
    echoed = [v for p, v in values_in(result.content) if p.rsplit(".", 1)[-1] == name] if result else []
    options = [*enum, *knows.get(f"{skill.name}.{name}", ()), *knows.get(name, ()), *echoed]
    return next((v for v in options if mentions(user, v) and squeeze(str(v))), None)


def _invented(scene: Scene, index: int, skill: Skill) -> dict[str, Any]:
    rng = scene.rng("invented", index)
    return {n: make_value(n, skill.tool.properties.get(n) or {}, rng, skill.owner) for n in skill.tool.required}


def _remark(scene: Scene, index: int, calls: Sequence[Call]) -> str:
    """What the assistant says when it calls again: what went wrong, from the call that failed and its error."""
    rng = scene.rng("remark", index)
    failed = scene.turns[index - 2].calls if index >= 2 else ()
    errors = [r.content.get("error", "") for r in scene.turns[index - 1].results if isinstance(r.content, dict)]
    for call in calls:
        skill = scene.skills.get(call.name)
        for mistake in mistakes(skill, call, rng) if skill else ():
            if any(mistake.call.key == other.key for other in failed):
                return mistake.remark
    return retry_remark(failure_said(str(errors[0]) if errors else ""), rng)
