"""The pool of tools, and how the candidates of one dialogue are drawn from it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from toolace_mt.schema.names import singular, words
from toolace_mt.tools.relations import Relations
from toolace_mt.types import Tool

_DRAWS = 20
# Of the words of two names; 2 of 3 (`circle_area`, `geometry_circle_area`) are too alike.
_TWIN_SHARE = 0.6
# Different words for asking; `create_user` and `delete_user` are no twins.
_ASKING_WORDS = """
a by calc calculate check compute determine estimate fetch find for get in lookup of retrieve the
"""
_ASKING = frozenset(_ASKING_WORDS.split())


class ToolPool:
    """Tools and an index of which belong together; drawing costs about the same from 100 tools and from 10,000."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.tools = tuple(tools)
        families: dict[tuple[str | None, str, str], list[Tool]] = {}
        for tool in self.tools:
            families.setdefault((tool.environment, tool.group, _source_name(tool)), []).append(tool)
        self._families = list(families.values())
        self._family_of = [i for i, family in enumerate(self._families) for _ in family]
        self._members = [tool for family in self._families for tool in family]
        self._relations = Relations([family[0] for family in self._families])
        self._of_environment: dict[str | None, list[int]] = {}
        for i, family in enumerate(self._families):
            self._of_environment.setdefault(family[0].environment, []).append(i)
        self._within: dict[str | None, list[int]] = {None: list(range(len(self._families)))}

    def __len__(self) -> int:
        return len(self.tools)

    def in_turn(self, number: int, seed: int) -> int | None:
        """Which tool has its turn at `number`, from 0, as `sample` takes it: each once in as many numbers as there are
        tools, in an order that changes from round to round. None for an empty pool.
        """
        if not self.tools:
            return None
        round_, place = divmod(number, len(self.tools))
        return _order(len(self.tools), seed, round_)[place]

    def sample(self, rng: random.Random, size: int, distractors: int, seed_tool: int | None = None) -> tuple[Tool, ...]:
        """Candidates for one dialogue: tools that belong together, then `distractors` that do not, shuffled.

        size: all of them together; fewer come where the pool has fewer that fit. Every tool is the seed of a set with
        the same chance. Names are distinct, also as the sources have them, so no two variants of one function meet.
        Tools that can be run are all of one environment. The same state of `rng` gives the same tools.
        seed_tool: the one that is the seed instead, as `in_turn` gives it.
        """
        if not self.tools or size < 1:
            return ()
        draw = _Draw(self._families, rng)
        seed = None if seed_tool is None else (self._family_of[seed_tool], self._members[seed_tool])
        self._add_related(draw, max(1, size - max(0, distractors)), seed)
        related = list(draw.families)
        self._fill(draw, size, lambda i: all(self._relations.are_apart(i, j) for j in related))
        self._fill(draw, size, lambda _: True)
        draw.add_all(self._all_within(draw), size)
        rng.shuffle(draw.tools)
        return tuple(draw.tools)

    def with_producers(self, rng: random.Random, tools: Sequence[Tool], most: int) -> tuple[Tool, ...]:
        """`tools`, and up to `most` of them all: tools of their environment that give the ids which they ask for.

        So that a walk over tools that run does not stop for an id that only a tool left out would give.
        """
        found = list(tools)
        for tool in tools:
            for i in self._relations.missing_producers(tool, found, rng) if tool.environment else ():
                giver = self._families[i][0]
                taken = {name for other in found for name in (other.name, _source_name(other))}
                if len(found) < most and giver.environment == tool.environment and giver.name not in taken:
                    found.insert(rng.randrange(len(found) + 1), giver)
        return tuple(found)

    def _add_related(self, draw: _Draw, size: int, seed: tuple[int, Tool] | None) -> None:
        """A seed and its relatives, then theirs (by group and ids; topics drift); where these end, another seed."""
        for _ in range(_DRAWS):
            start = len(draw.families)
            seeded = draw.add(*seed) if seed and not start else draw.add(draw.rng.choice(self._family_of))
            if not seeded:
                continue
            # The list grows while it is gone through: relatives are asked for theirs in turn.
            for place, i in enumerate(islice(draw.families, start, None)):
                draw.add_all(self._relations.relatives(i, draw.rng, size, by_topic=place == 0), size)
                if len(draw.tools) >= size:
                    return

    def _fill(self, draw: _Draw, size: int, accept: Callable[[int], bool]) -> None:
        within = self._fitting(draw.environment)
        for _ in range(_DRAWS * (size - len(draw.tools))):
            if len(draw.tools) >= size:
                return
            i = draw.rng.choice(within)
            if accept(i) and draw.add(i) and draw.environment is not None:
                within = self._fitting(draw.environment)

    def _fitting(self, environment: str | None) -> list[int]:
        """The families that may stand beside tools of an environment: its own, and those that run nowhere."""
        if environment not in self._within:
            both = (*self._of_environment.get(None, ()), *self._of_environment[environment])
            self._within[environment] = sorted(both)
        return self._within[environment]

    def _all_within(self, draw: _Draw) -> Iterator[int]:
        """All families that may fit, from a random one on: for pools that are nearly used up."""
        within = self._fitting(draw.environment)
        start = draw.rng.randrange(len(within))
        yield from within[start:]
        yield from within[:start]


class _Draw:
    """One set of candidates in the making."""

    def __init__(self, families: Sequence[Sequence[Tool]], rng: random.Random) -> None:
        self._all = families
        self.rng = rng
        self.families: list[int] = []
        self.tools: list[Tool] = []
        self.environment: str | None = None
        self._names: set[str] = set()
        self._subjects: list[tuple[str, frozenset[str]]] = []

    def add(self, i: int, tool: Tool | None = None) -> bool:
        """Take a tool of family `i`, or just this one, if it fits what is there."""
        if tool is None:
            tool = self._all[i][0] if len(self._all[i]) == 1 else self.rng.choice(self._all[i])
        names = {tool.name, _source_name(tool)}
        if tool.environment not in (None, self.environment or tool.environment) or not self._names.isdisjoint(names):
            return False
        subject = _subject(tool)
        if any(tool.group != group and _alike(subject, other) for group, other in self._subjects):
            return False
        self._subjects.append((tool.group or tool.name, subject))
        self.environment = self.environment or tool.environment
        self._names |= names
        self.families.append(i)
        self.tools.append(tool)
        return True

    def add_all(self, families: Iterable[int], size: int) -> None:
        """Take from `families` until there are `size` tools."""
        for i in families:
            if len(self.tools) >= size:
                return
            self.add(i)


@lru_cache(maxsize=4)
def _order(size: int, seed: int, round_: int) -> list[int]:
    return random.Random(f"{seed}/tools in turn/{round_}").sample(range(size), size)


def _source_name(tool: Tool) -> str:
    return tool.source_name or tool.name


def _subject(tool: Tool) -> frozenset[str]:
    """What a tool is about, by its name: `circle_area` and `calculate_area_of_circle` are about the same."""
    return frozenset(singular(word) for word in words(tool.name)) - _ASKING


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two tools of different sources do the same, so that a user's request would fit both."""
    return bool(one) and len(one & other) >= _TWIN_SHARE * len(one | other)
