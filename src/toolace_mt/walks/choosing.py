"""Which arguments a call of a walk gets: values of earlier results, values that the user knows, else likely ones.

What the user has to bring is noted beside them, so that the message written later says it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id
from toolace_mt.schema.names import words
from toolace_mt.schema.validate import conforms
from toolace_mt.types import JsonSchema
from toolace_mt.values.making import make_value
from toolace_mt.walks import caution, inventing
from toolace_mt.walks.harvest import is_file
from toolace_mt.walks.memory import Find, Memory, is_source
from toolace_mt.walks.skills import Parameter, Skill

_FROM_RESULTS = 0.8
_OPTIONAL, _OPTIONAL_KNOWN, _MOST_OPTIONAL = 0.08, 0.3, 2
_KEPT = 0.6
_DEEPEST = 4
_ORDERED = (("min", "max"), ("start", "end"), ("from", "to"), ("low", "high"), ("in", "out"))


@dataclass(frozen=True)
class Choice:
    """A value, and what of it the user has to say: (name, value) of each leaf that no result gave.

    made_up: those of them that nobody gave, not even what the user knows.
    """

    value: Any
    said: tuple[tuple[str, Any], ...] = ()
    from_result: bool = False
    made_up: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call, what of them the user has to say, and whether an earlier result gave one of them.

    guesses: whether an id among them was made up.
    """

    values: dict[str, Any]
    said: tuple[tuple[str, Any], ...]
    linked: bool
    guesses: bool = False


