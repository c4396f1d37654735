"""Repair instead of discarding: what verification finds wrong is masked, written anew, and verified again (paper, 3.3).

The paper drops a dialogue that fails; here it is dropped only when repair fails too. In each round the turns that errors name
are masked, observations first, then actions, so that no two of one request are neighbours. A change stands only where it
brings no error that was not there before and leaves fewer; a round only where verification finds less after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.edits import splice
from toolace_mt.dialogue.shape import FOLLOWS
from toolace_mt.dialogue.turns import TurnKind, kind_of
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.operations.reasonability import FillsDraft
from toolace_mt.operations.repair import REPAIR, RepairInput
from toolace_mt.rules import RULES
from toolace_mt.stages.changes import refuse_new_errors
from toolace_mt.stages.masks import can_mask
from toolace_mt.stages.refilling import fill_in, with_real_results
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.sure_repairs import Change, sure_repairs
from toolace_mt.stages.verify import REPLAY, verify
from toolace_mt.types import Action, Dialogue, Edit, Finding, Observation

# What is missing there, no new wording of the turns that there are can give.
_BEYOND_REPAIR = frozenset({"unserved-subtask", "faulty-unrecovered", "tool-updates"})
# An expert names the turns before its reason; the model is told of each of them beside its number.
_WHERE = re.compile(r"\Aturns [\d, ]+: ")
# These can follow from another error, and go with it: a call of the wrong tool serves no sub-task.
_CONSEQUENCES = frozenset({"unserved-subtask", "faulty-unrecovered", "pairing", REPLAY})


@dataclass(frozen=True)
class Repaired:
    """A dialogue after repair, the log of it, and what is still found wrong."""

    dialogue: Dialogue
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those that reject."""
    return [finding for finding in findings if finding.severity == "error"]


async def repair(
    scope: Scope, dialogue: Dialogue, findings: Sequence[Finding], lost: Sequence[Finding] = (), step: str = "repair"
) -> Repaired:
    """`dialogue` with its errors repaired as far as that succeeds: the same object where it has none, or none could be.

    findings: what `verify` said of it. lost: errors that only who read the dialogue could see (a part that is missing, or
    unreadable); each holds until its turn is written anew. step: what the steps of its requests begin with. The result
    never has more errors than the dialogue had.
    """
    work = _Repair(scope, dialogue, [*lost, *findings], list(lost), step)
    for round_ in range(1, scope.config.repair.rounds + 1):
        if not errors_of(work.findings) or not work.is_within_reach():
            break
        await work.round(round_)
    return Repaired(work.dialogue, tuple(work.edits), tuple(work.findings))


