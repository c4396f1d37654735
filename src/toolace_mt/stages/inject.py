"""Complexity injection: ask for the turns that take the place of one turn, and put them in (paper, 3.2)."""

from __future__ import annotations

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.edits import splice
from toolace_mt.dialogue.kept import handed_on
from toolace_mt.dialogue.turns import build_turns, call_ids
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.operations.initialize import TurnsDraft
from toolace_mt.operations.inject import INJECTIONS, InjectionInput
from toolace_mt.stages.changes import refuse_new_errors
from toolace_mt.stages.execution import environment_at, runs
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.targets import Target
from toolace_mt.types import Action, Dialogue, Edit, Observation, ToolCall, ToolResult, Turn


async def inject(scope: Scope, dialogue: Dialogue, target: Target, round_: int) -> tuple[Dialogue, Edit]:
    """`dialogue` with `target` injected, and the edit; the same dialogue where the model could not do it."""
    step = f"refine/{round_}/inject-{target.kind}"
    original = dialogue.turns[target.turn]

    async def accept(draft: TurnsDraft) -> Dialogue:
        turns = build_turns(draft.turns, original.subtask, call_ids(f"{dialogue.id}/{step}"))
        if target.kind == "error_simulation":
            turns = await _failing_first(scope, dialogue, target, turns)
        new = put_in(dialogue, target, turns)
        refuse_new_errors(scope, dialogue, new)
        return new

    given = InjectionInput(dialogue, target.turn, target.kind, target.sub_kind, target.details, scope.world)
    try:
        new = await scope.asker.ask_for(INJECTIONS[target.kind], given, step, accept)
        reason = ""
    except NoUsableAnswer as failure:
        new, reason = None, str(failure)
    length = 0 if new is None else len(new.turns) - len(dialogue.turns) + 1
    edit = Edit(
        stage="inject",
        kind=target.kind,
        sub_kind=target.sub_kind,
        round=round_,
        start=target.turn,
        before=(original,),
        after=new.turns[target.turn : target.turn + length] if new else (),
        accepted=new is not None,
        step=step,
        reason=reason,
        tools_before=dialogue.tools if new and new.tools != dialogue.tools else None,
    )
    return new or dialogue, edit


def put_in(dialogue: Dialogue, target: Target, turns: tuple[Turn, ...]) -> Dialogue:
    """`dialogue` with `turns` in place of the target; a missing tool moves from the start to the last of them."""
    missing = target.details.get("missing_tool")
    if missing:
        tool = next(t for t in dialogue.tools if t.name == missing)
        last = turns[-1].model_copy(update={"tools_added": (tool,)})
        turns = (*turns[:-1], last)
        dialogue = dialogue.model_copy(update={"tools": tuple(t for t in dialogue.tools if t.name != missing)})
    return splice(dialogue, target.turn, 1, handed_on(dialogue.turns[target.turn], turns))


async def _failing_first(scope: Scope, dialogue: Dialogue, target: Target, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The failing call marked where it is a mistake, its error, and the original calls again under their own ids."""
    failing, observation, recovery = turns
    original = dialogue.turns[target.turn]
    assert isinstance(failing, Action)
    assert isinstance(observation, Observation)
    assert isinstance(original, Action)
    mistake = target.sub_kind == "wrong_argument"
    calls = tuple(call.model_copy(update={"faulty": mistake}) for call in failing.calls)
    results: list[ToolResult] = []
    for call, written in zip(calls, observation.results, strict=True):
        result = written.model_copy(update={"is_error": True})
        if runs(dialogue, call.name):
            result = await _real_error(scope, dialogue, target, call) if mistake else _simulated(result)
        results.append(result)
    return (
        failing.model_copy(update={"calls": calls}),
        observation.model_copy(update={"results": tuple(results)}),
        original.model_copy(update={"text": recovery.text}),
    )


def _simulated(result: ToolResult) -> ToolResult:
    return result.model_copy(update={"simulated": True})


async def _real_error(scope: Scope, dialogue: Dialogue, target: Target, call: ToolCall) -> ToolResult:
    """What the tool really answers to the faulty call; it has to be an error."""
    environment = await environment_at(scope.open_environment, dialogue, target.turn)
    assert environment is not None
    output = await environment.call(call.name, call.arguments)
    if not output.is_error:
        raise Unacceptable([f"turns[0]: {call.name}({call.arguments}) does not fail; it answers {output.content}"])
    return ToolResult(call_id=call.id, name=call.name, content=output.content, is_error=True)
