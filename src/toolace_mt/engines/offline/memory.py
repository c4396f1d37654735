"""What a dialogue has brought up so far: values said, values found in results, and what was done to which thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from toolace_mt.engines.offline.acting import values_in
from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.skills import Skill


class Find(NamedTuple):
    """A value in a result. root: the list or field at the top that holds it. by_act: the tool changed something."""

    value: Any
    tool: str
    root: str
    in_list: bool
    subtask: int
    by_act: bool


@dataclass
class Memory:
    """knows: what the world says that the user knows. wanted: a goal in words, whose values are preferred.

    acted: (tool, id) of things that were changed; spent: ids of things that are gone (cancelled, returned).
    """

    knows: Mapping[str, Sequence[Any]]
    wanted: str = ""
    subtask: int = 0
    said: dict[str, Any] = field(default_factory=dict[str, Any])
    said_here: dict[str, Any] = field(default_factory=dict[str, Any])
    finds: dict[str, list[Find]] = field(default_factory=dict[str, list[Find]])
    called: dict[bytes, int] = field(default_factory=dict[bytes, int])
    called_here: list[bytes] = field(default_factory=list[bytes])
    used: dict[str, int] = field(default_factory=dict[str, int])
    acted: set[tuple[str, Any]] = field(default_factory=set[tuple[str, Any]])
    touched: set[Any] = field(default_factory=set[Any])
    spent: set[Any] = field(default_factory=set[Any])

    def begin(self, subtask: int) -> None:
        """A new sub-task begins."""
        self.subtask = subtask
        self.touched.clear()
        self.said_here.clear()
        self.called_here.clear()

    def note(self, skill: Skill, call: Call, result: Result) -> None:
        """Remember a call that succeeded, and all that its result holds."""
        self.called[call.key] = self.called.get(call.key, 0) + 1
        self.called_here.append(call.key)
        self.used[skill.name] = self.used.get(skill.name, 0) + 1
        said = {k: v for k, v in call.arguments.items() if not isinstance(v, list | dict)}
        self.said |= said
        self.said_here |= said
        acts = skill.wording.kind == "act"
        for name in skill.ids:
            value = call.arguments.get(name)
            if acts and isinstance(value, str | int):
                self.acted.add((skill.name, value))
                self.touched.add(value)
                if skill.undoes:
                    self.spent.add(value)
        self._find(skill, result, acts)

    def _find(self, skill: Skill, result: Result, acts: bool) -> None:
        fresh: dict[str, list[Find]] = {}
        for path, value in values_in(result.content):
            parts = path.split(".")
            name = next((part for part in reversed(parts) if not part.isdigit()), path)
            in_list = any(part.isdigit() for part in parts)
            found = Find(value, skill.name, parts[0], in_list, self.subtask, acts)
            fresh.setdefault(name, []).append(found)
            if acts and not in_list and isinstance(value, str | int):
                self.touched.add(value)
        for thing, path in skill.gives.items():
            if found_here := fresh.get(path.replace("[]", "").rsplit(".", 1)[-1]):
                fresh[thing] = found_here
        self.finds |= fresh

    def found(self, *names: str) -> list[Find]:
        """The newest finds under any of the names."""
        return next((self.finds[name] for name in names if name and name in self.finds), [])
