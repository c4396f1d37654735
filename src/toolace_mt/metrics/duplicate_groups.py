"""Which dialogues of a dataset are near-duplicates of which, and how many have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from toolace_mt.metrics.duplicates import THRESHOLD, Sketches, compared_texts
from toolace_mt.types import Dialogue

# So much of an id that repeats is shown, for its place to be seen on a terminal.
_NAME = 40


class Link(NamedTuple):
    """Two near-duplicates, by their keys, and how similar they are, from 0 to 1."""

    first: str
    second: str
    similarity: float


class DuplicateGroups:
    """Groups dialogues that near-duplicates join, directly or over others (`metrics.duplicates`).

    Memory: a few KB for each dialogue. Raises InputError where rensa is not installed.
    """

    def __init__(self, threshold: float = THRESHOLD, seed: int = 0) -> None:
        self._sketches = Sketches(threshold, seed)
        self._keys: list[str] = []
        self._parents: list[int] = []
        self.links: list[Link] = []
        """One for each time that two groups became one: enough to tell why the groups are as they are."""

    def add(self, key: str, texts: Iterable[str]) -> None:
        """Take in a dialogue, and join the groups of all that it is a near-duplicate of; without a word it has none."""
        sketch = self._sketches.make(texts)
        if sketch is None:
            return
        new = len(self._keys)
        self._keys.append(key)
        self._parents.append(new)
        for number in self._sketches.candidates(sketch):
            if self._group_of(number) == self._group_of(new):
                continue  # how similar they are changes nothing: this is what keeps a thousand copies cheap
            if (similarity := self._sketches.similarity(number, sketch)) >= self._sketches.threshold:
                self.links.append(Link(self._keys[number], key, similarity))
                self._parents[self._group_of(new)] = self._group_of(number)
        self._sketches.keep(sketch)

    def groups(self) -> list[list[str]]:
        """The keys of each group of two or more, the largest group first; otherwise as they came."""
        members: dict[int, list[str]] = {}
        for number, key in enumerate(self._keys):
            members.setdefault(self._group_of(number), []).append(key)
        return sorted((keys for keys in members.values() if len(keys) > 1), key=len, reverse=True)

    def _group_of(self, number: int) -> int:
        while (parent := self._parents[number]) != number:
            self._parents[number] = number = self._parents[parent]
        return number


@dataclass(frozen=True)
class Grouped:
    """dialogues: how many have a near-duplicate; share: of all. links: what joins them, closest first.

    groups: their ids; one that several dialogues have is followed by the place of each, as in `7 (line 12)`.
    """

    dialogues: int
    share: float
    groups: list[list[str]]
    links: list[Link]


@dataclass(frozen=True)
class DuplicateFigures:
    """Near-duplicates from `threshold` on: of the texts as they are said, and of the same without the values in them."""

    threshold: float
    as_said: Grouped
    without_values: Grouped


class DuplicateCount:
    """Groups dialogues both ways, as they come. Raises InputError where rensa is not installed."""

    def __init__(self, threshold: float = THRESHOLD, seed: int = 0) -> None:
        self._threshold = threshold
        self._as_said, self._without_values = DuplicateGroups(threshold, seed), DuplicateGroups(threshold, seed)
        self._ids: Counter[str] = Counter()
        self._known: dict[str, tuple[str, str]] = {}

    def add(self, dialogue: Dialogue, line: int | None = None) -> None:
        """Take in a dialogue. line: where in its file it stands; without it, its number among those taken in tells."""
        key = str(len(self._known) + 1)
        self._ids[dialogue.id] += 1
        self._known[key] = dialogue.id, f"number {key}" if line is None else f"line {line}"
        self._as_said.add(key, compared_texts(dialogue))
        self._without_values.add(key, compared_texts(dialogue, values=False))

    def figures(self) -> DuplicateFigures:
        """What was found so far."""
        return DuplicateFigures(self._threshold, self._grouped(self._as_said), self._grouped(self._without_values))

    def _grouped(self, found: DuplicateGroups) -> Grouped:
        groups = [[self._name(key) for key in keys] for keys in found.groups()]
        concerned = sum(map(len, groups))
        share = concerned / len(self._known) if self._known else 0.0
        links = [Link(self._name(link.first), self._name(link.second), link.similarity) for link in found.links]
        return Grouped(concerned, share, groups, sorted(links, key=lambda link: -link.similarity))

    def _name(self, key: str) -> str:
        name, place = self._known[key]
        return name if self._ids[name] == 1 else f"{name[:_NAME]} ({place})"
