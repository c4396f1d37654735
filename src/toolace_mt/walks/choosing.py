"""Which arguments a call of a walk gets: values of earlier results, values that the user knows, else likely ones.

What the user has to bring is noted beside them, so that the message written later says it.
"""

from __future__ import annotations

import posixpath
import random
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id
from toolace_mt.schema.names import words
from toolace_mt.schema.validate import conforms
from toolace_mt.types import JsonSchema
from toolace_mt.values.making import make_value
from toolace_mt.values.samples import sample
from toolace_mt.walks.memory import Find, Memory
from toolace_mt.walks.skills import Parameter, Skill

_FROM_RESULTS = 0.8
_OPTIONAL, _OPTIONAL_KNOWN, _MOST_OPTIONAL = 0.08, 0.3, 2
_KEPT = 0.6
_DEEPEST = 4
_ORDERED = (("min", "max"), ("start", "end"), ("from", "to"), ("low", "high"), ("in", "out"))


@dataclass(frozen=True)
class Choice:
    """A value, and what of it the user has to say: (name, value) of each leaf that no result gave."""

    value: Any
    said: tuple[tuple[str, Any], ...] = ()
    from_result: bool = False


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call, what of them the user has to say, and whether an earlier result gave one of them."""

    values: dict[str, Any]
    said: tuple[tuple[str, Any], ...]
    linked: bool


class Chooser:
    """Chooses arguments out of a memory. given: things that some tool of the walk gives, by their names."""

    def __init__(self, memory: Memory, given: frozenset[str], rng: random.Random) -> None:
        self._memory = memory
        self._given = given
        self._rng = rng

    def arguments(self, skill: Skill, attempt: int) -> Arguments | None:
        """Arguments for a call; None where an id is needed that nobody has yet. Later attempts take other values."""
        chosen = self._fitting_together(skill)
        optional = 0
        for parameter in skill.parameters:
            if parameter.name in chosen:
                continue
            if not parameter.required:
                if optional >= _MOST_OPTIONAL or not self._wanted(skill, parameter):
                    continue
                optional += 1
            choice = self._choose(skill, parameter, attempt, 0)
            if choice is None and parameter.required:
                return None
            if choice is not None and not (choice.value == parameter.schema.get("default") and not parameter.required):
                chosen[parameter.name] = choice
        values = {name: choice.value for name, choice in chosen.items()}
        if not _agree(values):
            return None
        said = tuple(pair for choice in chosen.values() for pair in choice.said)
        return Arguments(values, said, any(choice.from_result for choice in chosen.values()))

    def _fitting_together(self, skill: Skill) -> dict[str, Choice]:
        """Values that the user knows to fit each other: the brief has objects of arguments under the tool's name."""
        sets = [s for s in self._memory.knows.get(skill.name, ()) if isinstance(s, dict)]
        names = {parameter.name for parameter in skill.parameters}
        one = self._rng.choice(sets) if sets else {}
        return {str(n): Choice(v, ((str(n), v),)) for n, v in one.items() if n in names}

    def _wanted(self, skill: Skill, parameter: Parameter) -> bool:
        """Whether an optional parameter is to be used this time."""
        known = bool(self._memory.knowledge(skill.name, parameter.name)) or bool(parameter.choices)
        if not known and (parameter.thing or parameter.kind not in ("integer", "number", "boolean")):
            known = bool(self._memory.finds(skill, parameter))
            if not known:
                return False
        return self._rng.random() < (_OPTIONAL_KNOWN if known else _OPTIONAL)

    def _choose(self, skill: Skill, parameter: Parameter, attempt: int, depth: int) -> Choice | None:
        schema = parameter.schema
        if depth < _DEEPEST and parameter.kind == "object" and schema.get("properties"):
            return self._object(skill, schema, attempt, depth)
        if depth < _DEEPEST and parameter.kind == "array" and isinstance(schema.get("items"), dict):
            return self._array(skill, parameter, attempt, depth)
        return self._scalar(skill, parameter, attempt)

    def _object(self, skill: Skill, schema: JsonSchema, attempt: int, depth: int) -> Choice | None:
        required = schema.get("required") or list(schema["properties"])[:3]
        parts: dict[str, Choice] = {}
        for name in required:
            inner = schema["properties"].get(name)
            part = Parameter(name, inner if isinstance(inner, dict) else {}, True, "")
            choice = self._choose(skill, part, attempt, depth + 1)
            if choice is None:
                return None
            parts[name] = choice
        said = tuple(pair for choice in parts.values() for pair in choice.said)
        return Choice({n: c.value for n, c in parts.items()}, said, any(c.from_result for c in parts.values()))

    def _array(self, skill: Skill, parameter: Parameter, attempt: int, depth: int) -> Choice | None:
        items: JsonSchema = parameter.schema["items"]
        if not parameter.thing and not items.get("properties") and not self._memory.finds(skill, parameter):
            known = self._memory.knowledge(skill.name, parameter.name)
            value = self._rng.choice(known) if known else None
            if not isinstance(value, list):
                value = [value] if known else make_value(parameter.name, parameter.schema, self._rng, _owner(skill))
            return Choice(value, tuple((parameter.name, item) for item in value))
        low = int(parameter.schema.get("minItems", 1))
        count = max(low, 1 + (self._rng.random() < 0.35) + (self._rng.random() < 0.1))
        one = Parameter(parameter.name, items, parameter.required, parameter.thing)
        found: list[Choice] = []
        for place in range(count + 3):
            choice = self._choose(skill, one, attempt + place, depth + 1)
            if choice is not None and choice.value not in [c.value for c in found]:
                found.append(choice)
            if len(found) == count:
                break
        if len(found) < max(low, 1):
            return None
        return Choice(
            [c.value for c in found], tuple(s for c in found for s in c.said), any(c.from_result for c in found)
        )

    def _scalar(self, skill: Skill, parameter: Parameter, attempt: int) -> Choice | None:
        results = [Choice(f.value, (), True) for f in self._results(skill, parameter)]
        user = [Choice(value, ((parameter.name, value),)) for value in self._users(skill, parameter)]
        if results and (not user or self._rng.random() < _FROM_RESULTS):
            return results[0] if attempt == 0 else self._rng.choice(results)
        if user:
            return self._rng.choice(user[:2] if attempt == 0 else user)
        if parameter.thing and parameter.thing in self._given:
            return None  # some tool gives it, but none has yet
        value = self._made_up(skill, parameter)
        return Choice(value, ((parameter.name, value),))

    def _results(self, skill: Skill, parameter: Parameter) -> list[Find]:
        """Finds that fit, the first of the newest list in front; none that is used up for this tool."""
        if parameter.choices or (skill.makes and parameter.names_a_file and _is_new(parameter)):
            return []
        found = [f for f in self._memory.finds(skill, parameter) if self._usable(skill, parameter, f)]
        here = [f for f in found if f.subtask == self._memory.subtask]
        older = [f for f in found if f.subtask != self._memory.subtask]
        self._rng.shuffle(older)
        head = here[:3]
        if self._rng.random() < 0.4:
            self._rng.shuffle(head)
        return [*head, *older[:4], *here[3:8]]

    def _usable(self, skill: Skill, parameter: Parameter, find: Find) -> bool:
        text = str(find.value)
        if text in self._memory.spent or not conforms(parameter.bare, find.value):
            return False
        if skill.looks:
            return True
        fresh = find.by_act and find.subtask == self._memory.subtask
        return (skill.name, text) not in self._memory.acted and not (skill.undoes and fresh)

    def _users(self, skill: Skill, parameter: Parameter) -> list[Any]:
        """What the user may bring: known values, choices of the schema, what was said before under the same name."""
        memory = self._memory
        known = [v for v in memory.knowledge(skill.name, parameter.name) if conforms(parameter.bare, v)]
        if parameter.thing:
            known = [v for v in known if str(v) not in memory.spent and (skill.name, str(v)) not in memory.acted]
        elif parameter.names_a_file and _is_new(parameter) and skill.makes:
            return self._new_files(skill, parameter, known)
        values = known or list(parameter.choices)
        self._rng.shuffle(values)
        kept = memory.said.get(parameter.name)
        if (
            kept is not None
            and not parameter.thing
            and self._rng.random() < _KEPT
            and _is_kept(parameter, kept, values)
        ):
            return [kept, *values]
        return values

    def _new_files(self, skill: Skill, parameter: Parameter, folders: list[Any]) -> list[Any]:
        """Names for new files: known ones, else in a folder that is known."""
        known = [v for v in folders if isinstance(v, str) and v.startswith("/")]
        if folders and not known:
            self._rng.shuffle(folders)
            return folders
        name = sample(
            "files" if "directory" not in skill.words and "mkdir" not in skill.words else "folders", self._rng
        )
        return [posixpath.join(self._rng.choice(known), str(name).lstrip("/")) if known else str(name)]

    def _made_up(self, skill: Skill, parameter: Parameter) -> Any:
        return make_value(parameter.name, parameter.schema, self._rng, _owner(skill))


