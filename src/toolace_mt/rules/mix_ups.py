"""One thing taken for another: a reply names this one, and goes on with what belongs to that one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.mixed_records import strays
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.things import Listing, listings, told
from toolace_mt.types import Finding, Observation

# Who says one of these may mean another thing from now on.
_TURNS_AWAY = re.compile(
    r"\b(?:an?other|others|else|different|more|instead|no|not|nope|rather|change|next|actually|prefer|either|or"
    r"|alternative\w*|options?|list|both|all|first|second|third|last|cheap\w*|earl\w*|later?)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
# What is said of a thing that was chosen before: not of one that is proposed.
_CHOSEN = re.compile(
    r"\b(?:confirm\w*|correct|right\?|you(?:'d| would|'re| are)? (?:want|like|need)\w*|book(?:ed|ing)|reserv\w+|schedul\w+"
    r"|purchas\w+|is on (?:the|its) way|play(?:ing|ed)?|welcome|has been|was)\b",
    re.IGNORECASE,
)
# What is asked, and what is said of a thing that is taken, is about the thing itself: no restaurant at another hotel.
_TAKEN = re.compile(
    r"\?|\b(?:confirm\w*|correct|book(?:ed|ing)|reserv\w+|schedul\w+|purchas\w+|is on (?:the|its) way)\b", re.IGNORECASE
)
_MOST_KEYS = 12
_MOST_NAMES = 200


class _Naming(NamedTuple):
    """At `turn`, one of the things is named, and no other."""

    turn: int
    name: str
    by_call: bool


def mixed_up(reading: Reading) -> list[Finding]:
    """Who speaks of one of the things that a result lists does not go on with another, unless somebody wants another.

    An error where all but one of three values and more belong to one record, an identifier is among them, or one of two is said
    of the other; and where another thing is proposed, is to be confirmed, or is said to be taken. Else a warning.
    """
    findings = {
        stray.turn: Finding(
            rule="mixed-up",
            severity="error" if stray.sure else "warning",
            turn=stray.turn,
            detail=f"the reply tells {stray.value!r} for {stray.key}, and for the rest what belongs to {stray.instead!r}",
        )
        for stray in strays(reading)
    }
    for run in _all_runs(reading):
        for at, name, other in _strays(run):
            taken = _TAKEN.search(reading.turns[at].text.replace(name, ""))
            findings.setdefault(
                at,
                Finding(
                    rule="mixed-up",
                    severity="error" if taken else "warning",
                    turn=at,
                    detail=f"the reply names {name!r}, where before or after it the matter is {other!r}",
                ),
            )
    return [findings[at] for at in sorted(findings)]


def _strays(run: list[_Naming]) -> list[tuple[int, str, str]]:
    """(turn, name, the other name) of the replies in a run that name another thing than the rest of it."""
    if len({naming.name for naming in run}) != 2 or all(naming.by_call for naming in run):
        return []
    counted = Counter(naming.name for naming in run)
    (most, often), (least, seldom) = counted.most_common()
    if often == seldom:
        calls = {naming.name for naming in run if naming.by_call}
        most, least = (least, most) if calls == {least} or (not calls and run[0].name == least) else (most, least)
    return [(naming.turn, least, most) for naming in run if naming.name == least and not naming.by_call]


def _all_runs(reading: Reading) -> Iterator[list[_Naming]]:
    by_key: dict[str, list[Listing]] = {}
    for listing in listings(reading):
        by_key.setdefault(listing.key, []).append(listing)
    if by_key:
        course = _Course(reading)
        for found in islice(by_key.values(), _MOST_KEYS):
            yield from course.runs(found)


class _Course:
    """How a dialogue goes on: who names what, and where the matter may change."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @lazily
    def _given(self) -> dict[int, set[str]]:
        """The texts in the arguments of the calls of a turn."""
        given: dict[int, set[str]] = {}
        for one, values in self._reading.given:
            texts = {value for _, _, value in values if isinstance(value, str)}
            given.setdefault(one.at, set()).update(texts)
        return given

    @lazily
    def _results(self) -> dict[int, str]:
        return {
            at: "\n".join([result.content for result in turn.results])
            for at, turn in enumerate(self._reading.turns)
            if isinstance(turn, Observation)
        }

    @lazily
    def _turned_away(self) -> set[int]:
        return {at for at, text in self._reading.requests if _TURNS_AWAY.search(text)}

    def runs(self, found: list[Listing]) -> list[list[_Naming]]:
        """Namings with nothing between them after which the matter may be another."""
        names = set(islice((name for listing in found for name in listing.records), _MOST_NAMES))
        listed = {listing.turn for listing in found}
        told_at = {at: told(names, text) for at, text in self._reading.replies if at > min(listed)}
        spoken = {naming[0] for naming in told_at.values() if len(naming) == 1}
        if not spoken or len(spoken.union(*(names & given for given in self._given.values()))) == 1:
            return []
        runs: list[list[_Naming]] = [[]]
        spoken_of: set[str] = set()
        for at, kind in enumerate(self._reading.kinds):
            if kind == "results":
                last = {naming.name for naming in runs[-1][-1:]}
                if at in listed or not last.issuperset(told(names, self._results[at])):
                    runs.append([])
            elif kind == "user":
                namings = told(names, self._reading.turns[at].text)
                spoken_of.update(namings)
                if namings or at in self._turned_away:
                    runs.append([])
            elif kind == "calls":
                given = names & self._given.get(at, set())
                if len(given) == 1 and min(listed) < at:
                    runs[-1].append(_Naming(at, given.pop(), by_call=True))
            elif namings := told_at.get(at, ()):
                self._follow(runs, at, namings, spoken_of)
        return [run for run in runs if len(run) > 1]

    def _follow(self, runs: list[list[_Naming]], at: int, namings: list[str], spoken_of: set[str]) -> None:
        """What a reply names: several things, one that is proposed, or the one that the matter is."""
        name, text = namings[0], self._reading.turns[at].text
        if len(namings) > 1 or (name not in spoken_of and not _CHOSEN.search(text.replace(name, ""))):
            runs.append([])
        if len(namings) == 1:
            runs[-1].append(_Naming(at, name, by_call=False))
        spoken_of.update(namings)