class _Repair:
    """One dialogue while it is repaired. open: the errors that the turns written in this round have not yet answered."""

    def __init__(
        self, scope: Scope, dialogue: Dialogue, findings: list[Finding], lost: list[Finding], step: str
    ) -> None:
        self.scope = scope
        self.dialogue = dialogue
        self.findings = findings
        self.lost = lost
        self.step = step
        self.open: list[Finding] = []
        self.edits: list[Edit] = []

    def is_within_reach(self) -> bool:
        """Whether all errors are such that turns written anew can mend them: else the work would be for nothing."""
        kinds: list[TurnKind] = [kind_of(turn) for turn in self.dialogue.turns]
        alternates = all(two in FOLLOWS[one] for one, two in pairwise(kinds))
        errors = errors_of(self.findings)
        placed = all(f.turn is not None or (f.rule in _CONSEQUENCES and f not in self.lost) for f in errors)
        return alternates and placed and not any(f.rule in _BEYOND_REPAIR for f in self._causes(errors))

    def _causes(self, errors: list[Finding]) -> list[Finding]:
        """The errors to begin with: those that do not follow from others, where there are any."""
        return [f for f in errors if f.rule not in _CONSEQUENCES or f in self.lost] or errors

    async def round(self, round_: int) -> None:
        """Repair what is open, verify, and take everything back where that found no less."""
        old, lost, begun = self.dialogue, self.lost, len(self.edits)
        self.open = errors_of(self.findings)
        await self._repair_surely(round_)
        for side in (Observation, Action):
            step = f"{self.step}/{round_}/{side.__name__.lower()}s"
            problems = self._problems(side, round_)
            if round_ == 1:
                await self._fill(problems, round_, step)
                continue
            for turn in problems:  # one by one, so that a turn which cannot be repaired holds none of the others up
                left = self._problems(side, round_)
                await self._fill({t: left[t] for t in left if t == turn}, round_, f"{step}/turn-{turn}")
        if self.dialogue is old:
            return
        self.lost = [f for f in self.lost if f in self.open]
        found = [*self.lost, *await verify(self.scope, self.dialogue, f"{self.step}/{round_}/verify")]
        if _weight(found) < _weight(self.findings):
            self.findings = found
            return
        self.dialogue, self.lost = old, lost
        self.edits[begun:] = [_taken_back(edit) for edit in self.edits[begun:]]

    async def _repair_surely(self, round_: int) -> None:
        for _ in range(len(self.open)):
            change = next((c for c in sure_repairs(self.dialogue, self.open) if self._helps(c)), None)
            if change is None:
                break
            self._put(change, round_)
        if any(f.rule == REPLAY for f in self._causes(self.open)):
            await self._tell_the_truth(round_)

    def _helps(self, change: Change) -> bool:
        new = splice(self.dialogue, change.start, len(change.before), change.after)
        try:
            self._refuse_no_gain(new, [change.finding])
        except Unacceptable:
            return False
        return True

    def _put(self, change: Change, round_: int) -> None:
        self.edits.append(_edit(change.kind, round_, change.start, change.before, change.after, [change.finding]))
        self.lost, self.open = ([m for f in each if (m := moved(f, change))] for each in (self.lost, self.open))
        self._take(splice(self.dialogue, change.start, len(change.before), change.after))

    async def _tell_the_truth(self, round_: int) -> None:
        """Results that do not come out when the dialogue is run again are replaced by those that do."""
        try:
            new = await with_real_results(self.scope, self.dialogue)
            refuse_new_errors(self.scope, self.dialogue, new)
        except Unacceptable:
            return  # the calls are written anew instead, so that they give what is shown
        self._log_changes(new, "real_results", round_, "", self.open)
        self._take(new)

    async def _fill(self, problems: dict[int, tuple[str, ...]], round_: int, step: str) -> None:
        """Have the turns that have problems written anew, in one request."""
        if not problems:
            return
        given = RepairInput(self.dialogue, problems, self.scope.world)
        aimed = [
            f for f in self._causes(self.open) if any(turn in problems for turn in _places(self.dialogue, f, round_))
        ]

        async def accept(draft: FillsDraft) -> Dialogue:
            new = await with_real_results(self.scope, fill_in(self.dialogue, draft.fills), self.dialogue)
            self._refuse_no_gain(new, aimed)
            return new

        try:
            new = await self.scope.asker.ask_for(REPAIR, given, step, accept)
        except NoUsableAnswer as failure:
            for turn in problems:
                reasons = [f for f in aimed if turn in _places(self.dialogue, f, round_)]
                before = (self.dialogue.turns[turn],)
                edit = _edit("mask_fill", round_, turn, before, (), reasons, step)
                self.edits.append(edit.model_copy(update={"accepted": False, "reason": f"{edit.reason}; {failure}"}))
            return
        self._log_changes(new, "mask_fill", round_, step, aimed)
        self._take(new)

    def _problems(self, side: type[Observation | Action], round_: int) -> dict[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {}
        for finding in self._causes(self.open):
            for turn in _places(self.dialogue, finding, round_):
                there = self.dialogue.turns[turn]
                missing = isinstance(there, Observation) and any(not r.content for r in there.results)
                free = can_mask(self.dialogue, there, repeatable=self.scope.repeatable)
                if isinstance(there, side) and (free or missing):
                    found.setdefault(turn, []).append(_WHERE.sub("", finding.detail))
        return {turn: tuple(dict.fromkeys(details)) for turn, details in sorted(found.items())}

    def _refuse_no_gain(self, new: Dialogue, aimed: Iterable[Finding]) -> None:
        """Raises Unacceptable where `new` has an error that was not there, or where `aimed` are errors that the rules see,
        and there are as many of these as before.
        """
        refuse_new_errors(self.scope, self.dialogue, new)
        seen = [f for f in aimed if f.rule in RULES and f not in self.lost]
        old, left = (errors_of(self.scope.check(each)) for each in (self.dialogue, new))
        if seen and len(left) >= len(old):
            raise Unacceptable([f"turn {f.turn} still has this error: {f.detail}" for f in left])

    def _take(self, new: Dialogue) -> None:
        """Go on with `new`. Open are the errors that the rules still see, and others whose turns stand as they stood."""
        old, self.dialogue = self.dialogue, new
        now = {(f.rule, f.detail): f for f in self.scope.check(new)}
        kept: list[Finding] = []
        for finding in self.open:
            if finding in self.lost or finding.rule not in RULES:
                turns = _named(finding)
                if len(old.turns) != len(new.turns) or all(old.turns[t] == new.turns[t] for t in turns):
                    kept.append(finding)
            elif (there := now.get((finding.rule, finding.detail))) is not None:
                kept.append(there)
        self.open = kept

    def _log_changes(self, new: Dialogue, kind: str, round_: int, step: str, aimed: Sequence[Finding]) -> None:
        """An edit for each turn that is another in `new`, which has as many turns."""
        for turn, (before, after) in enumerate(zip(self.dialogue.turns, new.turns, strict=True)):
            if before != after:
                reasons = [f for f in aimed if turn in _places(self.dialogue, f, round_)] or aimed
                self.edits.append(_edit(kind, round_, turn, (before,), (after,), reasons, step))


def moved(finding: Finding, change: Change) -> Finding | None:
    """The finding where it is after `change`, which is about one or two turns; None where its turn has gone."""
    by = len(change.after) - len(change.before)
    end = change.start + len(change.before)
    if not by or not (turns := _named(finding)):
        return finding
    left = tuple(turn + by if turn >= end else turn for turn in turns if not change.start <= turn < end)
    return finding.model_copy(update={"turn": left[0], "turns": left if finding.turns else ()}) if left else None


def _named(finding: Finding) -> tuple[int, ...]:
    """The turns that a finding names."""
    return finding.turns or ((finding.turn,) if finding.turn is not None else ())


def _places(dialogue: Dialogue, finding: Finding, round_: int) -> tuple[int, ...]:
    """The turns to mask: those that the finding names; where that did not help, also the request that calls answer.

    A result that differs when it is run again names its call: what tools answer is not written.
    """
    turns = _named(finding)
    if finding.rule == REPLAY:
        turns = tuple(turn - 1 for turn in turns)
    if round_ == 1:
        return turns
    wider = {*turns}
    for turn in turns:
        if kind_of(dialogue.turns[turn]) == "calls":
            wider.add(max((i for i in range(turn) if kind_of(dialogue.turns[i]) == "user"), default=turn))
    return tuple(sorted(wider))


def _weight(findings: Iterable[Finding]) -> tuple[int, int]:
    """Errors of rules, then of experts, who are asked only where there are none of the first."""
    errors = errors_of(findings)
    of_experts = sum(f.rule.startswith("expert-") for f in errors)
    return len(errors) - of_experts, of_experts


def _edit(
    kind: str,
    round_: int,
    start: int,
    before: tuple[Observation | Action, ...],
    after: tuple[Observation | Action, ...],
    findings: Iterable[Finding],
    step: str = "",
) -> Edit:
    return Edit(
        stage="repair",
        kind=kind,
        round=round_,
        start=start,
        before=before,
        after=after,
        accepted=True,
        step=step,
        reason="; ".join(dict.fromkeys(f"{f.rule}: {f.detail}" for f in findings)),
    )


def _taken_back(edit: Edit) -> Edit:
    return edit.model_copy(update={"accepted": False, "reason": f"{edit.reason}; verification found no less after it"})
