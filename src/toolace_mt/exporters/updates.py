"""Tools that are added on the way, for formats with one list of tools.

Such a list would show a tool before it is there, and spoil the very turns in which the assistant has to see that it is
missing. So the list has the tools of the start, and an added tool is told in the observation that brings it, as benchmarks
that work by prompting do (BFCL's missing functions).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolace_mt.dialogue.formats.told_tools import ANNOUNCEMENT
from toolace_mt.types import Dialogue, Observation, Tool, Turn


def announced(dialogue: Dialogue, written: Callable[[Sequence[Tool]], str]) -> Dialogue:
    """The dialogue with the tools of its start only; those added on the way are told in the text, as `written` writes them."""

    def told(turn: Turn) -> Turn:
        if not isinstance(turn, Observation) or not turn.tools_added:
            return turn
        block = f"\n\n{ANNOUNCEMENT}\n{written(turn.tools_added)}"
        if turn.is_user:
            return turn.model_copy(update={"text": turn.text + block, "tools_added": ()})
        last = turn.results[-1].model_copy(update={"content": turn.results[-1].content + block})
        return turn.model_copy(update={"results": (*turn.results[:-1], last), "tools_added": ()})

    return dialogue.model_copy(update={"turns": tuple(told(turn) for turn in dialogue.turns)})


def tool_updates(dialogue: Dialogue) -> int:
    """The number of observations that add tools."""
    return sum(isinstance(turn, Observation) and bool(turn.tools_added) for turn in dialogue.turns)
