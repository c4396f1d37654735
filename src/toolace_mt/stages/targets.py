"""Where each kind of complexity can be injected: pure choices, made before a model is asked."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from toolace_mt.dialogue.grounding import mentions, stated_values
from toolace_mt.stages.execution import runs
from toolace_mt.types import Action, Dialogue, InjectionKind, Observation, Turn


@dataclass(frozen=True)
class Target:
    """A turn, what to inject there, and what the plan fixes for the model (see `InjectionInput.details`)."""

    turn: int
    kind: InjectionKind
    sub_kind: str
    details: dict[str, Any] = field(default_factory=dict[str, Any])


def targets(
    dialogue: Dialogue, kind: InjectionKind, locked: Collection[int], *, repeatable: bool = True
) -> list[Target]:
    """Every place where `kind` can be injected; `locked` turns were changed before and are left alone.

    repeatable: whether the calls can be run once more, from any state. Where not, a mistake is made only with a tool that
    changes nothing, and where nothing was changed since: so the error is the one of that moment.
    """
    free = [i for i in range(len(dialogue.turns)) if i not in locked]
    found = (target for i in free for target in _OF_KIND[kind](dialogue, i))
    return [t for t in found if repeatable or t.sub_kind != "wrong_argument" or _is_harmless(dialogue, t.turn)]


def _is_harmless(dialogue: Dialogue, index: int) -> bool:
    """Whether the calls at `index`, and all after them, only look, or do not run."""
    looking = {tool.name for tool in dialogue.all_tools if tool.read_only}
    calls = (call for turn in dialogue.turns[index:] if isinstance(turn, Action) for call in turn.calls)
    return all(call.name in looking or not runs(dialogue, call.name) for call in calls)


def choose_target(
    rng: random.Random,
    dialogue: Dialogue,
    kind: InjectionKind,
    locked: Collection[int],
    *,
    repeatable: bool = True,
    preferred: Collection[str] = (),
) -> Target | None:
    """A target of `kind`: its sub-kind first, so that no sub-kind crowds out another, then its place. None without any.

    preferred: the sub-kinds to choose from, where one of them fits.
    """
    found = targets(dialogue, kind, locked, repeatable=repeatable)
    if not found:
        return None
    sub_kinds = sorted({target.sub_kind for target in found})
    sub_kind = rng.choice([name for name in sub_kinds if name in preferred] or sub_kinds)
    return rng.choice([target for target in found if target.sub_kind == sub_kind])


def _requests(dialogue: Dialogue, index: int) -> Observation | None:
    """The user message at `index`, where the assistant answers it with calls."""
    turn = dialogue.turns[index]
    if not isinstance(turn, Observation) or not turn.is_user or turn.tools_added or index + 1 >= len(dialogue.turns):
        return None
    following = dialogue.turns[index + 1]
    return turn if isinstance(following, Action) and following.calls else None


def _until_next_user(dialogue: Dialogue, index: int) -> tuple[Turn, ...]:
    turns = dialogue.turns[index + 1 :]
    end = next((i for i, t in enumerate(turns) if isinstance(t, Observation) and t.is_user), len(turns))
    return turns[:end]


def _served(dialogue: Dialogue, index: int) -> Iterator[Action]:
    """The turns that serve the message at `index`, with the calls that failed left out: what was wrong there, no user says."""
    turns = _until_next_user(dialogue, index)
    for turn, following in zip(turns, (*turns[1:], None), strict=True):
        if isinstance(turn, Action):
            failed = {r.call_id for r in following.results if r.is_error} if isinstance(following, Observation) else ()
            yield turn.model_copy(update={"calls": tuple(call for call in turn.calls if call.id not in failed)})


def _clarification(dialogue: Dialogue, index: int) -> Iterator[Target]:
    request = _requests(dialogue, index)
    if request is None:
        return
    stated = stated_values(request.text, _served(dialogue, index))
    for tool, parameter, value in stated:
        if len(str(value)) < 2 or not _is_needed(dialogue, tool, parameter) or _said_before(dialogue, index, value):
            continue
        if any(mentions(str(other), value) for _, _, other in stated if other != value):
            continue  # 18 degrees cannot be left out where 2026-09-18 has to be said
        withhold = {"tool": tool, "parameter": parameter, "value": value}
        for sub_kind in ("missing_value", "vague_value"):
            yield Target(index, "clarification", sub_kind, {"withhold": withhold})


def _is_needed(dialogue: Dialogue, tool: str, parameter: str) -> bool:
    return any(t.name == tool and parameter in t.required for t in dialogue.all_tools)


def _said_before(dialogue: Dialogue, index: int, value: Any) -> bool:
    """Whether an earlier user message states `value`: the assistant would know it, and need not ask."""
    text = " ".join(t.text for t in dialogue.turns[:index])
    results = " ".join(r.content for t in dialogue.turns[:index] if isinstance(t, Observation) for r in t.results)
    return str(value).lower() in f"{text} {results}".lower()


def _tool_awareness(dialogue: Dialogue, index: int) -> Iterator[Target]:
    if _requests(dialogue, index) is None:
        return
    yield Target(index, "tool_awareness", "no_tool")
    called_before = {c.name for t in dialogue.turns[:index] if isinstance(t, Action) for c in t.calls}
    # The tool of the first step, so that the assistant cannot begin and leave the rest for later.
    first = dialogue.turns[index + 1]
    names = {c.name for c in first.calls} if isinstance(first, Action) else set[str]()
    at_start = {tool.name for tool in dialogue.tools}
    if len(at_start) > 1 and len(names) == 1 and not names & called_before and names <= at_start:
        yield Target(index, "tool_awareness", "missing_tool", {"missing_tool": names.pop()})


def _error_simulation(dialogue: Dialogue, index: int) -> Iterator[Target]:
    turn = dialogue.turns[index]
    if not isinstance(turn, Action) or len(turn.calls) != 1:
        return
    if turn.calls[0].arguments:
        yield Target(index, "error_simulation", "wrong_argument")
    if not runs(dialogue, turn.calls[0].name):  # what a tool that runs never said is not put into its mouth
        yield Target(index, "error_simulation", "service_error")


def _non_function_calling(dialogue: Dialogue, index: int) -> Iterator[Target]:
    if _requests(dialogue, index) is not None:
        sub_kinds = ["small_talk", "general_question"]
        if any(isinstance(t, Observation) and t.results for t in dialogue.turns[:index]):
            sub_kinds.append("follow_up")
    elif index == len(dialogue.turns) - 1 and isinstance(dialogue.turns[index], Action):
        sub_kinds = ["small_talk", "general_question", "follow_up"]
    else:
        return
    for sub_kind in sub_kinds:
        yield Target(index, "non_function_calling", sub_kind)


_OF_KIND = {
    "clarification": _clarification,
    "tool_awareness": _tool_awareness,
    "error_simulation": _error_simulation,
    "non_function_calling": _non_function_calling,
}
