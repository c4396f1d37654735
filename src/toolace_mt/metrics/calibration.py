"""How well rules and experts find damage that is known: by kind of damage, by judge, by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from toolace_mt.metrics.agreement import Agreement
from toolace_mt.types import Severity

RULES = "rules"
RULES_OR_WARNINGS = "rules and warnings"
ANY_EXPERT, MOST_EXPERTS = "any expert", "most experts"
RULES_OR_EXPERT = "rules or any expert"
_NEAR = 1  # a message that is missing is found at one beside its place


class Label(NamedTuple):
    """What is known of a row. kind and family: of its damage, empty for good rows. message_index: where that is."""

    bad: bool
    kind: str = ""
    family: str = ""
    message_index: int | None = None
    call_id: str | None = None


class Found(NamedTuple):
    """What a rule found in a row, by message."""

    rule: str
    severity: Severity
    message_index: int | None
    call_id: str | None


@dataclass
class KindCounts:
    """Rows of one kind of damage, and how many of them were found.

    error: with an error of the rules. finding: with any finding. located: with one at the damage. experts: by who failed it.
    judged: rows that the experts gave a verdict on.
    """

    rows: int = 0
    error: int = 0
    finding: int = 0
    located: int = 0
    judged: int = 0
    experts: Counter[str] = field(default_factory=Counter[str])

    def to_json(self) -> dict[str, Any]:
        """The counts, with the recall of each that is meant to be one."""
        shown: dict[str, Any] = {"rows": self.rows, "error": self.error, "finding": self.finding}
        shown |= {"located": self.located, "recall_error": self.error / self.rows}
        shown["recall_finding"] = self.finding / self.rows
        if self.judged:
            shown |= {"judged": self.judged, "experts": dict(self.experts)}
        return shown


@dataclass
class RuleCounts:
    """Rows in which one rule found something, and those in which that was an error."""

    bad: int = 0
    bad_error: int = 0
    good: int = 0
    good_error: int = 0


@dataclass
class Calibration:
    """Everything counted over labelled rows."""

    judges: dict[str, Agreement] = field(default_factory=dict[str, Agreement])
    kinds: dict[tuple[str, str], KindCounts] = field(default_factory=dict[tuple[str, str], KindCounts])
    rules: dict[str, RuleCounts] = field(default_factory=dict[str, RuleCounts])
    unjudged: int = 0

    def count(self, label: Label, found: Collection[Found], failed: Mapping[str, bool] | None = None) -> None:
        """Take in one row: what the rules found in it, and which experts failed it (None: not asked; empty: no answer)."""
        error = any(f.severity == "error" for f in found)
        self._judge(RULES, label, error)
        self._judge(RULES_OR_WARNINGS, label, bool(found))
        for rule in {f.rule for f in found}:
            self._count_rule(rule, label, any(f.rule == rule and f.severity == "error" for f in found))
        counts = self._count_kind(label, found, error) if label.bad else None
        if failed:
            named = {**failed, ANY_EXPERT: any(failed.values()), MOST_EXPERTS: 2 * sum(failed.values()) > len(failed)}
            for name, called_bad in named.items():
                self._judge(name, label, called_bad)
            self._judge(RULES_OR_EXPERT, label, error or named[ANY_EXPERT])
            if counts is not None:
                counts.judged += 1
                counts.experts.update([name for name, called_bad in named.items() if called_bad])
        elif failed is not None:
            self.unjudged += 1

    def _judge(self, name: str, label: Label, called_bad: bool) -> None:
        self.judges.setdefault(name, Agreement()).count(bad=label.bad, called_bad=called_bad)

    def _count_kind(self, label: Label, found: Collection[Found], error: bool) -> KindCounts:
        counts = self.kinds.setdefault((label.family, label.kind), KindCounts())
        counts.rows += 1
        counts.error += error
        counts.finding += bool(found)
        counts.located += any(_is_near(label, f) for f in found)
        return counts

    def _count_rule(self, rule: str, label: Label, error: bool) -> None:
        counts = self.rules.setdefault(rule, RuleCounts())
        if label.bad:
            counts.bad += 1
            counts.bad_error += error
        else:
            counts.good += 1
            counts.good_error += error

    @property
    def families(self) -> dict[str, KindCounts]:
        """The counts of each family: those of its kinds together."""
        whole: dict[str, KindCounts] = {}
        for (family, _), counts in sorted(self.kinds.items()):
            total = whole.setdefault(family, KindCounts())
            for name in ("rows", "error", "finding", "located", "judged"):
                setattr(total, name, getattr(total, name) + getattr(counts, name))
            total.experts.update(counts.experts)
        return whole

    def to_json(self) -> dict[str, Any]:
        """One object of JSON values; shares are None where nothing can be said."""
        rules = self.judges.get(RULES, Agreement())
        return {
            "good": rules.alarms + rules.passed,
            "bad": rules.caught + rules.missed,
            "unjudged": self.unjudged,
            "judges": {name: _agreement_json(counts) for name, counts in self.judges.items()},
            "families": [{"family": name, **counts.to_json()} for name, counts in self.families.items()],
            "kinds": [
                {"family": family, "kind": kind, **counts.to_json()}
                for (family, kind), counts in sorted(self.kinds.items())
            ],
            "rules": [{"rule": name, **vars(counts)} for name, counts in sorted(self.rules.items())],
        }


def _is_near(label: Label, found: Found) -> bool:
    if label.call_id is not None and found.call_id == label.call_id:
        return True
    if label.message_index is None or found.message_index is None:
        return False
    return abs(label.message_index - found.message_index) <= _NEAR


def _agreement_json(counts: Agreement) -> dict[str, Any]:
    figures = ("agreement", "precision", "recall", "false_alarms", "f1", "kappa")
    return {**vars(counts), **{name: getattr(counts, name) for name in figures}}
