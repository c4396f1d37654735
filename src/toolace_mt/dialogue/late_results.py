"""Results that stand apart from their calls: something was said between, and the ids still tell which call they answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from toolace_mt.dialogue.turns import kind_of
from toolace_mt.types import Action, Observation, ToolResult, Turn


def with_late_results(turns: Sequence[Turn]) -> Sequence[Turn]:
    """`turns` with late results right after their calls, the last ones before them of that id that have no result yet.

    The same object where none is late. Results of calls made at the same time stay in a turn of their own.
    """
    late = _late(turns)
    if not late:
        return turns
    homes: dict[int, list[ToolResult]] = defaultdict(list)
    for (turn, place), home in late.items():
        homes[home].append(_results(turns[turn])[place])
    placed: list[Turn] = []
    for index, turn in enumerate(turns):
        left = tuple(r for place, r in enumerate(_results(turn)) if (index, place) not in late)
        if not isinstance(turn, Observation) or len(left) == len(turn.results):
            placed.append(turn)
        elif left or turn.tools_added:
            placed.append(turn.model_copy(update={"results": left}))
        if index in homes:
            placed.append(Observation(results=tuple(homes[index]), subtask=turn.subtask))
    return placed


def _late(turns: Sequence[Turn]) -> dict[tuple[int, int], int]:
    """The turn of the calls that a late result answers, by the result's turn and its place there."""
    late: dict[tuple[int, int], int] = {}
    open_: dict[str, int] = {}  # by id, the turn of the last call that waits for its result
    near: set[str] = set()  # ids of the calls that results may follow here
    for index, turn in enumerate(turns):
        if isinstance(turn, Action):
            near = near if turn.calls and index and kind_of(turns[index - 1]) == "calls" else set()
            for call in turn.calls:
                open_[call.id] = index
                near.add(call.id)
        elif turn.is_user:
            near = set()
        for place, result in enumerate(_results(turn)):
            home = open_.pop(result.call_id, None)
            if home is not None and result.call_id not in near:
                late[index, place] = home
    return late


def _results(turn: Turn) -> tuple[ToolResult, ...]:
    return turn.results if isinstance(turn, Observation) else ()
