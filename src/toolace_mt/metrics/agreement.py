"""How well a judge that says "bad" or "good" agrees with labels: counts, and the usual figures made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Agreement:
    """Counts of one judge over labelled rows; "bad" is what it looks for.

    caught: bad rows called bad. missed: bad rows called good. alarms: good rows called bad. passed: good rows called good.
    A figure is None where its denominator is nothing: there is no precision of a judge who never said "bad".
    """

    caught: int = 0
    missed: int = 0
    alarms: int = 0
    passed: int = 0

    def count(self, *, bad: bool, called_bad: bool) -> None:
        """Take in one row."""
        if bad:
            self.caught += called_bad
            self.missed += not called_bad
        else:
            self.alarms += called_bad
            self.passed += not called_bad

    @property
    def rows(self) -> int:
        """All rows."""
        return self.caught + self.missed + self.alarms + self.passed

    @property
    def agreement(self) -> float | None:
        """Share of the rows that are called what they are."""
        return _share(self.caught + self.passed, self.rows)

    @property
    def precision(self) -> float | None:
        """Share of the rows called bad that are."""
        return _share(self.caught, self.caught + self.alarms)

    @property
    def recall(self) -> float | None:
        """Share of the bad rows that are called so."""
        return _share(self.caught, self.caught + self.missed)

    @property
    def false_alarms(self) -> float | None:
        """Share of the good rows that are called bad."""
        return _share(self.alarms, self.alarms + self.passed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall: 2 caught / (2 caught + missed + alarms)."""
        return _share(2 * self.caught, 2 * self.caught + self.missed + self.alarms)

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa, (p_o - p_e) / (1 - p_e): agreement beyond that of chance. 1 is perfect, 0 is chance.

        p_o is the observed agreement, p_e the one expected if judge and labels were independent, each with its own share
        of "bad" (J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement
        20(1), 1960). None where p_e is 1: labels and judge know one answer only, and chance explains all.
        """
        bad, called = self.caught + self.missed, self.caught + self.alarms
        expected = bad * called + (self.rows - bad) * (self.rows - called)  # of rows squared, in whole numbers
        observed = (self.caught + self.passed) * self.rows
        return _share(observed - expected, self.rows**2 - expected)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