def _is_new(parameter: Parameter) -> bool:
    """Whether the parameter of a making tool names what is made, not what is copied or moved."""
    return not {"source", "src", "from", "old", "repo"} & set(words(parameter.name))


def _is_kept(parameter: Parameter, value: Any, values: list[Any]) -> bool:
    """Whether a value said before would be meant again: a place or a date, no figure and no free text."""
    fits = value in values if values else isinstance(value, str) and len(value.split()) < 4
    return fits and not isinstance(value, bool | float) and conforms(parameter.bare, value)


def _owner(skill: Skill) -> str:
    return " ".join(skill.words)


def _agree(values: dict[str, Any]) -> bool:
    """Whether the values can stand together: nothing is copied to itself, and what is the lower end is not above."""
    texts = [v for v in values.values() if isinstance(v, str) and len(v) > 2]
    if len(set(texts)) < len(texts):
        return False
    for (one, low), (other, high) in combinations(values.items(), 2):
        kinds = {*words(one)}, {*words(other)}
        for start, end in _ORDERED:
            if start in kinds[0] and end in kinds[1] and type(low) is type(high) and _ordered(low, high):
                return False
    return True


def _ordered(low: Any, high: Any) -> bool:
    """Whether two ends stand the wrong way round: figures, ISO dates and times can be compared, names cannot."""
    if isinstance(low, str):
        return low[:1].isdigit() and not looks_like_id("", low) and low > high
    return isinstance(low, int | float) and not isinstance(low, bool) and low > high
