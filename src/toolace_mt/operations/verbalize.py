"""Executed skeletons: what the user and the assistant say around calls that have been run, with all of them in view."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from toolace_mt.dialogue.grounding import gives, id_values, known_text, looks_like_id, mentions
from toolace_mt.dialogue.turns import Draft, kind_of, turn_json
from toolace_mt.operations.base import Operation, World, shared_context
from toolace_mt.operations.checks import text_problems
from toolace_mt.schema.names import words
from toolace_mt.types import Action, Dialogue, Observation

Part = Literal["goal", "user", "reply"]
Words = Mapping[int, Mapping[Part, str]]
"""The texts of sub-tasks, by their numbers: all three of each, or those that one request asks for."""

# A file or a folder: `todo.txt`, `/srv/notes`.
_FILE = re.compile(r"^/.|\w[.][A-Za-z]\w{0,4}$")


_MANY_WAYS = re.compile(r"\d:\d\d|^[A-Z]\w+/[A-Z]|^\W*$")
_SMALL = 13
_UNITS = frozenset("seconds minutes hours days weeks months years duration percent share rate ratio".split())  # noqa: SIM905
_STEM = 4


@dataclass(frozen=True)
class UserValue:
    """A value of a call that nothing but the user can give: the user's message has to say it, or make it plain."""

    tool: str
    parameter: str
    value: Any


@dataclass(frozen=True)
class VerbalizationInput:
    """A dialogue whose user messages and replies are still empty, one of each for every sub-task.

    said: the values that the user has to bring, by the turn of the message. subtasks: those to find words for, where it is
    not all of them: the messages and replies of the others are found at the same time, elsewhere.
    """

    dialogue: Dialogue
    said: Mapping[int, Sequence[UserValue]]
    world: World | None = None
    subtasks: tuple[int, ...] | None = None

    @property
    def to_word(self) -> dict[int, int]:
        """The sub-tasks to find words for, with the turn of the message of each."""
        turns = dict(enumerate(user_turns(self.dialogue)))
        return turns if self.subtasks is None else {subtask: turns[subtask] for subtask in self.subtasks}


class SubTaskWording(Draft):
    """The words of one sub-task: what it is for, what the user asks, what the assistant replies at its end."""

    subtask: int
    goal: str
    user: str
    reply: str

    @property
    def texts(self) -> dict[Part, str]:
        """All three."""
        return {"goal": self.goal, "user": self.user, "reply": self.reply}


class WordingDraft(Draft):
    """The answer of verbalization."""

    subtasks: list[SubTaskWording]

    @property
    def words(self) -> dict[int, dict[Part, str]]:
        """The texts; of two entries for one sub-task those of the later."""
        return {each.subtask: each.texts for each in self.subtasks}


def verbatim(value: UserValue) -> bool:
    """Whether the message has to hold the value as it is: what a call takes over letter by letter."""
    if isinstance(value.value, str):
        return looks_like_id(value.parameter, value.value) or " " in value.value or bool(_FILE.search(value.value))
    return looks_like_id(value.parameter, value.value)


def user_turns(dialogue: Dialogue) -> list[int]:
    """The turn of the user message of each sub-task, in order."""
    return [i for i, turn in enumerate(dialogue.turns) if isinstance(turn, Observation) and turn.is_user]


def verbalization_context(given: VerbalizationInput) -> dict[str, Any]:
    """What the model is shown: the dialogue with its masked turns, then which sub-tasks to find words for."""
    context = shared_context(given.dialogue.tools, given.world)
    context["dialogue"] = [_shown(given, i) for i in range(len(given.dialogue.turns))]
    context["subtasks_to_word"] = list(given.to_word)
    return context


def _shown(given: VerbalizationInput, index: int) -> dict[str, Any]:
    turn = given.dialogue.turns[index]
    shown = turn_json(index, turn)
    if kind_of(turn) in ("calls", "results"):
        return shown
    shown |= {"masked": True, "subtask": turn.subtask}
    values = given.said.get(index, ())
    if exact := list({str(v.value): v.value for v in values if verbatim(v)}.values()):
        shown["must_state"] = exact
    if plain := [v for v in values if not verbatim(v)]:
        shown["must_convey"] = _by_value(plain)
    return shown


def _by_value(values: Sequence[UserValue]) -> list[dict[str, Any]]:
    """Each value once for each parameter, with all tools that it goes to."""
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    for each in values:
        new: dict[str, Any] = {"tools": [], "parameter": each.parameter, "value": each.value}
        entry = entries.setdefault((each.parameter, repr(each.value)), new)
        entry["tools"] += [each.tool] if each.tool not in entry["tools"] else []
    return list(entries.values())


