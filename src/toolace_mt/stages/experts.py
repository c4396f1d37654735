"""Asking the experts about one dialogue: all of them, and all their votes, at the same time."""

from __future__ import annotations

from typing import NamedTuple

from toolace_mt.ask import Asker
from toolace_mt.config import VerifyConfig
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.operations.verify import ExpertInput, expert
from toolace_mt.stages.side_by_side import side_by_side
from toolace_mt.types import Finding


class Vote(NamedTuple):
    """One answer of an expert. turns: those that it holds to be at fault. usable: whether it gave a verdict at all."""

    failed: bool
    reason: str
    turns: tuple[int, ...] = ()
    usable: bool = True


class Opinion(NamedTuple):
    """What one expert says of a dialogue. votes: an odd number, so that there is a majority; never empty."""

    expert: str
    votes: tuple[Vote, ...]

    @property
    def against(self) -> int:
        """How many votes say fail."""
        return sum(vote.failed for vote in self.votes)

    @property
    def failed(self) -> bool:
        """Whether most votes say fail. A vote without a verdict is one of them: nothing unverified is let in."""
        return 2 * self.against > len(self.votes)

    @property
    def spoken_for(self) -> Vote:
        """The vote that speaks for the majority: the one whose turns the others on its side name most often."""
        side = [vote for vote in self.votes if vote.failed == self.failed]
        named = [turn for vote in side for turn in set(vote.turns)]

        def agreement(vote: Vote) -> float:
            return sum(map(named.count, set(vote.turns))) / (len(set(vote.turns)) or 1)

        return max(side, key=lambda vote: (vote.usable, agreement(vote)))  # the first of equal ones

    def finding(self) -> Finding | None:
        """The error that it stands for; None where it passes."""
        if not self.failed:
            return None
        vote = self.spoken_for
        said = f"turns {', '.join(map(str, vote.turns))}: {vote.reason}" if vote.usable else vote.reason
        tally = f" ({self.against} of {len(self.votes)} votes)" if len(self.votes) > 1 else ""
        turn = vote.turns[0] if vote.turns else None
        return Finding(rule=f"expert-{self.expert}", turn=turn, detail=f"{said}{tally}", turns=vote.turns)


async def ask_experts(asker: Asker, knobs: VerifyConfig, given: ExpertInput, step: str = "verify") -> list[Opinion]:
    """What they say, in the order of the configuration, whatever the timing.

    Vote 0 has the step `STEP/NAME`, the others `STEP/NAME/vote-K`. Raises RequestRefused or a RunStopped.
    """
    votes = range(knobs.votes)
    asked = [
        side_by_side(*(_vote(asker, name, given, f"{step}/{name}", vote) for vote in votes)) for name in knobs.experts
    ]
    return [Opinion(name, tuple(said)) for name, said in zip(knobs.experts, await side_by_side(*asked), strict=True)]


async def _vote(asker: Asker, name: str, given: ExpertInput, step: str, number: int) -> Vote:
    try:
        answer = await asker.ask(expert(name), given, f"{step}/vote-{number}" if number else step)
    except NoUsableAnswer as failure:
        return Vote(True, f"the expert gave no verdict: {failure}", usable=False)
    failed = answer.verdict == "fail"
    return Vote(failed, answer.reason.strip(), tuple(dict.fromkeys(answer.turns)) if failed else ())
