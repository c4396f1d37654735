"""How whole numbers are distributed: how often each came up, and what follows from that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Distribution:
    """counts: how often each number came up, by the number."""

    counts: dict[int, int]

    @staticmethod
    def of(numbers: Iterable[int]) -> Distribution:
        """The distribution of these numbers."""
        return Distribution(dict(sorted(Counter(numbers).items())))

    @property
    def n(self) -> int:
        """How many numbers there were."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """Their mean; None where there are none."""
        return sum(number * count for number, count in self.counts.items()) / self.n if self.counts else None

    def quantile(self, percent: float) -> int | None:
        """The smallest number that at least `percent` of all do not exceed (nearest rank); None where there are none."""
        wanted, passed = percent / 100 * self.n, 0
        for number, count in sorted(self.counts.items()):
            passed += count
            if passed >= wanted:
                return number
        return None

    def to_json(self) -> dict[str, Any]:
        """n, mean, quantiles p5 to p95, max, and `counts` by the number as a text; all but n and counts null for nothing."""
        quantiles = {f"p{percent}": self.quantile(percent) for percent in _QUANTILES}
        counts = {str(number): count for number, count in sorted(self.counts.items())}
        return {"n": self.n, "mean": self.mean, **quantiles, "max": self.quantile(100), "counts": counts}
