"""Fills of a repair put into their dialogue, with what the tools really answer where they run."""

from __future__ import annotations

from collections.abc import Iterable

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.turns import ResultDraft, content_text
from toolace_mt.operations.reasonability import FillDraft, replace_turns
from toolace_mt.stages.execution import Difference, replay
from toolace_mt.stages.reasonability import filled_turn
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Action, Dialogue, Observation, ToolResult, Turn


def fill_in(dialogue: Dialogue, fills: Iterable[FillDraft]) -> Dialogue:
    """`dialogue` with the masked turns as they were written. A call of another tool takes its result along."""
    for fill in fills:
        dialogue = replace_turns(dialogue, _filled(dialogue, fill))
    return dialogue


def _filled(dialogue: Dialogue, fill: FillDraft) -> dict[int, Turn]:
    turn = filled_turn(dialogue.turns[fill.turn], fill)
    if isinstance(turn, Observation) and turn.results:
        before = dialogue.turns[fill.turn]
        assert isinstance(before, Observation)
        if any(not result.content for result in before.results):  # then the others are as they were found
            results = tuple(map(_missing_filled, before.results, fill.results))
            turn = before.model_copy(update={"results": results})
        return {fill.turn: turn}
    if not isinstance(turn, Action) or not turn.calls:
        return {fill.turn: turn}
    calls = tuple(
        call.model_copy(update={"name": draft.name}) for call, draft in zip(turn.calls, fill.tool_calls, strict=True)
    )
    filled: dict[int, Turn] = {fill.turn: turn.model_copy(update={"calls": calls})}
    following = dialogue.turns[fill.turn + 1] if fill.turn + 1 < len(dialogue.turns) else None
    if isinstance(following, Observation) and following.results:
        names = {call.id: call.name for call in calls}
        results = tuple(r.model_copy(update={"name": names.get(r.call_id, r.name)}) for r in following.results)
        filled[fill.turn + 1] = following.model_copy(update={"results": results})
    return filled


def _missing_filled(result: ToolResult, draft: ResultDraft) -> ToolResult:
    if result.content:
        return result
    return result.model_copy(update={"content": content_text(draft.content), "is_error": draft.is_error})


async def with_real_results(scope: Scope, dialogue: Dialogue, old: Dialogue | None = None) -> Dialogue:
    """`dialogue` with what its calls give when it is run again, and the state at its end.

    old: the dialogue before; where calls and results are as in it, nothing is run, and a success that it shows is kept: the
    turns after it rest on that. On a server that cannot be opened anew nothing is run either.
    Raises Unacceptable where a success that is kept does not come out, or a call now fails whose result was a success.
    """
    if old is not None and _calls_and_results(old) == _calls_and_results(dialogue):
        return dialogue
    replayed = await replay(scope.open_environment, dialogue)
    kept = [d for d in replayed.differences if d.written.content and not d.written.is_error]
    failing = [d for d in kept if d.real.is_error] if old is None else await _brought_by(scope, old, dialogue, kept)
    if failing:
        raise Unacceptable([_say(d) for d in failing])
    told = replayed.differences if old is None else [d for d in replayed.differences if d not in kept]
    real = {(d.turn, d.real.call_id): d.real for d in told}
    turns = (
        tuple(_with_real(index, turn, real) for index, turn in enumerate(dialogue.turns)) if real else dialogue.turns
    )
    state = replayed.state if replayed.state is not None else dialogue.state
    if turns == dialogue.turns and state == dialogue.state:
        return dialogue
    return dialogue.model_copy(update={"turns": turns, "state": state})


async def _brought_by(scope: Scope, old: Dialogue, new: Dialogue, differences: list[Difference]) -> list[Difference]:
    """Those of `differences` that `old` did not have, and those of calls that `new` has written anew."""
    if not differences:
        return []
    before = {d.turn for d in (await replay(scope.open_environment, old)).differences}
    return [d for d in differences if d.turn not in before or old.turns[d.turn - 1] != new.turns[d.turn - 1]]


def _calls_and_results(dialogue: Dialogue) -> list[object]:
    results = [r.content for t in dialogue.turns if isinstance(t, Observation) for r in t.results]
    return [[(c.name, c.arguments) for c in dialogue.calls], results]


def _with_real(index: int, turn: Turn, real: dict[tuple[int, str], ToolResult]) -> Turn:
    if not isinstance(turn, Observation) or not turn.results:
        return turn
    results = tuple(real.get((index, result.call_id), result) for result in turn.results)
    return turn if results == turn.results else turn.model_copy(update={"results": results})


def _say(d: Difference) -> str:
    return (
        f"turn {d.turn} shows the result {d.written.content}, but {d.call.name}({d.call.arguments}) really answers"
        f" {d.real.content}; write the arguments with which the shown result comes out"
    )
