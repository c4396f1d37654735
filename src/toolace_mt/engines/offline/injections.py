"""Complexity injection: three turns in place of one, by kind and sub-kind."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.grounding import mentions
from toolace_mt.engines.offline.acting import stage_at
from toolace_mt.engines.offline.books import frames
from toolace_mt.engines.offline.chat import decline, lacking, small_talk, unserved
from toolace_mt.engines.offline.composing import clauses
from toolace_mt.engines.offline.conversation import Brought, Context, Exchange
from toolace_mt.engines.offline.followups import follow_up
from toolace_mt.engines.offline.language import join_list
from toolace_mt.engines.offline.mistakes import SERVICE_FAILURES, error_content, mistakes, retry_remark
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Call, Scene, exchanges, steps_between, until_next_user
from toolace_mt.engines.offline.segments import quoted, say_value
from toolace_mt.engines.offline.speaking import bare_message, message
from toolace_mt.engines.offline.trajectories import style_of
from toolace_mt.types import JsonSchema

TurnJson = dict[str, Any]
_GREETING = re.compile(r"^(hi|hey|hello)\b", re.IGNORECASE)


def request_of(scene: Scene, index: int) -> tuple[list[Exchange], list[list[Exchange]]]:
    """The exchanges before turn `index`, and the steps that serve the request which the user makes there."""
    end = until_next_user(scene.turns, index)
    return exchanges(scene.turns, 0, index), steps_between(scene.turns, index + 1, end)


async def write_clarification(scene: Scene, planner: Planner) -> TurnJson:
    """The answer of `inject_clarification`."""
    plan = scene.context["injection"]
    withhold, index = plan["withhold"], int(plan["masked_turn"])
    value = withhold["value"]
    keep = [kept for kept in plan.get("values_to_keep", ()) if not mentions(str(kept), value)]
    rng = scene.rng("clarify")
    skill = scene.skills.get(withhold["tool"])
    answer = rng.choice(frames("short_answers" if _is_a_word(value) else "answers")).replace(
        "{v}", _as_answer(value, skill.tool.properties.get(withhold["parameter"], {}) if skill else {})
    )
    first = _without(scene, index, value, keep, vague=plan["sub_kind"] == "vague_value", rng=rng)
    if lost := [kept for kept in keep if not mentions(f"{first} {answer}", kept)]:
        first = f"{first} Please use {join_list([quoted(kept) for kept in lost])} for that."
    question = "Could you give me a little more detail?"
    for _ in range(6):
        asked = skill.wording.question(withhold["parameter"], rng) if skill else question
        if not mentions(asked, value) and "?" in asked:
            question = asked
            break
    return _turns(first, question, answer[:1].upper() + answer[1:])


def _as_answer(value: Any, schema: JsonSchema) -> str:
    """The value as people answer: a choice such as `not_as_described` in words, other texts as they are."""
    if not isinstance(value, str):
        return say_value(value)
    return value.replace("_", " ") if value in schema.get("enum", ()) else quoted(value)


def _is_a_word(value: Any) -> bool:
    """Whether "It's ..." does not fit: a choice such as `aisle`, or a bare number."""
    return isinstance(value, int | float) or (isinstance(value, str) and value.islower() and " " not in value)


def _without(scene: Scene, index: int, value: Any, keep: Sequence[str], *, vague: bool, rng: random.Random) -> str:
    """The request without `value`, which must not be recognizable in it."""
    before, wanted = request_of(scene, index)
    brought = Brought(tuple(keep))
    for attempt in range(6):
        context = Context(scene.skills, before=before, withheld=value, vague=vague and attempt < 4, brought=brought)
        text = message(clauses(wanted, context, rng), style_of(scene), rng, later=bool(before))
        if not mentions(text, value):
            return text
    parts = [
        part for pair in (pair for step in wanted for pair in step) for part in _bare_part(scene, pair, value, rng)
    ]
    if not parts:
        return "Could you help me with something?"
    return message(list(dict.fromkeys(parts)), style_of(scene), rng, later=bool(before))


def _bare_part(scene: Scene, exchange: Exchange, value: Any, rng: random.Random) -> list[str]:
    """One request: with its values, or just what is to be done where those would give `value` away."""
    skill = scene.skills.get(exchange[0].name)
    if skill is None:
        return []
    whole = clauses([[exchange]], Context(scene.skills, withheld=value), rng)
    return [text for text in [*whole, skill.wording.able] if not mentions(text, value)][:1]


async def write_tool_awareness(scene: Scene, planner: Planner) -> TurnJson:
    """The answer of `inject_tool_awareness`."""
    plan = scene.context["injection"]
    index, original = int(plan["masked_turn"]), str(plan["original"].get("content", ""))
    rng = scene.rng("aware")
    _, wanted = request_of(scene, index)
    if plan["sub_kind"] == "missing_tool":
        missing = scene.skills.get(plan["missing_tool"])
        able = missing.wording.able if missing else "do that"
        again = restated(scene, index, plan, rng, rng.choice(frames("now_you_can")))
        return _turns(original, lacking(able, rng), again)
    entry = unserved(scene, rng)
    first = _greeted(rng.choice(entry["user"]), original, rng)
    skill = scene.skills.get(wanted[0][0][0].name) if wanted else None
    able = skill.wording.able if skill else "help with what you asked for"
    return _turns(
        first, decline(entry["cannot"], able, rng), restated(scene, index, plan, rng, rng.choice(frames("never_mind")))
    )


def restated(scene: Scene, index: int, plan: TurnJson, rng: random.Random, transition: str) -> str:
    """The original request after a transition: said anew, or as it was where a value would be lost."""
    before, wanted = request_of(scene, index)
    keep = plan.get("values_to_keep", ())
    for _ in range(3):
        parts = clauses(wanted, Context(scene.skills, before=before, brought=Brought(tuple(keep))), rng)
        if not parts:
            break
        text = transition + bare_message(
            parts, style_of(scene), rng, inside=not transition.rstrip().endswith((".", "!"))
        )
        if all(mentions(text, kept) for kept in keep):
            return text
    original = str(plan["original"].get("content", ""))
    transition = re.sub(r",? so $", ".", transition)
    return f"{transition.strip().rstrip(',:')}{'' if transition.rstrip().endswith(('.', '!')) else '.'} {original}"


def _greeted(text: str, original: str, rng: random.Random) -> str:
    """The greeting goes to the front, where the original message had one."""
    return f"{rng.choice(frames('greetings'))} {text}" if _GREETING.match(original) else text


async def write_chat(scene: Scene, planner: Planner) -> TurnJson:
    """The answer of `inject_non_function_calling`."""
    plan = scene.context["injection"]
    index, original = int(plan["masked_turn"]), plan["original"]
    rng = scene.rng("chat")
    about = exchanges(scene.turns, 0, index)
    asked = follow_up(about, rng) if plan["sub_kind"] == "follow_up" else None
    said, answer = asked or small_talk(
        scene, "small_talk" if plan["sub_kind"] == "small_talk" else "general_question", rng
    )
    if original["role"] == "assistant":
        turns = [{"role": "assistant", "content": original["content"]}, {"role": "user", "content": said}]
        return {"turns": [*turns, {"role": "assistant", "content": answer}]}
    again = restated(scene, index, plan, rng, rng.choice(frames("transitions")))
    return _turns(_greeted(said, original["content"], rng), answer, again)


def _turns(user: str, assistant: str, again: str) -> TurnJson:
    return {
        "turns": [
            {"role": "user", "content": user},
            {"role": "assistant", "content": assistant},
            {"role": "user", "content": again},
        ]
    }


async def write_error(scene: Scene, planner: Planner) -> TurnJson:
    """The answer of `inject_error_simulation`."""
    plan = scene.context["injection"]
    calls = [Call(name=c["name"], arguments=c["arguments"]) for c in plan["original"]["tool_calls"]]
    rng = scene.rng("error")
    if plan["sub_kind"] == "wrong_argument":
        return await _wrong_argument(scene, planner, calls, int(plan["masked_turn"]), rng)
    text, what = rng.choice(SERVICE_FAILURES)
    return _failing(calls, calls, [(error_content(text), True) for _ in calls], retry_remark(what, rng))


async def _wrong_argument(
    scene: Scene, planner: Planner, calls: list[Call], index: int, rng: random.Random
) -> TurnJson:
    """A mistake in the first call that has arguments; where the tool runs, one that it really refuses."""
    stage = await stage_at(scene, planner.open_environment, scene.turns[:index])
    place = next((i for i, call in enumerate(calls) if call.arguments and call.name in scene.skills), None)
    for mistake in mistakes(scene.skills[calls[place].name], calls[place], rng) if place is not None else ():
        content: Any = error_content(mistake.error)
        if stage.runs(mistake.call.name):
            real = await stage.run(mistake.call)
            if not real.is_error:
                stage = await stage_at(scene, planner.open_environment, scene.turns[:index])
                continue
            content = real.content
        faulty = [mistake.call if i == place else call for i, call in enumerate(calls)]
        results = [
            (content if i == place else (await stage.run(call)).content, i == place) for i, call in enumerate(calls)
        ]
        return _failing(faulty, calls, results, mistake.remark)
    text, what = rng.choice(SERVICE_FAILURES)
    bare = [Call(name=call.name, arguments={}) for call in calls]
    return _failing(bare, calls, [(error_content(text), True) for _ in calls], retry_remark(what, rng))


def _failing(faulty: list[Call], calls: list[Call], results: Sequence[tuple[Any, bool]], remark: str) -> TurnJson:
    shown = [{"content": content, **({"is_error": True} if failed else {})} for content, failed in results]
    return {
        "turns": [
            {"role": "assistant", "tool_calls": [{"name": c.name, "arguments": c.arguments} for c in faulty]},
            {"role": "tool", "results": shown},
            {
                "role": "assistant",
                "content": remark,
                "tool_calls": [{"name": c.name, "arguments": c.arguments} for c in calls],
            },
        ]
    }
