"""Counts in replies: how many things the assistant says there are, against what the results beside it hold."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from toolace_mt.rules.claims import Claim, claims_in
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.sizes import Sizes
from toolace_mt.types import Finding, Observation

_WORD = re.compile(r"\w+")
_MOST_SHOWN = 8


def wrong_count(reading: Reading) -> list[Finding]:
    """No reply counts more or fewer things than the results beside it hold, or than it lists itself."""
    return [
        Finding(rule="wrong-count", severity="error", turn=at, detail=f"the reply says {claim.shown!r}, and {against}")
        for at, text in reading.replies
        if (claims := claims_in(text))
        for counted in [_Counted(reading, at)]
        for claim in claims
        if (against := counted.objection(claim))
    ]


class _Counted:
    """What can be counted in the results between a reply and the last message of a person."""

    def __init__(self, reading: Reading, at: int) -> None:
        self._reading = reading
        self._at = at

    @cached_property
    def _turns(self) -> range:
        return range(max(self._reading.last_user[self._at], 0), self._at)

    @cached_property
    def _sizes(self) -> Sizes:
        values: list[Any] = [value for turn in self._turns for value in self._reading.values[turn]]
        return Sizes(values)

    @cached_property
    def _results(self) -> str:
        """The results in lower case."""
        turns = [self._reading.turns[turn] for turn in self._turns]
        return "\n".join([r.content for turn in turns if isinstance(turn, Observation) for r in turn.results]).lower()

    def objection(self, claim: Claim) -> str | None:
        """What speaks against a claim; None where it may be so."""
        if claim.marks_below > 1 and claim.marks_below != claim.number:
            return f"lists {claim.marks_below}"
        if not self._results or (claim.noun not in self._results and not claim.is_of_findings):
            return None
        held = self._other_size(claim) if self._sizes.lengths else None
        return f"the results have {_shown(held)}" if held and not self._was_said(claim) else None

    def _other_size(self, claim: Claim) -> set[int] | None:
        """What the results have where a claim says something else."""
        sizes = self._sizes
        held = sizes.lengths_of(claim.noun)
        fitting = held | sizes.totals if held else sizes.lengths | sizes.numbers | sizes.totals
        held = held or sizes.lengths
        if claim.number not in fitting and claim.is_of_findings and self._is_of_all(claim, max(held)):
            return held
        parts = sizes.numbers_of(claim.noun)
        if not parts or claim.number in parts | sizes.lengths or claim.is_of_known_ones or self._is_wished(claim):
            return None
        return parts

    def _is_of_all(self, claim: Claim, most: int) -> bool:
        """Whether a claim is about all that was found: as one about more than that must be, and one about fewer may not."""
        if claim.number > most:
            return True
        return self._sizes.results == 1 and not claim.is_of_part and claim.names_behind != claim.number

    def _was_said(self, claim: Claim) -> bool:
        """Whether somebody spoke of so many of these before: what is wished for, or what the house allows."""
        number = rf"\b(?:{'|'.join(claim.forms)})\b"
        near = rf"{number}\W{{1,3}}(?:\w{{1,15}}\W{{1,3}}){{0,3}}?\w{{0,15}}{re.escape(claim.noun)}"
        return re.search(near, self._reading.spoken(self._at), re.IGNORECASE) is not None

    def _is_wished(self, claim: Claim) -> bool:
        """Whether a person named this number at all."""
        heard = " ".join([text for at, text in self._reading.requests if at < self._at]).lower()
        return not set(claim.forms).isdisjoint(_WORD.findall(heard))


def _shown(numbers: set[int]) -> str:
    shown = ", ".join(map(str, sorted(numbers)[:_MOST_SHOWN]))
    return f"{shown}, ..." if len(numbers) > _MOST_SHOWN else shown
