"""Damage to the order and pairing of messages, and to the form of calls. Each function is a kind; see `kinds`."""

from __future__ import annotations

import random
import re
from typing import Any

from toolace_mt.corruption.damage import Damage, shuffled, with_function, with_message
from toolace_mt.corruption.transcript import Call, Step, Transcript
from toolace_mt.dialogue.turns import json_text

_TOKENS = ("<|channel|>commentary", "<|channel|>json", "<|constrain|>json", "<|im_end|>", "<|eot_id|>", "<|end|>")
_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"
_VERBS = ("get", "find", "search", "update", "set", "cancel", "list", "check", "create", "fetch", "lookup", "retrieve")
_CAMEL_VERB = re.compile(r"((?:\w*_)?)([A-Z][a-z]+)([A-Z]\w*)")
_LONGEST_NAME = 128


def dropped_result(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The result of a call is gone."""
    for call in shuffled([c for c in transcript.calls if c.result is not None], rng):
        before = transcript.messages[call.result or 0]
        messages = [m for i, m in enumerate(transcript.messages) if i != call.result]
        return Damage(messages, call.message, before, None, call.id)
    return None


def dropped_calls(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The message that makes the calls is gone, their results stay."""
    for step in shuffled(transcript.steps, rng):
        messages = [m for i, m in enumerate(transcript.messages) if i != step.message]
        return Damage(messages, step.message, transcript.messages[step.message], None)
    return None


def dropped_reply(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A reply is gone: two user messages meet, or results have no answer."""
    missed = [
        index
        for index in transcript.replies
        if (transcript.role(index - 1) in ("user", "tool") and transcript.role(index + 1) == "user")
        or (transcript.role(index - 1) == "tool" and index == len(transcript.messages) - 1)
    ]
    for index in shuffled(missed, rng):
        messages = [m for i, m in enumerate(transcript.messages) if i != index]
        return Damage(messages, min(index, len(messages) - 1), transcript.messages[index], None)
    return None


def orphan_result(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A result stands behind a reply, and no call asked for it."""
    results = [i for i, role in enumerate(transcript.roles) if role == "tool"]
    if not results or not transcript.replies:
        return None
    call_id = _new_id(transcript, transcript.messages[results[0]].get("tool_call_id"), rng)
    orphan = {**transcript.messages[rng.choice(results)], "tool_call_id": call_id}
    at = rng.choice(transcript.replies) + 1
    messages = [*transcript.messages[:at], orphan, *transcript.messages[at:]]
    return Damage(messages, at, None, orphan, call_id)


def duplicated_message(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A user message or a reply stands there twice."""
    spoken = [*transcript.replies, *transcript.user_messages]
    for index in shuffled(sorted(spoken), rng):
        copy = dict(transcript.messages[index])
        messages = [*transcript.messages[: index + 1], copy, *transcript.messages[index + 1 :]]
        return Damage(messages, index + 1, None, copy)
    return None


def duplicated_result(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A result stands there twice, under the same id."""
    for call in shuffled(transcript.calls, rng):
        place = call.result or 0
        copy = dict(transcript.messages[place])
        messages = [*transcript.messages[: place + 1], copy, *transcript.messages[place + 1 :]]
        return Damage(messages, place + 1, None, copy, call.id)
    return None


def swapped_results(transcript: Transcript, rng: random.Random) -> Damage | None:
    """Two results of different turns, ids and all, stand in each other's place."""
    calls = shuffled([c for c in transcript.calls if c.result is not None], rng)
    for one in calls:
        other = next((c for c in calls if c.message != one.message and c.id != one.id and _differ(c, one)), None)
        if other is None:
            continue
        first, second = sorted((one, other))
        messages = list(transcript.messages)
        at, there = first.result or 0, second.result or 0
        messages[at], messages[there] = messages[there], messages[at]
        return Damage(messages, at, transcript.messages[at], messages[at], first.id)
    return None


def _differ(one: Call, other: Call) -> bool:
    return (one.name, one.arguments) != (other.name, other.arguments)


def mismatched_call_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A result answers an id that no call has."""
    for call in shuffled(transcript.calls, rng):
        place = call.result or 0
        before = transcript.messages[place].get("tool_call_id")
        after = _new_id(transcript, before, rng)
        return Damage(with_message(transcript, place, tool_call_id=after), place, before, after, call.id)
    return None


def repeated_call_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A call and its result have the id of an earlier call."""
    single = [step for step in transcript.steps if len(step.calls) == 1]
    for step in shuffled(single, rng):
        call = step.calls[0]
        earlier = [c.id for c in transcript.calls if c.message < call.message and c.id != call.id]
        if not earlier or sum(c.id == call.id for c in transcript.calls) > 1:
            continue
        return _renamed(transcript, step, rng.choice(earlier))
    return None


def _renamed(transcript: Transcript, step: Step, call_id: str) -> Damage:
    call = step.calls[0]
    raw = transcript.messages[call.message]["tool_calls"][0]
    messages = with_message(transcript, call.message, tool_calls=[{**raw, "id": call_id}])
    messages[step.message + 1] = {**messages[step.message + 1], "tool_call_id": call_id}
    return Damage(messages, call.message, call.id, call_id, call_id)


def swapped_roles(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A user message is labelled as the assistant's, or the other way round, so that two of a kind meet."""
    meeting = {"user": "assistant", "assistant": "user"}
    spoken = [
        index
        for index in (*transcript.replies, *transcript.user_messages)
        if meeting[transcript.roles[index]] in (transcript.role(index - 1), transcript.role(index + 1))
    ]
    for index in shuffled(sorted(spoken), rng):
        before = transcript.roles[index]
        after = meeting[before]
        return Damage(with_message(transcript, index, role=after), index, before, after)
    return None


def truncated_arguments(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The arguments of a call break off, as when the limit of tokens is reached."""
    for call, text in shuffled(_written(transcript), rng):
        after = text[: rng.randrange(max(1, len(text) // 2), len(text))]
        return _rewritten(transcript, call, text, after)
    return None


def python_arguments(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The arguments are written as Python writes them: `{'on': True}`."""
    for call, text in shuffled(_written(transcript), rng):
        return _rewritten(transcript, call, text, repr(call.arguments))
    return None


def double_encoded_arguments(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The arguments are a JSON string within a JSON string."""
    for call, text in shuffled(_written(transcript), rng):
        return _rewritten(transcript, call, text, json_text(text))
    return None


def _written(transcript: Transcript) -> list[tuple[Call, str]]:
    """The calls with at least one argument, and their arguments as text."""
    raws = [
        (c, transcript.messages[c.message]["tool_calls"][c.position]["function"]["arguments"]) for c in transcript.calls
    ]
    return [(c, raw if isinstance(raw, str) else json_text(raw)) for c, raw in raws if c.arguments]


def _rewritten(transcript: Transcript, call: Call, before: str, after: str) -> Damage:
    return Damage(with_function(transcript, call, arguments=after), call.message, before, after, call.id)


def token_in_name(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A special token of the chat template has leaked into the name of a called function."""
    for call in shuffled(transcript.calls, rng):
        return _named(transcript, call, call.name + rng.choice(_TOKENS))
    return None


def misspelt_tool(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The name of a called function is written a little differently: case, underscores, a letter, singular and plural."""
    for call in shuffled(transcript.calls, rng):
        spellings = [name for name in _spellings(call.name, rng) if name not in transcript.tools and name != call.name]
        if spellings:
            return _named(transcript, call, rng.choice(spellings))
    return None


def unknown_tool(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A function is called that is not in the list of tools, though it could be: another verb with the same thing."""
    for call in shuffled(transcript.calls, rng):
        names = [name for name in _kindred(call.name) if name not in transcript.tools]
        if names and call.name:
            return _named(transcript, call, rng.choice(names))
    return None


def _kindred(name: str) -> list[str]:
    """`FindUser` and others for `GetUser`, `find_user` and others for `get_user`."""
    camel = _CAMEL_VERB.fullmatch(name[:_LONGEST_NAME])
    if camel:
        return [f"{camel[1]}{verb.title()}{camel[3]}" for verb in _VERBS if verb != camel[2].lower()]
    head, _, thing = name.partition("_")
    return [f"{verb}_{thing or name}" for verb in _VERBS if verb != head]


def _named(transcript: Transcript, call: Call, after: str) -> Damage:
    return Damage(with_function(transcript, call, name=after), call.message, call.name, after, call.id)


def _spellings(name: str, rng: random.Random) -> list[str]:
    head, *rest = name.split("_")
    camel = head + "".join(part.capitalize() for part in rest)
    plural = name.removesuffix("s") if name.endswith("s") else f"{name}s"
    at = rng.randrange(1, len(name)) if len(name) > 3 else 0
    dropped = name[:at] + name[at + 1 :] if at else plural
    return [camel, plural, dropped, name.replace("_", "-"), f"functions.{name}"]


def _new_id(transcript: Transcript, like: Any, rng: random.Random) -> str:
    """A call id of the length of `like` that the dialogue does not have."""
    taken = {call.id for call in transcript.calls} | {
        m.get("tool_call_id")
        for m in transcript.messages
        if isinstance(m, dict) and isinstance(m.get("tool_call_id"), str)
    }
    length = min(max(len(like), 9), 40) if isinstance(like, str) else 9
    prefix = "call_" if isinstance(like, str) and like.startswith("call_") else ""
    while (made := prefix + "".join(rng.choice(_SIGNS) for _ in range(length))) in taken:
        pass
    return made
