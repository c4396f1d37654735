"""What a walk has brought up so far: values that results gave, values that the user said, calls that were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from toolace_mt.schema.names import singular, words
from toolace_mt.walks.harvest import FILE, FOLDER, HASH, ITEM, asked_place, harvest, is_file, records, text_of
from toolace_mt.walks.skills import Parameter, Skill

# Under such names stands what tools and people write, not what one tool hands to the next.
_FREE = frozenset(
    {
        "content",
        "message",
        "description",
        "status",
        "text",
        "title",
        "body",
        "note",
        "reason",
        "comment",
        "query",
        "type",
    }
    | {
        "result",
        "value",
        "unit",
        "currency",
        "error",
        "success",
        "summary",
        "pattern",
        "subject",
        "format",
        "name",
        "time",
    }
)
_TELLS_NOTHING = frozenset({"the", "a", "an", "of", "to", "get", "list", "name", "id", "value", "path"})
_MOST_RECORDS, _LONGEST_TEXT = 100, 20_000


class Find(NamedTuple):
    """A value that a result gave in sub-task `subtask`. by_act: the tool changed something.

    inside: of a file, its name within the folder that was given for the parameter `folder`.
    """

    value: Any
    subtask: int
    in_list: bool
    by_act: bool
    inside: str = ""
    folder: str = ""


@dataclass
class _Place:
    """All finds of one tool at one place of its results; said: the words of the place."""

    tool: Skill
    name: str
    path: str
    said: frozenset[str]
    thing: str
    finds: list[Find] = field(default_factory=list[Find])

    def is_of(self, thing: str) -> bool:
        """Whether the place tells about the thing itself, not about another that has to do with it."""
        return self.said <= {*thing.split(), *words(self.name), *map(singular, words(self.name))}


def call_key(name: str, arguments: Mapping[str, Any]) -> bytes:
    """The same for equal calls."""
    return orjson.dumps([name, arguments], option=orjson.OPT_SORT_KEYS)


class Memory:
    """knows: what the user knows before the dialogue, by the name of a parameter, or TOOL.PARAMETER."""

    def __init__(self, knows: Mapping[str, Sequence[Any]]) -> None:
        self.knows = knows
        self.knows_paths = any(str(v).startswith("/") for values in knows.values() for v in values)
        self.subtask = 0
        self.said: dict[str, Any] = {}
        self.calls: Counter[bytes] = Counter()
        self.used: Counter[str] = Counter()
        self.used_here: Counter[str] = Counter()
        self.refused: set[bytes] = set()
        self.acted: set[tuple[str, str]] = set()
        self.spent: set[str] = set()
        self.guessed: set[str] = set()  # tools that refused an id that was made up
        self.latest: list[bytes] = []
        self.records: list[tuple[frozenset[str], dict[str, Any]]] = []
        self.texts: dict[str, str] = {}
        self._places: dict[tuple[str, str, str], _Place] = {}

    def begin(self, subtask: int) -> None:
        """A new sub-task begins."""
        self.subtask = subtask
        self.used_here.clear()
        self.latest.clear()

    def note(
        self, skill: Skill, arguments: Mapping[str, Any], content: str, said: Iterable[tuple[str, Any]] = ()
    ) -> None:
        """Remember a call that was kept, what the user had to say for it, and all that its result holds."""
        key = call_key(skill.name, arguments)
        self.calls[key] += 1
        self.latest.append(key)
        self.used[skill.name] += 1
        self.used_here[skill.name] += 1
        self.said |= {name: value for name, value in said if not isinstance(value, list | dict)}
        for parameter in skill.parameters:
            value = arguments.get(parameter.name)
            if parameter.thing and not skill.looks and value is not None:
                self.acted.add((skill.name, str(value)))
                if skill.undoes:
                    self.spent.add(str(value))
        if not skill.looks:
            self._note_change(skill, arguments)
        self._learn(skill, arguments, content)

    def _note_change(self, skill: Skill, arguments: Mapping[str, Any]) -> None:
        """What is gone now, and what was done to objects in a list: to do that again would change nothing."""
        for parameter in skill.parameters:
            value = arguments.get(parameter.name)
            entries = value if isinstance(value, list) else [value]
            gone = skill.undoes or (skill.moves and is_source(parameter))
            if gone and (parameter.names_a_file or "name" in parameter.asked) and not parameter.is_root:
                self.spent.update(entry for entry in entries if isinstance(entry, str))
            self.acted.update((skill.name, str(entry)) for entry in entries if isinstance(entry, dict))
            if parameter.names_a_file:
                for entry in entries:
                    self.texts.pop(str(entry), None)

    def _learn(self, skill: Skill, arguments: Mapping[str, Any], content: str) -> None:
        things = {path: thing for thing, path in skill.gives.items()}
        given = {str(value) for value in arguments.values()}
        folder, asked = asked_place(arguments)
        if skill.looks and is_file(asked) and (text := text_of(content)):
            self.texts[asked] = text[:_LONGEST_TEXT]
        new = [(frozenset(map(singular, words(name))), record) for name, record in records(content)]
        self.records = [*self.records, *new][-_MOST_RECORDS:]
        for found in harvest(content, arguments):
            if str(found.value) in given and found.name not in (FILE, FOLDER, HASH, ITEM):
                continue  # an echo of what was asked with is nothing new
            key = (skill.name, found.name, found.path)
            place = self._places.get(key)
            if place is None:
                said = frozenset(map(singular, words(".".join(found.path.split(".")[-2:]) or found.name)))
                place = self._places[key] = _Place(skill, found.name, found.path, said, things.get(found.path, ""))
            place.finds.append(
                Find(found.value, self.subtask, found.in_list, not skill.looks, found.inside, found.inside and folder)
            )

    def knowledge(self, tool: str, parameter: str) -> list[Any]:
        """Values that the user knows for a parameter of a tool."""
        return list(self.knows.get(f"{tool}.{parameter}") or self.knows.get(parameter) or ())

    def files(self) -> list[str]:
        """All files that results have named."""
        return self._paths(FILE)

    def folders(self) -> list[str]:
        """All folders that results have named."""
        return self._paths(FOLDER)

    def _paths(self, kind: str) -> list[str]:
        found = [f.value for place in self._places.values() if place.name == kind for f in place.finds]
        return [path for path in dict.fromkeys(found) if path not in self.spent]

    def names(self) -> list[Find]:
        """All names and titles that results have given."""
        called = (("name",), ("title",))
        return [f for p in self._places.values() if words(p.name)[-1:] in called for f in p.finds]

    def finds(self, skill: Skill, parameter: Parameter) -> list[Find]:
        """What results gave for a parameter, the newest last; nothing for free text and plain figures.

        A flight is booked out of a list of flights, not out of a list of old bookings: what changes things takes an id only
        from where the thing itself is told, and what looks does so where it can.
        """
        places = list(self._fitting(skill, parameter))
        own = [place for place in places if place.is_of(parameter.thing)] if parameter.thing else places
        if parameter.thing and not own and skill.looks:
            own = places
        return [find for place in own for find in place.finds]

    def _fitting(self, skill: Skill, parameter: Parameter) -> Iterator[_Place]:
        if not parameter.thing and (parameter.name in _FREE or parameter.kind in ("boolean", "number", "integer")):
            return
        asked = parameter.asked
        for place in self._places.values():
            if place.name in (FILE, FOLDER):
                wanted = skill.asks_for_file(parameter)
                fits = parameter.names_a_file and wanted in (None, place.name == FILE)
            elif place.name == HASH:
                fits = parameter.names_a_version
            elif place.name == ITEM:
                fits = _is_listed_by(place.tool, parameter)
            elif parameter.thing:
                fits = parameter.thing == place.thing or parameter.name == place.name
            else:
                fits = _same(parameter.name, asked, parameter.told, place)
            if fits:
                yield place

    def record_like(self, fields: Mapping[str, Parameter], record: Mapping[str, Any], of: frozenset[str]) -> Any:
        """The values of a record `of` a thing under the names of `fields`; None where it has not all of them."""
        said = {key: frozenset(map(singular, words(key))) for key in record}
        values: dict[str, Any] = {}
        for name, asked in ((name, each.asked) for name, each in fields.items()):
            key = next((k for k in record if k == name or asked in (said[k], said[k] | of)), None)
            if key is None or record[key] in (None, "", []):
                return None
            values[name] = record[key]
        return values


def is_source(parameter: Parameter) -> bool:
    """Whether the parameter names what is moved or copied."""
    return not {"source", "src", "from", "old"}.isdisjoint(words(parameter.name))


def _is_listed_by(tool: Skill, parameter: Parameter) -> bool:
    """Whether the lines that a tool gives are of what the parameter asks for: branches of `list_branches`."""
    nouns = frozenset(map(singular, tool.words)) - _TELLS_NOTHING
    return not nouns.isdisjoint(parameter.hinted - _TELLS_NOTHING)


def _same(name: str, asked: frozenset[str], told: frozenset[str], place: _Place) -> bool:
    """Whether the words of a parameter and of a place in results speak of the same."""
    if place.name == name and name not in _FREE:
        return True
    telling = asked - _TELLS_NOTHING
    if telling and not place.path and telling == place.said - _TELLS_NOTHING and telling != asked:
        return True  # a field of plain text: `branch 'main'` for branch_name
    if len(asked) > 1 and telling and asked <= place.said:
        return True
    if "name" in told and words(place.name)[-1:] not in (("name",), ("names",)):
        return False
    return len(place.said) > 1 and bool(place.said - _TELLS_NOTHING) and place.said <= told
