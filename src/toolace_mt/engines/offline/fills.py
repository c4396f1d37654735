"""Mask-fill: each masked turn written anew from what stands around it."""

from __future__ import annotations

import random
from typing import Any

from toolace_mt.dialogue.grounding import mentions
from toolace_mt.engines.offline.acting import stage_at
from toolace_mt.engines.offline.chat import decline, known_exchange, known_unserved, lacking, pick
from toolace_mt.engines.offline.composing import clauses
from toolace_mt.engines.offline.conversation import Brought, Context, Exchange
from toolace_mt.engines.offline.fill_calls import fill_calls
from toolace_mt.engines.offline.followups import answer_to, follow_up
from toolace_mt.engines.offline.language import capital, join_list
from toolace_mt.engines.offline.mistakes import SERVICE_FAILURES, error_content, failure_said, mistakes
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Call, Result, Scene, Turn, exchanges, steps_between, until_next_user
from toolace_mt.engines.offline.replying import reply
from toolace_mt.engines.offline.segments import quoted, say_value
from toolace_mt.engines.offline.speaking import bare_message, message
from toolace_mt.engines.offline.trajectories import opener_of, style_of

Fill = dict[str, Any]
# Calls first: what the user must have said follows from them, and replies follow from results.
_ORDER = {"calls": 0, "results": 1, "user": 2, "reply": 3}


