"""Counts in replies: how many things the assistant says there are, against what the results beside it hold."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

from toolace_mt.rules.claims import TEMPERATURE, Claim, claims_in
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.ranges import wrong_ranges
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.sizes import Sizes
from toolace_mt.rules.things import is_name, records_at, stands
from toolace_mt.types import Finding, Observation

_WORD = re.compile(r"\w+")
# Behind the beginning of a key: its rest, and a number, or an object that may hold some.
_NUMBER_UNDER = re.compile(r"[^\"'\n]{0,40}[\"'] ?: ?(?:\{|[\"']?[0-9]{1,4}\b)")
_MOST_SHOWN = 8
_STEM = 3
_LONG = 6
_MOST_RECORDS = 60
_MOST_FITTING = 0.6
_LARGE = 20
_MOST_ADDED = 16


def wrong_count(reading: Reading) -> list[Finding]:
    """No reply counts more or fewer things than the results beside it hold, or than it lists itself."""
    findings: list[Finding] = []
    counted: _Counted | None = None
    for place, claim in claims_in([text for _, text in reading.replies]):
        at = reading.replies[place][0]
        if counted is None or counted.at != at:
            counted = _Counted(reading, at)
        if against := counted.objection(claim):
            findings.append(_finding(at, claim.shown, against))
    return findings + [_finding(at, said, f"{other!r} was given") for at, said, other in wrong_ranges(reading)]


def _finding(at: int, said: str, against: str) -> Finding:
    return Finding(rule="wrong-count", severity="error", turn=at, detail=f"the reply says {said!r}, and {against}")


class _Counted:
    """What can be counted in the results between the reply at turn `at` and the last message of a person."""

    def __init__(self, reading: Reading, at: int) -> None:
        self._reading = reading
        self.at = at
        self._numbered: dict[str, bool] = {}

    @lazily
    def _turns(self) -> range:
        return range(max(self._reading.last_user[self.at], 0), self.at)

    @lazily
    def _sizes(self) -> Sizes:
        return Sizes([value for turn in self._turns for value in self._reading.values_at(turn)])

    @lazily
    def _results(self) -> str:
        """The results in lower case."""
        turns = [self._reading.turns[turn] for turn in self._turns]
        return "\n".join([r.content for turn in turns if isinstance(turn, Observation) for r in turn.results]).lower()

    def objection(self, claim: Claim) -> str | None:
        """What speaks against a claim; None where it may be so."""
        listed = claim.marks_below
        if listed > 1:
            return f"lists {listed}" if listed != claim.number else None
        if not self._results or not (claim.is_of_findings or self._has_number_of(claim)):
            return None
        if not self._sizes.lengths:
            return None
        told = self._size_told(claim) if self._sizes.numbers_of(claim.noun) else None
        held = told or self._other_size(claim)
        return f"the results have {_shown(held)}" if held and (told or not self._was_said(claim)) else None

    def _has_number_of(self, claim: Claim) -> bool:
        """Whether the results may have a number under a key that names the things: told fast."""
        stem = claim.noun[:_STEM]
        if stem not in self._numbered:
            place = self._results.find(stem)
            while place >= 0 and not _NUMBER_UNDER.match(self._results, place + len(stem)):
                place = self._results.find(stem, place + 1)
            self._numbered[stem] = place >= 0
        return self._numbered[stem]

    def _size_told(self, claim: Claim) -> set[int] | None:
        """What the one record that the reply names has, where the claim says something else."""
        records = [record for turn in self._turns for found in records_at(self._reading, turn) for record in found]
        named = [record for record in records[:_MOST_RECORDS] if _is_named(record, claim.text)]
        if len(named) != 1:
            return None
        parts = _parts(Sizes([named[0]]), claim)
        return None if claim.number in parts else parts or None

    def _other_size(self, claim: Claim) -> set[int] | None:
        """What the results have where a claim says something else."""
        sizes = self._sizes
        held = sizes.lengths_of(claim.noun)
        fitting = held | sizes.totals if held else sizes.lengths | sizes.numbers | sizes.totals
        held = held or sizes.lengths
        if claim.number not in fitting and claim.is_of_findings and self._is_of_all(claim, max(held)):
            return held
        parts = _parts(sizes, claim)
        if not parts or claim.number in parts | sizes.lengths or claim.is_of_known_ones or self._is_wished(claim):
            return None
        return None if _may_be_sum(claim.number, parts) else parts

    def _is_of_all(self, claim: Claim, most: int) -> bool:
        """Whether a claim is about all that was found: as one about more than that must be, and one about fewer may not."""
        if claim.number > most:
            return True
        shown = claim.names_behind == claim.number or claim.is_listed
        if claim.number <= _MOST_FITTING * most and claim.is_of_fitting:
            return False
        return self._sizes.results == 1 and not claim.is_of_part and not shown

    def _was_said(self, claim: Claim) -> bool:
        """Whether somebody spoke of so many of these before: what is wished for, or what the house allows."""
        number = rf"\b(?:{'|'.join(claim.forms)})\b"
        near = rf"{number}\W{{1,3}}(?:\w{{1,15}}\W{{1,3}}){{0,3}}?\w{{0,15}}{re.escape(claim.noun)}"
        heard = self._asked if claim.is_of_findings else self._reading.spoken(self.at)
        return re.search(near, heard, re.IGNORECASE) is not None

    @lazily
    def _asked(self) -> str:
        """The system prompt and what people said: what the assistant found before was another search."""
        return "\n".join(
            [self._reading.dialogue.system, *[text for at, text in self._reading.requests if at < self.at]]
        )

    def _is_wished(self, claim: Claim) -> bool:
        """Whether a person named this number at all."""
        heard = " ".join([text for at, text in self._reading.requests if at < self.at]).lower()
        return not set(claim.forms).isdisjoint(_WORD.findall(heard))


def _parts(sizes: Sizes, claim: Claim) -> set[int]:
    """What a claim can be held against; degrees only against one temperature, since people speak of averages."""
    parts = sizes.numbers_of(claim.noun)
    if claim.noun != TEMPERATURE or not parts:
        return parts
    known = min(parts)
    near = (known, known * 9 / 5 + 32, (known - 32) * 5 / 9)
    return set() if len(parts) > 1 or any(abs(claim.number - degrees) <= 1 for degrees in near) else parts


def _may_be_sum(number: int, parts: set[int]) -> bool:
    """Whether a number may count what several records have together: nobody can say which ones are meant."""
    if number == sum(parts) or (len(parts) > 2 and max(parts) < number < sum(parts)):
        return True
    several = sorted(parts)[:_MOST_ADDED]
    return number >= _LARGE and any(sum(some) == number for n in (2, 3) for some in combinations(several, n))


def _is_named(record: dict[str, Any], text: str) -> bool:
    """Whether a text has a longer text of a record."""
    return any(
        isinstance(value, str) and len(value) >= _LONG and is_name(value) and stands(value, text)
        for value in record.values()
    )


def _shown(numbers: set[int]) -> str:
    shown = ", ".join(map(str, sorted(numbers)[:_MOST_SHOWN]))
    return f"{shown}, ..." if len(numbers) > _MOST_SHOWN else shown
