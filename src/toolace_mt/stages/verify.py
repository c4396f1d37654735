"""Stage 3, offline verification: rules, replay where tools run, then experts (paper, 3.3)."""

from __future__ import annotations

import asyncio

from toolace_mt.errors import NoUsableAnswer, RunStopped
from toolace_mt.operations.verify import ExpertInput, expert
from toolace_mt.rules import check
from toolace_mt.stages.execution import replay
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue, Finding

REPLAY = "replay"


async def verify(scope: Scope, dialogue: Dialogue) -> tuple[Finding, ...]:
    """Everything that is found wrong with a dialogue. The experts are asked only where rules and replay find no error."""
    knobs = scope.config.verify
    findings = check(dialogue, skip=knobs.skip_rules)
    if REPLAY not in knobs.skip_rules:
        findings += await _replayed(scope, dialogue)
    if any(f.severity == "error" for f in findings):
        return tuple(findings)
    return (*findings, *await _ask_experts(scope, dialogue))


async def _replayed(scope: Scope, dialogue: Dialogue) -> list[Finding]:
    """Every result that comes out differently when the dialogue is run again, and each part of the state that does."""
    replayed = await replay(scope.open_environment, dialogue)
    findings = [
        Finding(
            rule=REPLAY,
            turn=d.turn,
            call_id=d.call.id,
            detail=f"{d.call.name} answers {d.real.content} when it is run again, but the dialogue has {d.written.content}",
        )
        for d in replayed.differences
    ]
    if dialogue.state is not None and replayed.state is not None and not findings:
        names = sorted({*dialogue.state, *replayed.state})
        other = [name for name in names if dialogue.state.get(name) != replayed.state.get(name)]
        if other:
            detail = f"all results come out the same, but the state at the end differs in {', '.join(other)}"
            findings.append(Finding(rule=REPLAY, detail=detail))
    return findings


async def _ask_experts(scope: Scope, dialogue: Dialogue) -> list[Finding]:
    """All experts at the same time; their findings come in the order of the configuration, whatever the timing."""
    try:
        async with asyncio.TaskGroup() as group:
            names = scope.config.verify.experts
            tasks = [group.create_task(_ask_expert(scope, dialogue, name)) for name in names]
    except BaseExceptionGroup as failures:
        # What stops the run goes before what fails this dialogue, whichever came first.
        raise next((f for f in failures.exceptions if isinstance(f, RunStopped)), failures.exceptions[0]) from None
    return [finding for task in tasks for finding in task.result()]


async def _ask_expert(scope: Scope, dialogue: Dialogue, name: str) -> list[Finding]:
    """The finding of one expert, if any. An expert without a usable answer rejects: nothing unverified is let in."""
    rule = f"expert-{name}"
    try:
        answer = await scope.asker.ask(expert(name), ExpertInput(dialogue, scope.world), f"verify/{name}")
    except NoUsableAnswer as failure:
        return [Finding(rule=rule, detail=f"the expert gave no verdict: {failure}")]
    if answer.verdict == "pass":
        return []
    where = ", ".join(str(turn) for turn in answer.turns)
    return [Finding(rule=rule, turn=answer.turns[0], detail=f"turns {where}: {answer.reason}")]