class Chooser:
    """Chooses arguments out of a memory.

    given: things that some tool of the walk gives, by their names. named: things whose names some tool gives, as words.
    shared: whether others use the world too, so that no call may touch what nobody named.
    """

    def __init__(
        self,
        memory: Memory,
        given: frozenset[str],
        named: frozenset[frozenset[str]],
        rng: random.Random,
        *,
        shared: bool = False,
    ) -> None:
        self._memory = memory
        self._given = given
        self._named = named
        self._rng = rng
        self._shared = shared
        self._chosen: dict[str, Choice] = {}
        self._last_resort = False

    def arguments(self, skill: Skill, attempt: int, *, last_resort: bool = False) -> Arguments | None:
        """Arguments for a call; None where a value is needed that nobody has yet. Later attempts take other values.

        last_resort: what is made may go with names that no result has given.
        """
        self._last_resort = last_resort
        chosen = self._chosen = self._fitting_together(skill)
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
        if inventing.changes_text(skill.tool.parameters) and not self._change_text(skill):
            return None
        values = {name: choice.value for name, choice in chosen.items()}
        if not _agree(values) or (self._shared and self._is_blind(skill)):
            return None
        guesses = caution.holds_ids(_made_up_in(chosen.values()))
        if guesses and skill.name in self._memory.guessed:
            return None
        said = tuple(pair for choice in chosen.values() for pair in choice.said)
        return Arguments(values, said, any(choice.from_result for choice in chosen.values()), guesses)

    def _is_blind(self, skill: Skill) -> bool:
        """Whether the chosen arguments name what the call touches by nothing that anybody gave; a choice names nothing."""
        choices = {parameter.name: parameter.choices for parameter in skill.parameters}
        given = any(c.from_result or not (c.made_up or c.value in choices[n]) for n, c in self._chosen.items())
        return caution.is_blind(skill, _made_up_in(self._chosen.values()), given=given)

    def _fitting_together(self, skill: Skill) -> dict[str, Choice]:
        """Values that the user knows to fit each other: the brief has objects of arguments under the tool's name."""
        sets = [s for s in self._memory.knows.get(skill.name, ()) if isinstance(s, dict)]
        names = {parameter.name for parameter in skill.parameters}
        one = self._rng.choice(sets) if sets else {}
        return {str(n): Choice(v, ((str(n), v),)) for n, v in one.items() if n in names}

    def _change_text(self, skill: Skill) -> bool:
        """Put a text that stands in the file of the call, and what is to take its place; whether there is one."""
        text = inventing.text_in_hand(self._memory, {name: choice.value for name, choice in self._chosen.items()})
        change = inventing.change_of([p.name for p in skill.parameters], text, self._rng) if text else None
        for name, value in (change or {}).items():
            self._chosen[name] = Choice(value, ((name, value),))
        return change is not None

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
            return self._object(skill, parameter, attempt, depth)
        if depth < _DEEPEST and parameter.kind == "array" and isinstance(schema.get("items"), dict):
            return self._array(skill, parameter, attempt, depth)
        return self._scalar(skill, parameter, attempt)

    def _object(self, skill: Skill, parameter: Parameter, attempt: int, depth: int) -> Choice | None:
        schema = parameter.schema
        required = schema.get("required") or list(schema["properties"])[:3]
        fields = {name: _part(name, schema["properties"].get(name), skill) for name in required}
        if inventing.changes_text(schema):
            text = inventing.text_in_hand(self._memory, {name: choice.value for name, choice in self._chosen.items()})
            change = inventing.change_of(list(schema["properties"]), text, self._rng) if text else None
            return Choice(change, tuple(change.items())) if change else None
        if skill.undoes and len(fields) > 1:  # what belongs together is not put together from many results
            return self._recorded(skill, fields)
        parts: dict[str, Choice] = {}
        for name, field in fields.items():
            choice = self._choose(skill, field, attempt, depth + 1)
            if choice is None:
                return None
            parts[name] = choice
        said = tuple(pair for choice in parts.values() for pair in choice.said)
        linked = any(c.from_result for c in parts.values())
        return Choice({n: c.value for n, c in parts.items()}, said, linked, _made_up_in(parts.values()))

    def _recorded(self, skill: Skill, fields: dict[str, Parameter]) -> Choice | None:
        """An object that a result has shown, as far as it has the fields."""
        shown = [self._memory.record_like(fields, record, of) for of, record in self._memory.records]
        usable = [each for each in shown if each and not self._is_spent(skill, each)]
        if not usable:
            return None
        values = {name: self._some_of(value) for name, value in self._rng.choice(usable).items()}
        return Choice(values, (), True) if conforms(_object_of(fields), values) else None

    def _is_spent(self, skill: Skill, values: dict[str, Any]) -> bool:
        memory = self._memory
        return (skill.name, str(values)) in memory.acted or any(str(v) in memory.spent for v in values.values())

    def _some_of(self, value: Any) -> Any:
        return [self._rng.choice(value)] if isinstance(value, list) else value

    def _array(self, skill: Skill, parameter: Parameter, attempt: int, depth: int) -> Choice | None:
        items: JsonSchema = parameter.schema["items"]
        told = {"description": parameter.schema.get("description", "")}
        one = Parameter(parameter.name, {**told, **items}, parameter.required, parameter.thing, parameter.about)
        made_up = not parameter.thing and not items.get("properties") and not self._waits_for_name(skill, one)
        if made_up and not self._memory.finds(skill, parameter) and not self._is_missing(skill, parameter):
            known = self._memory.knowledge(skill.name, parameter.name)
            value = self._rng.choice(known) if known else None
            if not isinstance(value, list):
                value = [value] if known else make_value(parameter.name, parameter.schema, self._rng, _owner(skill))
            said = tuple((parameter.name, item) for item in value)
            return Choice(value, said, made_up=() if known else said)
        low = int(parameter.schema.get("minItems", 1))
        count = max(low, 1 + (self._rng.random() < 0.35) + (self._rng.random() < 0.1))
        found: list[Choice] = []
        for place in range(count + 3):
            choice = self._choose(skill, one, attempt + place, depth + 1)
            if choice is not None and self._is_another(skill, choice, found):
                found.append(choice)
            if len(found) == count:
                break
        if len(found) < max(low, 1):
            return None
        said = tuple(s for c in found for s in c.said)
        return Choice([c.value for c in found], said, any(c.from_result for c in found), _made_up_in(found))

    def _is_another(self, skill: Skill, choice: Choice, found: Sequence[Choice]) -> bool:
        """Whether an entry is not in the list yet, nor made by the tool before, nor under the same name."""
        value = choice.value
        if not isinstance(value, dict):
            return value not in [c.value for c in found]
        texts = [v for v in value.values() if isinstance(v, str)]
        named = {n: v for n, v in value.items() if words(n)[-1:] == ("name",)}
        again = any(c.value.get(n) == v for c in found for n, v in named.items())
        return len(set(texts)) == len(texts) and not again and (skill.name, str(value)) not in self._memory.acted

    def _scalar(self, skill: Skill, parameter: Parameter, attempt: int) -> Choice | None:
        if inventing.goes_to(skill, parameter) and parameter.names_a_file:
            return self._destination(parameter)
        results = [Choice(_as_asked(skill, parameter, f), (), True) for f in self._results(skill, parameter)]
        user = [Choice(value, ((parameter.name, value),)) for value in self._users(skill, parameter)]
        if results and (not user or self._rng.random() < _FROM_RESULTS):
            return results[0] if attempt == 0 else self._rng.choice(results)
        if user:
            return self._rng.choice(user[:2] if attempt == 0 else user)
        if (parameter.thing and parameter.thing in self._given) or self._is_missing(skill, parameter):
            return None  # some tool gives it, but none has yet
        said = ((parameter.name, self._made_up(skill, parameter)),)
        return Choice(said[0][1], said, made_up=said)

    def _is_missing(self, skill: Skill, parameter: Parameter) -> bool:
        """Whether the value must be one that there is, so that none can be made up."""
        if parameter.names_a_version or self._waits_for_name(skill, parameter):
            return True
        return parameter.names_a_file and not _is_made(skill, parameter) and self._memory.knows_paths

    def _waits_for_name(self, skill: Skill, parameter: Parameter) -> bool:
        """Whether it is the name of a thing whose names some tool tells, and not of one that is made just now."""
        words = parameter.asked | parameter.told
        if "name" not in words or (skill.creates and self._last_resort) or _is_made(skill, parameter):
            return False
        return any(thing <= words for thing in self._named)

    def _destination(self, parameter: Parameter) -> Choice | None:
        source = next((c.value for c in self._chosen.values() if isinstance(c.value, str) and c.value[:1] == "/"), "")
        if not source:
            return None
        value = inventing.moved_path(source, self._memory.folders(), self._rng)
        return Choice(value, ((parameter.name, value),))

    def _results(self, skill: Skill, parameter: Parameter) -> list[Find]:
        """Finds that fit, the first of the newest list in front; none that is used up for this tool."""
        if parameter.choices or _is_made(skill, parameter):
            return []
        if parameter.is_root and self._memory.knowledge(skill.name, parameter.name):
            return []
        found = self._memory.finds(skill, parameter)
        if skill.looks and parameter.asks_for_words and not self._memory.knowledge(skill.name, parameter.name):
            found = self._memory.names()
        found = [f for f in found if self._usable(skill, parameter, f)]
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
        known = self._known_paths(skill, parameter) or [
            v for v in memory.knowledge(skill.name, parameter.name) if conforms(parameter.bare, v)
        ]
        if parameter.thing:
            known = [v for v in known if str(v) not in memory.spent and (skill.name, str(v)) not in memory.acted]
        elif parameter.names_a_file and _is_made(skill, parameter):
            return self._new_paths(skill, known)
        elif parameter.names_a_file and not parameter.is_root:
            known = [v for v in known if skill.asks_for_file(parameter) in (None, is_file(str(v)))]
            if known and self._memory.used[skill.name] and self._rng.random() < 0.5:
                known = []
        elif inventing.is_pattern(parameter) and not known:
            return [inventing.pattern_for(parameter, memory.files(), self._rng)]
        values = known or list(parameter.choices)
        self._rng.shuffle(values)
        kept = memory.said.get(parameter.name)
        if (
            kept is not None
            and not self._shared  # it may have been made up
            and not parameter.thing
            and not parameter.names_a_file
            and not _is_made(skill, parameter)
            and self._rng.random() < _KEPT
            and _is_kept(parameter, kept, values)
        ):
            return [kept, *values]
        return values

    def _known_paths(self, skill: Skill, parameter: Parameter) -> list[Any]:
        """Paths that the user knows for the parameter."""
        if not parameter.names_a_file:
            return []
        return [v for v in self._memory.knowledge(skill.name, parameter.name) if conforms(parameter.bare, v)]

    def _new_paths(self, skill: Skill, known: list[Any]) -> list[Any]:
        """Paths for new files: known ones, else in a folder that is known."""
        folders = [v for v in known if isinstance(v, str) and v.startswith("/") and not is_file(v)]
        if known and not folders:
            return known
        found = [folder for folder in self._memory.folders() if folder.startswith("/")]
        taken = {*self._memory.files(), *found}
        return [inventing.new_path(skill, folders + found, taken, self._rng)]

    def _made_up(self, skill: Skill, parameter: Parameter) -> Any:
        name = parameter.name
        if name == "message":  # that of a commit is not that of a mail
            name = f"{skill.words[-1]} {name}"
        return make_value(name, parameter.schema, self._rng, _owner(skill))


def _made_up_in(choices: Iterable[Choice]) -> tuple[tuple[str, Any], ...]:
    return tuple(pair for choice in choices for pair in choice.made_up)


def _part(name: str, schema: Any, skill: Skill) -> Parameter:
    return Parameter(name, schema if isinstance(schema, dict) else {}, True, "", skill.tool.description)


def _object_of(fields: dict[str, Parameter]) -> JsonSchema:
    return {"type": "object", "properties": {name: field.schema for name, field in fields.items()}}


def _as_asked(skill: Skill, parameter: Parameter, find: Find) -> Any:
    """The value of a find; a file without its folder, where the folder is an argument of its own."""
    own = find.folder != parameter.name and any(other.name == find.folder for other in skill.parameters)
    return find.inside if find.inside and own else find.value


def _is_made(skill: Skill, parameter: Parameter) -> bool:
    """Whether the parameter names what the tool makes, not what is copied, moved or used for it."""
    if parameter.names_a_file:
        return skill.creates and not is_source(parameter) and not parameter.is_root
    return skill.makes and bool(parameter.asked) and parameter.asked <= {"name", *skill.words[1:]}


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
