"""Which tools belong together: of one group, linked by an id that one returns and another asks for, or of one topic."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from toolace_mt.schema.links import gives, needs
from toolace_mt.schema.names import singular, words
from toolace_mt.types import Tool

_LOOKED_AT = 64
_TOPIC_WORDS = 8
_TOPIC_SHARE = 0.02
_TOPIC_FEW = 20
_SHORTEST = 3
# A word of the name counts twice, one of the description once; a lone word of a description is no topic.
_NAME_WEIGHT = 2
_RELATED_FROM = 2

# Words of tools in general, that say nothing about what one is for.
_EVERYDAY = """
about add all allow also analyze and any api apply are assess available based book calculate can cancel change check
compute convert create current data date default delete detail details description determine each edit estimate execute
false fetch find float following for from function generate get given handle has have id info information input integer
into item items its list load make method name new not number object of one only optional order our output parameter
parameters perform place post process provide provided providing query read record remove request response result
results retrieve return returns run save search send set show specific specified start status string such system that the then
this time tool true type update use used user users using value values view when where whether which will with within
you your
"""
_STOP_WORDS = frozenset(_EVERYDAY.split())


class Relations:
    """An index over tools, by their positions. Asking costs the same for 100 tools and for 10,000."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = tools
        self._groups: dict[str, list[int]] = {}
        self._needed: list[tuple[str, ...]] = []
        self._given: list[tuple[str, ...]] = []
        self._producers: dict[str, list[int]] = {}
        self._consumers: dict[str, list[int]] = {}
        for i, tool in enumerate(tools):
            if tool.group:
                self._groups.setdefault(tool.group, []).append(i)
            self._needed.append(tuple(dict.fromkeys(needs(tool).values())))
            self._given.append(tuple(gives(tool)))
            for thing in self._needed[i]:
                self._consumers.setdefault(thing, []).append(i)
            for thing in self._given[i]:
                self._producers.setdefault(thing, []).append(i)
        self._topics, self._by_topic = _index_topics(tools)
        self._new: dict[int, tuple[Tool, frozenset[str]]] = {}

    def relatives(self, i: int, rng: random.Random, wanted: int, *, by_topic: bool) -> Iterator[int]:
        """Tools that belong to tool `i`, nearest first, at random among equals; some may come twice.

        First those of its group that give the ids that it asks for (up to half of the `wanted`), then its group, then
        those of its topic (where `by_topic`), then those of other groups that ids link it with.
        """
        producers = list(self._drawn((self._producers.get(thing, ()) for thing in self._needed[i]), rng, wanted))
        yield from islice((j for j in producers if self._tools[j].group == self._tools[i].group), max(1, wanted // 2))
        yield from self._drawn([self._groups.get(self._tools[i].group, ())], rng, wanted)
        if by_topic:
            yield from self._of_topic(i, rng)
        yield from producers
        yield from self._drawn((self._consumers.get(thing, ()) for thing in self._given[i]), rng, wanted)

    def missing_producers(self, tool: Tool, among: Sequence[Tool], rng: random.Random) -> Iterator[int]:
        """For each id that `tool` must have and that none of `among` gives: some tools that do, at random.

        A tool that asks for the id itself gives nothing new.
        """
        given = {thing for other in among for thing in self._news(other)}
        for thing in sorted(_asked(tool) - given):
            found = self._drawn([self._producers.get(thing, ())], rng, 1)
            yield from (i for i in found if thing in self._news(self._tools[i]))

    def _news(self, tool: Tool) -> frozenset[str]:
        """The things that a tool gives without having to be told them."""
        kept = self._new.get(id(tool))
        if kept is None or kept[0] is not tool:
            kept = self._new[id(tool)] = (tool, frozenset(set(gives(tool)) - _asked(tool)))
        return kept[1]

    def are_apart(self, i: int, j: int) -> bool:
        """Whether two tools share neither group, nor topic, nor an id."""
        if self._tools[i].group and self._tools[i].group == self._tools[j].group:
            return False
        things, topics = {*self._needed[i], *self._given[i]}, self._topics[i]
        return things.isdisjoint((*self._needed[j], *self._given[j])) and topics.keys().isdisjoint(self._topics[j])

    def _drawn(self, lists: Iterable[Sequence[int]], rng: random.Random, wanted: int) -> Iterator[int]:
        """Some of each list, at random, without going through all of it."""
        most = max(_LOOKED_AT, 4 * wanted)
        return chain.from_iterable(rng.sample(found, min(len(found), most)) for found in lists)

    def _of_topic(self, i: int, rng: random.Random) -> list[int]:
        weights: Counter[int] = Counter()
        nearness: dict[int, float] = {}
        for word, weight in self._topics[i].items():
            found = self._by_topic[word]
            rarity = math.log(1 + len(self._tools) / len(found))
            for j in rng.sample(found, min(len(found), _LOOKED_AT)):
                weights[j] += weight
                nearness[j] = nearness.get(j, 0.0) + weight * rarity
        near = [(-nearness[j], rng.random(), j) for j, count in weights.items() if count >= _RELATED_FROM and j != i]
        return [j for _, _, j in sorted(near)]


def _asked(tool: Tool) -> set[str]:
    """The things that a call must name by their ids."""
    return {thing for name, thing in needs(tool).items() if name in tool.required}


def _index_topics(tools: Sequence[Tool]) -> tuple[list[dict[str, int]], dict[str, list[int]]]:
    """Per tool its few most telling words and their weights; and the tools by word.

    A word tells something where at least two tools have it, and few do.
    """
    weights = [_weighted_words(tool) for tool in tools]
    spread = Counter(word for found in weights for word in found)
    most = max(_TOPIC_FEW, int(_TOPIC_SHARE * len(tools)))
    topics: list[dict[str, int]] = []
    by_topic: dict[str, list[int]] = {}
    for i, found in enumerate(weights):
        telling = sorted((-weight, spread[word], word) for word, weight in found.items() if 2 <= spread[word] <= most)
        topics.append({word: -weight for weight, _, word in telling[:_TOPIC_WORDS]})
        for word in topics[i]:
            by_topic.setdefault(word, []).append(i)
    return topics, by_topic


def _weighted_words(tool: Tool) -> dict[str, int]:
    described = dict.fromkeys(map(singular, words(tool.description)), 1)
    named = dict.fromkeys(map(singular, words(tool.source_name or tool.name)), _NAME_WEIGHT)
    return {
        word: weight
        for word, weight in {**described, **named}.items()
        if len(word) >= _SHORTEST and word not in _STOP_WORDS and not word.isdigit()
    }
