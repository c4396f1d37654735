"""How a value is said when it is known what the user has to bring: that is stated, what came up before may be, and what
only a result of this very request will give is referred to.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from toolace_mt.dialogue.grounding import leaves, looks_like_id
from toolace_mt.engines.offline.choosing import enum_of
from toolace_mt.engines.offline.conversation import Brought, Context, Exchange
from toolace_mt.engines.offline.known_references import book_of, by_its_maker, by_place, given_by, latest_of
from toolace_mt.engines.offline.language import counted, is_plural
from toolace_mt.engines.offline.referring import refer, same_again, thing_of
from toolace_mt.engines.offline.segments import quoted
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.engines.offline.sources import Source, source_of
from toolace_mt.engines.offline.spoken import Reference, Spoken
from toolace_mt.schema.names import entity_words, singular

_SMALL = 10
_LONG = 60
_LEADING = ("in", "on", "at", "from", "to", "around")


def _is_in(values: Sequence[Any], value: Any) -> bool:
    """Whether `value` is among the values, as text or as a number; a yes or no never counts as said before."""
    return not isinstance(value, bool | None) and any(value == v and type(value) is type(v) for v in values)


def _shape(value: Any) -> str:
    """What ids of one kind have in common: `AC-0` for AC-66632, `@` for mail addresses; nothing for other values."""
    if not isinstance(value, str):
        return ""
    return "@" if "@" in value else re.sub(r"\d+", "0", value) if any(map(str.isdigit, value)) else ""


class Speaker:
    """Says the values of one call. done: the calls of the message so far, whose results the user has not seen."""

    def __init__(
        self, skill: Skill, done: Sequence[Exchange], context: Context, brought: Brought, rng: random.Random
    ) -> None:
        self._skill = skill
        self._done = done
        self._context = context
        self._brought = brought
        self._rng = rng
        self._book = book_of(skill)

    def say(self, name: str, value: Any) -> Spoken:
        """How the value of a parameter is said."""
        if self._brought.holds(name, value):
            return self._stated_once(name, value)
        if isinstance(value, list | dict) and value:
            return self._container(name, value)
        return self._scalar(name, value)

    def _stated_once(self, name: str, value: Any) -> Spoken:
        """A value of the user's own, which the same message need not say twice."""
        if _is_in(self._context.spoken, value) and (ref := self._again(name, value)):
            return Spoken(value, "again", ref)
        return Spoken(value, "stated")

    def _again(self, name: str, value: Any, *, needed: bool = False) -> str:
        """Words for a value that the message has spoken of; none where they could mean another one, or nobody needs them."""
        refs: Mapping[str, Any] = self._book.get("refs", {}).get(name, {})
        if self._context.latest.get(name, value) != value or (not needed and self._is_outdone(name, value)):
            return ""
        if known := refs.get("again") or refs.get("one"):
            return str(self._rng.choice(known))
        if self._skill.domain and not needed:
            return ""
        is_thing = self._is_id(name, value) or (isinstance(value, str) and self._names_a_thing(name))
        thing = self._thing(name, value)
        return self._placed(name, same_again(name, value, thing)) if (is_thing and thing) or needed else ""

    def _is_outdone(self, name: str, value: Any) -> bool:
        """Whether the message has spoken of another thing of the kind since: "that account" would be the other one."""
        group = {name, *self._book.get("aliases", {}).get(name, ())}
        for call, result in reversed(self._done):
            fields = {**given_by(result), **call.arguments}
            alike = [v for n, v in fields.items() if n in group or (_shape(value) and _shape(v) == _shape(value))]
            if alike:
                return value not in alike or any(v != value for v in alike)
        return False

    def _names_a_thing(self, name: str) -> bool:
        return bool({"name", "path", "user", "username", "file"} & set(entity_words(name)))

    def _is_id(self, name: str, value: Any) -> bool:
        return name in self._skill.ids or looks_like_id(name, value)

    def _thing(self, name: str, value: Any) -> str:
        needed = self._skill.needs.get(name)
        return thing_of(needed, value) if needed else thing_of(name, value)

    def _scalar(self, name: str, value: Any) -> Spoken:
        if value is None or isinstance(value, bool):
            return Spoken(value, "stated")
        source = source_of(name, value, self._done)
        uttered, known = _is_in(self._context.uttered, value), self._context.is_known(value) or self._is_a_choice(name)
        if _is_in(self._context.spoken, value):
            if ref := self._again(name, value, needed=source is not None and not known and not uttered):
                return Spoken(value, "again", ref)
            if known or uttered or source is None:
                return Spoken(value, "stated")
        if known:
            return self._known(name, value)
        if source is not None and not self._is_a_chance(name, value, source):
            return Spoken(value, "linked", self._linked(name, value, source))
        if source is None and looks_like_id(name, value):
            return Spoken(value, "linked", self._placed(name, same_again(name, value, self._thing(name, value))))
        return Spoken(value, "stated")

    def _known(self, name: str, value: Any) -> Spoken:
        """What came up before: the last thing of its kind without its id, other values once more."""
        refs: Mapping[str, Any] = self._book.get("refs", {}).get(name, {})
        if (
            self._is_id(name, value)
            and not self._is_outdone(name, value)
            and (known := latest_of(name, value, self._context.before, refs))
        ):
            return Spoken(value, "again", self._rng.choice(known))
        if isinstance(value, str) and (len(value) > _LONG or "\n" in value):
            return Spoken(value, "again", Reference(f"that same {self._thing(name, value) or 'text'}"))
        return Spoken(value, "stated")

    def _is_a_choice(self, name: str) -> bool:
        """Whether the tool itself names the values: anybody can ask for one of them."""
        return bool(enum_of(self._skill.tool.properties.get(name) or {}))

    def _is_a_chance(self, name: str, value: Any, source: Source) -> bool:
        """Whether a small number stands in the results without meaning the same: two stops are not two bags."""
        related = set(entity_words(name)) & set(entity_words(source.field))
        return isinstance(value, int | float) and abs(value) < _SMALL and not related

    def _linked(self, name: str, value: Any, source: Source) -> str:
        refs: Mapping[str, Any] = self._book.get("refs", {}).get(name, {})
        is_id = self._is_id(name, value)
        clear = self._context.latest.get(name, value) == value
        in_first = not source.place or source.path[:1] in [(root,) for root in refs.get("first", ())]
        if refs and is_id and source.line is None and (in_first or source.place == (0, 1)):
            path = ".".join(map(str, source.path))
            by = by_place(self._skill, name, path, refs, self._rng, fresh=source.age == 0)
            made = "" if clear else by_its_maker(self._skill, name, value, self._done, self._context.skills, self._rng)
            return made or self._of_which(by, source, unclear=not clear)
        if refs.get("again") and source.place is None and source.field not in ("origin", "source"):
            return str(self._rng.choice(refs["again"]))
        ref = refer(name, value, source, is_id=is_id, thing=self._thing(name, value))
        return self._placed(name, Reference(self._of_which(ref, source)))

    def _of_which(self, ref: str, source: Source, *, unclear: bool = False) -> str:
        """The reference with what its call was made for, where a call beside or after it showed others of the kind."""
        at = len(self._done) - 1 - source.age
        calls = [call for call, _ in self._done]
        beside = at > 0 and calls[at - 1].name == source.call.name
        rivals = [c for c in calls[at + 1 :] if c.name == source.call.name] + ([calls[at - 1]] if beside else [])
        for name, value in source.call.arguments.items() if rivals or unclear else ():
            apart = isinstance(value, str) and all(rival.arguments.get(name) != value for rival in rivals)
            if apart and _is_in(self._context.uttered, value):
                return f"{re.sub('^that ', 'the ', ref)} for {quoted(value)}"
        return ref

    def _placed(self, name: str, ref: Reference) -> Reference:
        """The reference with the preposition that the phrasebook's clauses leave to it: `in that city`."""
        vague: Sequence[str] = self._book.get("vague", {}).get(name, ())
        first = vague[0].split(" ")[0] if vague else ""
        return Reference(f"{first} {ref}") if first in _LEADING else ref

    def _container(self, name: str, value: Any) -> Spoken:
        """A list or an object: as a whole where a result gives it so, else with a reference for each unseen value."""
        known = all(self._context.is_known(leaf) for leaf in leaves(value))
        if not known and (source := source_of(name, value, self._done)) is not None:
            return Spoken(value, "linked", refer(name, value, source, is_id=False))
        if isinstance(value, list) and (run := self._run(name, value)):
            return Spoken(value, "linked", run)
        return Spoken(self._in_parts(name, value), "stated")

    def _in_parts(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._in_parts_of(name, str(key), inner) for key, inner in value.items()}
        one = "_".join(entity_words(name)) or name
        return [self._in_parts_of(name, one, inner) for inner in value]

    def _in_parts_of(self, parameter: str, name: str, value: Any) -> Any:
        if self._brought.holds(parameter, value, name):
            return value
        if isinstance(value, dict):
            return {key: self._in_parts_of(parameter, str(key), inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._in_parts_of(parameter, name, inner) for inner in value]
        spoken = self._scalar(name, value)
        return Reference(spoken.ref) if spoken.state != "stated" and spoken.ref else value

    def _run(self, name: str, values: Sequence[Any]) -> Reference | None:
        """`the first two`, `all of them`: entries of one result that follow each other from its start."""
        if len(values) < 2 or any(self._brought.holds(name, v) for v in values):
            return None
        found = [source_of(name, v, self._done) for v in values if not self._context.is_known(v)]
        places = [source.place for source in found if source is not None and source.place is not None]
        holders = {(source.age, source.field) for source in found if source is not None}
        if [place for place, _ in places] != list(range(len(values))) or len(holders) > 1:
            return None
        thing = self._thing(name, values[0]) or "result"
        some = counted(len(values), singular(thing), thing if is_plural(thing) else None)
        return Reference("all of them" if places[0][1] == len(values) else f"the first {some}")