async def write_fills(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `mask_fill`. What one fill says, the next ones know."""
    fills: list[Fill] = []
    turns = list(scene.turns)
    masked = [int(i) for i in scene.context["masked_turns"]]
    for index in sorted(masked, key=lambda i: (_ORDER[turns[i].kind], i)):
        now = scene.with_turns(turns)
        filled = await _fill(now, planner, index)
        fills.append({"turn": index, **filled})
        turns[index] = _as_turn(turns[index], filled)
    return {"fills": sorted(fills, key=lambda fill: fill["turn"])}


def _as_turn(masked: Turn, fill: Fill) -> Turn:
    return Turn(
        index=masked.index,
        kind=masked.kind,
        text=fill.get("content", ""),
        calls=tuple(Call(**call) for call in fill.get("tool_calls", ())),
        results=tuple(
            Result(name=name, content=result["content"], is_error=result.get("is_error", False))
            for name, result in zip(masked.names, fill.get("results", ()), strict=False)
        ),
        names=masked.names,
    )


async def _fill(scene: Scene, planner: Planner, index: int) -> Fill:
    rng = scene.rng("fill", index)
    match scene.turns[index].kind:
        case "user":
            return {"role": "user", "content": _user(scene, index, rng)}
        case "reply":
            return {"role": "assistant", "content": _reply(scene, index, rng)}
        case "calls":
            return await fill_calls(scene, planner, index)
        case "results":
            return {"role": "tool", "results": await _results(scene, planner, index, rng)}


def _at(scene: Scene, index: int) -> Turn | None:
    return scene.turns[index] if 0 <= index < len(scene.turns) else None


def _user(scene: Scene, index: int, rng: random.Random) -> str:
    after = _at(scene, index + 1)
    if after is not None and after.kind == "reply":
        return _user_before_reply(scene, index, after, rng)
    wanted, must = _served(scene, index), scene.turns[index].must_state
    previous, asked = _at(scene, index - 1), _at(scene, index - 2)
    in_words = previous is not None and previous.kind == "reply" and asked is not None and asked.kind == "user"
    values = [v for step in wanted for call, _ in step for v in call.arguments.values() if isinstance(v, str)]
    answers = in_words and previous is not None and "?" in previous.text
    if answers and asked is not None and must and any(mentions(asked.text, v) for v in values):
        return f"{capital(join_list([quoted(v) if isinstance(v, str) else say_value(v) for v in must]))}."
    text = ""
    for _ in range(3):
        text = _request(scene, index, wanted, rng, bare=in_words)
        if all(mentions(text, value) for value in must):
            return text
    lost = [quoted(v) if isinstance(v, str) else say_value(v) for v in must if not mentions(text, v)]
    return f"{text} Please use {join_list(lost)} for that."


def _request(scene: Scene, index: int, wanted: list[list[Exchange]], rng: random.Random, *, bare: bool) -> str:
    brought = Brought.of(scene.turns[index])
    parts = clauses(wanted, Context(scene.skills, before=exchanges(scene.turns, 0, index), brought=brought), rng)
    if not parts:
        return "Could you go ahead with that, please?"
    if bare:
        return bare_message(parts, style_of(scene), rng, inside=False)
    opener = opener_of(scene, [call.name for step in wanted for call, _ in step], later=index > 0)
    return message(parts, style_of(scene), rng, later=index > 0, opener=opener)


def _served(scene: Scene, index: int) -> list[list[Exchange]]:
    """The steps that serve the message at `index`: up to the next user message; a corrected call counts once."""
    return steps_between(scene.turns, index + 1, until_next_user(scene.turns, index))


def _user_before_reply(scene: Scene, index: int, after: Turn, rng: random.Random) -> str:
    """A message that is answered in words: small talk, a request that cannot be served, or one with something missing."""
    if entry := known_exchange(after.text, "reply"):
        return rng.choice(entry["user"])
    if entry := known_unserved(after.text):
        return rng.choice(entry["user"])
    answer = _at(scene, index + 2)
    if answer is None or answer.kind != "user":
        asked = follow_up(exchanges(scene.turns, 0, index), rng)
        return asked[0] if asked else "Could you tell me a bit more about that?"
    before = exchanges(scene.turns, 0, index)
    wanted = _served(scene, index + 2)
    if "?" in after.text:
        used = [v for step in wanted for c, _ in step for v in c.arguments.values()]
        withheld = next((v for v in used if mentions(answer.text, v)), None)
        parts = clauses(wanted, Context(scene.skills, before=before, withheld=withheld), rng)
    else:
        parts = clauses(wanted, Context(scene.skills, before=before), rng)
    return message(parts, style_of(scene), rng, later=index > 0) if parts else "Could you help me with something?"


def _reply(scene: Scene, index: int, rng: random.Random) -> str:
    previous = _at(scene, index - 1)
    if previous is not None and previous.kind == "results":
        start = max((i for i in range(index) if scene.turns[i].kind == "user"), default=0)
        pairs = [(c, r) for c, r in exchanges(scene.turns, start, index) if r is not None]
        return reply(scene.skills, pairs, rng)
    asked = previous.text if previous is not None else ""
    if entry := known_exchange(asked, "user"):
        return rng.choice(entry["reply"])
    following = _at(scene, index + 1)
    wanted = _served(scene, index + 1) if following is not None and following.kind == "user" else []
    first = scene.skills.get(wanted[0][0][0].name) if wanted else None
    able = first.wording.able if first else "help with that"
    if entry := known_unserved(asked):
        return decline(entry["cannot"], able, rng)
    if answer := answer_to(asked, exchanges(scene.turns, 0, index), rng):
        return answer
    if following is not None and following.added:
        added = scene.skills.get(following.added[0])
        return lacking(added.wording.able if added else able, rng)
    for call, _ in (pair for step in wanted for pair in step):
        for name, value in call.arguments.items():
            if following is not None and mentions(following.text, value) and not mentions(asked, value):
                skill = scene.skills.get(call.name)
                return skill.wording.question(name, rng) if skill else "Could you give me that detail?"
    return pick(("Sure, happy to help. What exactly do you need?", "Of course. Could you tell me a bit more?"), "", rng)


async def _results(scene: Scene, planner: Planner, index: int, rng: random.Random) -> list[Fill]:
    """What the calls before really give; an error, where the next turn tries again."""
    calls, following = scene.turns[index - 1].calls, _at(scene, index + 1)
    stage = await stage_at(scene, planner.open_environment, scene.turns[: index - 1])
    again = following.calls if following is not None and following.kind == "calls" and following.text else ()
    results: list[Fill] = []
    for place, call in enumerate(calls):
        retried = again[place] if place < len(again) and again[place].name == call.name else None
        results.append(await _one_result(scene, stage, call, retried, following, rng))
    return results


async def _one_result(
    scene: Scene, stage: Any, call: Call, retried: Call | None, following: Turn | None, rng: random.Random
) -> Fill:
    if retried is not None and retried == call:
        said = following.text if following is not None else ""
        text = next((t for t, what in SERVICE_FAILURES if failure_said(t) in said and what), SERVICE_FAILURES[0][0])
        return {"content": error_content(text), "is_error": True}
    if retried is not None and not stage.runs(call.name) and call.name in scene.skills:
        known = {m.call.key: m.error for m in mistakes(scene.skills[call.name], retried, rng)}
        return {"content": error_content(known.get(call.key, "Invalid arguments.")), "is_error": True}
    result = await stage.run(call)
    return {"content": result.content, **({"is_error": True} if result.is_error else {})}