def _problems(given: VerbalizationInput, draft: WordingDraft) -> list[str]:
    if [each.subtask for each in draft.subtasks] != list(given.to_word):
        return [f"`subtasks` must have one entry for each of the sub-tasks {list(given.to_word)}, in this order"]
    problems: list[str] = []
    for each, turn in zip(draft.subtasks, given.to_word.values(), strict=True):
        problems += [f"subtasks[{each.subtask}].{part} {p}" for part, p in part_problems(given, each.texts, turn)]
    if _alike([each.goal for each in draft.subtasks]):
        problems.append("two sub-tasks have the same goal; say what tells them apart")
    return problems


def _alike(goals: Sequence[str]) -> bool:
    return len({" ".join(goal.lower().split()) for goal in goals}) < len(goals)


def is_well_formed(given: VerbalizationInput, words: Words) -> bool:
    """Whether there are words for each sub-task, with sound goals where goals were asked for, so that all problems are of
    single messages and replies.
    """
    goals = [texts["goal"] for texts in words.values() if "goal" in texts]
    if list(words) != list(given.to_word) or _alike(goals):
        return False
    return all(goal.strip() and not text_problems([goal]) for goal in goals)


def part_problems(given: VerbalizationInput, texts: Mapping[Part, str], turn: int) -> list[tuple[Part, str]]:
    """What is wrong with texts of a sub-task, whose message is `turn`: (goal, user or reply; what it is)."""
    problems: list[tuple[Part, str]] = [(part, "is empty") for part, text in texts.items() if not text.strip()]
    if problems:
        return problems
    for part, text in texts.items():
        problems.extend((part, p) for p in text_problems([text]))
    if "user" in texts:
        problems.extend(("user", p) for p in _message_problems(given, texts["user"], turn))
    return problems


def _message_problems(given: VerbalizationInput, message: str, turn: int) -> list[str]:
    values = given.said.get(turn, ())
    missing = [v for v in values if verbatim(v) and not mentions(message, v.value)]
    missing += [v for v in values if not verbatim(v) and not _is_conveyed(given, v, message)]
    return [
        *map(_need, missing),
        *(f"names the tool {name}; users know no tools" for name in _tools_named(given, message)),
        *(
            f"states {value}, which only a later result gives; refer to it in words"
            for value in _not_yet_known(given, turn)
            if mentions(message, value)
        ),
    ]


def needs_of(given: VerbalizationInput, turn: int) -> list[str]:
    """All that the message of `turn` has to bring."""
    return [_need(value) for value in given.said.get(turn, ())]


def _need(value: UserValue) -> str:
    if verbatim(value):
        return f"must state {value.value!r}, word for word, since a call needs it ({value.tool}, {value.parameter})"
    return f"must make plain that {value.parameter} is {value.value!r}, which a call of {value.tool} needs"


def _is_conveyed(given: VerbalizationInput, value: UserValue, text: str) -> bool:
    """Whether a message can be taken to convey the value. What has many ways to be said is not looked for: a truth value, a
    choice out of a list, a small number, a length of time, a time of day, a time zone.
    """
    tool = next((tool for tool in given.dialogue.tools if tool.name == value.tool), None)
    schema = tool.properties.get(value.parameter, {}) if tool else {}
    if b'"enum"' in orjson.dumps(schema) or value.parameter not in (tool.properties if tool else {}):
        return True
    if isinstance(value.value, int | float):
        plain = (
            isinstance(value.value, bool) or abs(value.value) < _SMALL or not _UNITS.isdisjoint(words(value.parameter))
        )
        return plain or mentions(text, value.value)
    if not isinstance(value.value, str) or _MANY_WAYS.search(value.value):
        return True
    low = text.lower()
    return mentions(text, value.value) or all(word[:_STEM] in low for word in words(value.value) if len(word) >= _STEM)


def _tools_named(given: VerbalizationInput, text: str) -> list[str]:
    return [tool.name for tool in given.dialogue.tools if "_" in tool.name and tool.name in text]


def _not_yet_known(given: VerbalizationInput, turn: int) -> list[str]:
    """Id-like values of the calls after `turn` that the user cannot know when writing it."""
    known = known_text(given.dialogue, turn)
    own = [str(value.value) for said, values in given.said.items() if said <= turn for value in values]
    found: dict[str, None] = {}
    for later in given.dialogue.turns[turn + 1 :]:
        if isinstance(later, Observation) and later.is_user:
            break
        for call in later.calls if isinstance(later, Action) else ():
            found |= dict.fromkeys(value for _, value in id_values(call.arguments))
    return [value for value in found if value not in own and not gives(known, value)]


VERBALIZATION = Operation("verbalization", WordingDraft, verbalization_context, _problems)
