"""Rules: pure checks of a finished dialogue, `Rule = (Dialogue) -> list[Finding]` (paper, 3.3)."""

from __future__ import annotations

from toolace_mt.rules.registry import RULES, Rule, check

__all__ = ["RULES", "Rule", "check"]
