"""What a run has done so far: counted by the driver, shown by whoever looks."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from toolace_mt.types import Outcome, Usage


@dataclass
class Progress:
    """Counts of a run. `begun` is a reading of the monotonic clock; only what is shown depends on it.

    is_ending: no more is begun; what is under way is waited for, and what is noticed now is to be told soon.
    """

    wanted: int
    accepted: int = 0
    attempted: int = 0
    working: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    injections: Counter[str] = field(default_factory=Counter[str])
    usage: Usage = field(default_factory=Usage)
    calls: int = 0
    calls_timed: int = 0
    seconds_in_calls: float = 0.0
    resumed_accepted: int = 0
    notices: list[str] = field(default_factory=list[str])
    is_ending: bool = False
    begun: float = field(default_factory=time.monotonic)

    def count(self, outcome: Outcome, *, resumed: bool = False) -> None:
        """Take an outcome in."""
        self.attempted += 1
        if resumed:
            self.usage += outcome.usage
        if outcome.status == "accepted":
            self.accepted += 1
            self.resumed_accepted += resumed
            self.injections.update(outcome.injections)
        else:
            errors = {f.rule for f in outcome.findings if f.severity == "error"}
            self.reasons.update(errors or {outcome.status})

    def revise(self, old: Outcome, new: Outcome) -> None:
        """Take `new` in, in place of `old`."""
        self.attempted -= 1
        if old.status == "accepted":
            self.accepted -= 1
            self.injections -= Counter(old.injections)
        else:
            self.reasons -= Counter({f.rule for f in old.findings if f.severity == "error"} or {old.status})
        self.count(new)

    def count_call(self, usage: Usage, seconds: float | None = None) -> None:
        """Take in what one call used, and how long it took; None for an answer from the journal."""
        self.calls += 1
        if seconds is not None:
            self.calls_timed += 1
            self.seconds_in_calls += seconds
        self.usage += usage

    @property
    def seconds(self) -> float:
        """Seconds since the run began or went on."""
        return time.monotonic() - self.begun

    @property
    def calls_per_second(self) -> float:
        """Calls answered per second of this sitting; right after a restart, those from the journal among them."""
        return self.calls / max(self.seconds, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """An estimate from the pace so far; None before the first dialogue is accepted."""
        fresh = self.accepted - self.resumed_accepted
        return (self.wanted - self.accepted) * self.seconds / fresh if fresh > 0 else None
