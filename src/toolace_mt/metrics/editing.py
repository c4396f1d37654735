"""What the stages after the first one changed: edits by stage and kind, and how many of them were accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolace_mt.types import Edit


@dataclass
class EditCounts:
    """proposed: all that were written. accepted: those that went into the dialogue. unchanged: those that say what was there.

    An unchanged one can be accepted too: it does no harm.
    """

    proposed: int = 0
    accepted: int = 0
    unchanged: int = 0


class Editing:
    """Counts edits; memory does not grow with their number."""

    def __init__(self) -> None:
        self._counts: dict[str, EditCounts] = {}

    def add(self, edits: Iterable[Edit]) -> None:
        """Count the edits of a dialogue."""
        for edit in edits:
            counts = self._counts.setdefault(f"{edit.stage}/{edit.kind}", EditCounts())
            counts.proposed += 1
            counts.accepted += edit.accepted
            counts.unchanged += edit.before == edit.after

    def counts(self) -> dict[str, EditCounts]:
        """By `STAGE/KIND`, in the order of these."""
        return dict(sorted(self._counts.items()))
