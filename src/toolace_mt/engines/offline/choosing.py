"""Which values a parameter can have at one point of a dialogue, the best first.

Ids come from results and from what the user knows; places and dates go on from what was said; the rest is made up.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id, mentions
from toolace_mt.engines.offline.acting import Stage
from toolace_mt.engines.offline.agreeing import agreeing
from toolace_mt.engines.offline.memory import Find, Memory
from toolace_mt.engines.offline.phrases import DomainWording
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.schema.names import entity_words
from toolace_mt.values.making import make_value

_KEPT_BY_A_USER = frozenset({"city", "location", "username", "symbol", "id", "account", "country"})
_KINDS: dict[str, Any] = {"string": str, "integer": int, "number": (int, float)}


class Chooser:
    """Chooses the arguments of calls. stage: where they will run; memory: what was said and found."""

    def __init__(self, stage: Stage, memory: Memory, rng: random.Random) -> None:
        self._stage = stage
        self._memory = memory
        self._rng = rng

    def arguments(self, skill: Skill, attempt: int, *, anything: bool = False) -> dict[str, Any] | None:
        """Values for a call, or None where an id is needed that nobody knows. Later attempts take other values.

        anything: also ids of things that are gone, and made-up ones.
        """
        chosen: dict[str, Any] = {}
        required = skill.tool.required
        optional = [name for name in skill.tool.properties if name not in required and self._likes(skill, name)]
        for name in [*required, *optional[:1]]:
            choices = self._choices(skill, name)
            if anything and not choices:
                choices = self._known(skill, name) or self._others(skill, name)
            if choices:
                chosen[name] = choices[0] if attempt == 0 else self._rng.choice(choices)
            elif name in required:
                return None
        self._agree(skill, chosen)
        self._part(skill, chosen)
        return chosen

    def _part(self, skill: Skill, chosen: dict[str, Any]) -> None:
        """Two ends are two places: nobody travels, copies or converts from a thing to itself."""
        for low, high in (("from", "to"), ("start", "end"), ("min", "max"), ("start_year", "end_year")):
            ends = chosen.get(low), chosen.get(high)
            if isinstance(ends[0], int | float) and isinstance(ends[1], int | float) and ends[0] > ends[1]:
                chosen[low], chosen[high] = ends[1], ends[0]
        for one, other in pairwise(chosen):
            schema = skill.tool.properties.get(other) or {}
            if chosen[one] == chosen[other] and isinstance(chosen[other], str) and not skill.domain:
                for _ in range(8):
                    if chosen[one] != (drawn := make_value(other, schema, self._rng, skill.owner)):
                        chosen[other] = drawn
                        break

    def _likes(self, skill: Skill, name: str) -> bool:
        """Whether an optional parameter is to be used: where the goal speaks of it, else now and then."""
        schema = skill.tool.properties[name]
        options = [*self._known(skill, name), *enum_of(schema)]
        if skill.domain and (self._mentioned(options) or (name in skill.carries and name in self._memory.said_here)):
            return True
        if self._rng.random() > (0.3 if skill.domain else 0.12):
            return False
        if skill.domain or self._stage.runs(skill.name):
            return bool(options)
        return str(schema.get("type")) in _KINDS and not looks_like_id(name, "A12345")

    def _known(self, skill: Skill, name: str) -> list[Any]:
        knows = self._memory.knows
        return list(knows.get(f"{skill.name}.{name}") or knows.get(name) or ())

    def _mentioned(self, values: Sequence[Any]) -> list[Any]:
        goal = self._memory.wanted
        return [v for v in values if goal and mentions(goal, v)]

    def _choices(self, skill: Skill, name: str) -> list[Any]:
        if name in skill.ids:
            if ids := self._ids(skill, name):
                return ids
            if self._stage.runs(skill.name):
                return []
        return self._others(skill, name)

    def _refs(self, skill: Skill) -> Mapping[str, Any]:
        return skill.wording.book.get("refs", {}) if isinstance(skill.wording, DomainWording) else {}

    def _ids(self, skill: Skill, name: str) -> list[Any]:
        """Ids: fresh ones from results, those that the user knows, older ones; none that is used up for this tool."""
        finds = [f for f in self._memory.found(name, skill.needs.get(name, "")) if self._allowed(skill, name, f)]
        fresh = [f.value for f in finds if f.subtask == self._memory.subtask]
        older = [f.value for f in finds if f.subtask != self._memory.subtask]
        known = self._known(skill, name)
        self._rng.shuffle(known)
        ordered = [fresh[:3], known, older[:2]] if self._rng.random() < 0.7 else [fresh[:3], older[:2], known]
        usable = [v for part in ordered for v in part if self._usable(skill, name, v)]
        return [*self._mentioned(usable), *fit(usable, skill.tool.properties.get(name) or {})]

    def _allowed(self, skill: Skill, name: str, find: Find) -> bool:
        """Whether a find is one that a person would go on with: a flight from a search, not from a list of old trips."""
        refs: Mapping[str, Any] = self._refs(skill).get(name, {})
        if refs and find.in_list:
            return find.root in refs.get("first", ())
        if refs and not refs.get("one"):
            return False
        return not (skill.undoes and find.by_act and find.subtask == self._memory.subtask)

    def _usable(self, skill: Skill, name: str, value: Any) -> bool:
        if not isinstance(value, str | int) or skill.wording.kind == "look":
            return isinstance(value, str | int)
        memory = self._memory
        if skill.undoes and value in memory.touched:
            return False
        return value not in memory.spent and (not skill.domain or (skill.name, value) not in memory.acted)

    def _others(self, skill: Skill, name: str) -> list[Any]:
        schema = skill.tool.properties.get(name) or {}
        if name in skill.carries and name in self._memory.said_here:
            return [self._memory.said_here[name]]
        known = self._known(skill, name)
        self._rng.shuffle(known)
        if known:
            made_up = list(self._more(skill, name))
            self._rng.shuffle(made_up)
            return [*self._mentioned([*known, *made_up]), *self._again(skill, name, known), *known, *made_up]
        if choices := agreeing(skill.tool, name, enum_of(schema)):
            self._rng.shuffle(choices)
            return [*self._mentioned(choices), *choices]
        if (same := self._kept(skill, name)) is not None:
            return [same]
        drawn = [make_value(name, schema, self._rng, skill.owner) for _ in range(3)]
        drawn += [not drawn[0]] if isinstance(drawn[0], bool) else []
        return agreeing(skill.tool, name, drawn)[:1]

    def _more(self, skill: Skill, name: str) -> Sequence[Any]:
        """Further values that the phrasebook has for free text, where a dialogue needs many."""
        return skill.wording.book.get("more", {}).get(name, ()) if isinstance(skill.wording, DomainWording) else ()

    def _again(self, skill: Skill, name: str, known: Sequence[Any]) -> list[Any]:
        """What was said before under this name or an alias: one trip goes to one place."""
        if self._rng.random() < 0.25 or not isinstance(skill.wording, DomainWording):
            return []
        aliases: Sequence[str] = skill.wording.book.get("aliases", {}).get(name, [name])
        said = (self._memory.said.get(alias) for alias in aliases)
        return [value for value in said if value is not None and value in known]

    def _kept(self, skill: Skill, name: str) -> Any:
        """The value that an earlier call had under the same name, where it is one that a user keeps: who and where."""
        value = self._memory.said.get(name)
        if value is None or self._rng.random() < 0.35 or not fit([value], skill.tool.properties.get(name) or {}):
            return None
        return value if entity_words(name)[-1:] and entity_words(name)[-1] in _KEPT_BY_A_USER else None

    def _agree(self, skill: Skill, chosen: dict[str, Any]) -> None:
        """Values that have to fit others: the topic of a ticket follows from its message."""
        if not isinstance(skill.wording, DomainWording):
            return
        for name, hints in skill.wording.book.get("agree", {}).items():
            for hint, others in hints.items():
                if hint in str(chosen.get(name, "")):
                    chosen.update({k: v for k, v in others.items() if k in chosen})
                    break


def enum_of(schema: Mapping[str, Any]) -> list[Any]:
    """The values of an enum, also where it is one of several options."""
    values = schema.get("enum") or [
        v for o in schema.get("anyOf", ()) if isinstance(o, dict) for v in o.get("enum", ())
    ]
    return [v for v in values if v is not None]


def fit(values: Sequence[Any], schema: Mapping[str, Any]) -> list[Any]:
    """Those of `values` that have the type of a schema; one of them as a list, where it asks for a list."""
    if schema.get("type") == "array":
        return [[value] for value in values[:1] if isinstance(value, str | int)]
    kind = _KINDS.get(str(schema.get("type", "string")))
    return [value for value in values if kind is None or (isinstance(value, kind) and not isinstance(value, bool))]
