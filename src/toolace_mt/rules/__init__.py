"""Rules: pure checks of a finished dialogue, `Rule = (Reading) -> list[Finding]` (paper, 3.3)."""

from __future__ import annotations

from toolace_mt.rules.reading import Reading
from toolace_mt.rules.registry import RULES, Rule, check

__all__ = ["RULES", "Reading", "Rule", "check"]
