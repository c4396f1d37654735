"""Stage 3, offline verification: rules, replay where tools run, then experts (paper, 3.3)."""

from __future__ import annotations

from toolace_mt.operations.verify import ExpertInput
from toolace_mt.stages.execution import replay
from toolace_mt.stages.experts import ask_experts
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue, Finding

REPLAY = "replay"


async def verify(scope: Scope, dialogue: Dialogue, step: str = "verify") -> tuple[Finding, ...]:
    """Everything that is found wrong with a dialogue. The experts are asked only where rules and replay find no error.

    step: what the steps of their calls begin with.
    """
    knobs = scope.config.verify
    findings = scope.check(dialogue)
    if REPLAY not in knobs.skip_rules:
        findings += await _replayed(scope, dialogue)
    if any(f.severity == "error" for f in findings):
        return tuple(findings)
    opinions = await ask_experts(scope.asker, knobs, ExpertInput(dialogue, scope.world), step)
    return (*findings, *(found for opinion in opinions if (found := opinion.finding())))


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
