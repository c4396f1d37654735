"""Why attempts of a run were not accepted: told where the run stops, and known before a hopeless one spends all it may.

A run is hopeless where its first attempts all end in the same way, and none was ever accepted: an endpoint that answers
nothing of use does that, or a server of tools that is broken. A model that is merely weak has one accepted among so many:
of runs that could just reach their count within `run.max_attempts` (one in five accepted), one in 7,500 looks so.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from toolace_mt.types import Outcome

_NUMBER = re.compile(r"\d+")
_DETAILS = 1000
_QUOTED = 400
_MOST_TOLD = 5


@dataclass
class Failures:
    """What was counted so far. shared: the reasons that all attempts of this sitting have in common; None before the first.

    details: by reason and by the detail with its numbers left out, how often; the first detail of each, as it is.
    """

    reasons: Counter[str] = field(default_factory=Counter[str])
    details: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    examples: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    accepted: int = 0
    fresh: int = 0
    shared: frozenset[str] | None = None

    def count(self, outcome: Outcome, *, resumed: bool) -> None:
        """Take in how an attempt ended. resumed: in an earlier sitting."""
        if outcome.status == "accepted":
            self.accepted += 1
            return
        errors = [f for f in outcome.findings if f.severity == "error"]
        found = {f.rule for f in errors} or {outcome.status}
        self.reasons.update(found)
        for rule, detail in {(f.rule, f.detail) for f in errors}:
            self._count_detail(rule, detail)
        if not resumed:
            self.fresh += 1
            self.shared = frozenset(found) if self.shared is None else self.shared & found

    def _count_detail(self, rule: str, detail: str) -> None:
        key = (rule, _NUMBER.sub("0", detail[:_QUOTED]))
        if key in self.examples or len(self.examples) < _DETAILS:
            self.examples.setdefault(key, detail)
            self.details[key] += 1

    def is_hopeless(self, after: int) -> bool:
        """Whether `after` attempts of this sitting, or more, all ended in the same way, and none of the run was accepted."""
        return 0 < after <= self.fresh and not self.accepted and bool(self.shared)

    def told(self, folder: Path) -> str:
        """The reasons with their numbers, the most frequent detail, and where the rest is to be seen."""
        listed = ", ".join(f"{rule} {count}" for rule, count in self.reasons.most_common(_MOST_TOLD)) or "nothing"
        if not self.reasons:
            return f"rejected for: {listed}"
        return (
            f"rejected for: {listed}{self._most_frequent()}. `toolace-mt show {folder} --which rejected` has them all"
        )

    def _most_frequent(self) -> str:
        if not self.details:
            return ""
        (key, times), *_ = self.details.most_common(1)
        detail = " ".join(self.examples[key].split())
        said = detail if len(detail) <= _QUOTED else f"{detail[:_QUOTED]}..."
        return f"; most often ({times:,} times) {key[0]}: {said.rstrip('.')}"
