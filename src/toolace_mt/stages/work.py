"""The way that every dialogue takes through stages 2 and 3, wherever it begins: refine, verify, repair, outcome."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolace_mt.ask import Asker
from toolace_mt.dialogue.kept import parts_beside_text
from toolace_mt.errors import DialogueFailed, InputError, RunStopped
from toolace_mt.stages.refine import refine
from toolace_mt.stages.repair import errors_of, repair
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.verify import verify
from toolace_mt.types import Dialogue, Edit, Finding, InjectionKind, Origin, Outcome, Skeleton, UserProfile


@dataclass
class Work:
    """What has become of dialogue `number` so far.

    lost: errors that only who read it could see (`stages.repair`). planned: kinds that are injected first.
    """

    number: int
    dialogue: Dialogue
    skeleton: Skeleton = "llm"
    origin: Origin | None = None
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()
    lost: tuple[Finding, ...] = ()
    planned: Sequence[InjectionKind] = ()
    profile: UserProfile | None = None
    passes: int = 0
    injections: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()


async def see_through(work: Work, asker: Asker, steps: Callable[[], Awaitable[None]]) -> Outcome:
    """The outcome of `steps`, which change `work`. A dialogue that fails is an outcome; only a RunStopped or an InputError
    is raised.
    """
    try:
        await steps()
        status = "rejected" if errors_of(work.findings) else "accepted"
    except DialogueFailed as failure:
        status, work.findings = "failed", (Finding(rule=failure.rule, detail=str(failure)),)
    except (RunStopped, InputError):
        raise
    except Exception as bug:  # a fault of ours on one odd answer must not end a run of days
        status, work.findings = "failed", (Finding(rule="internal-error", detail=_where(bug)),)
    return Outcome(
        id=work.dialogue.id,
        number=work.number,
        status=status,
        skeleton=work.skeleton,
        dialogue=work.dialogue,
        edits=work.edits,
        findings=work.findings,
        passes=work.passes,
        injections=work.injections,
        unfit=work.unfit,
        repairs=sum(edit.stage == "repair" and edit.round > 0 and edit.accepted for edit in work.edits),
        origin=work.origin,
        profile=work.profile,
        usage=asker.usage,
    )


async def refine_and_verify(scope: Scope, work: Work) -> None:
    """Stages 2 and 3 on a whole dialogue; what fails in stage 3 is repaired. `work` holds what was reached."""
    # What is not whole is not built on, nor what the model cannot see.
    if scope.config.refine.enabled and not work.lost and next(parts_beside_text(work.dialogue), None) is None:
        refined = await refine(scope, work.dialogue, work.planned)
        work.dialogue, work.passes, work.injections = refined.dialogue, refined.passes, refined.injections
        work.unfit = refined.unfit
        work.edits += refined.edits
    work.findings = work.lost  # known without verification
    if not scope.config.verify.enabled:
        return
    work.findings = (*work.lost, *await verify(scope, work.dialogue))
    if scope.config.repair.enabled and errors_of(work.findings):
        findings = work.findings[len(work.lost) :]
        repaired = await repair(scope, work.dialogue, findings, work.lost)
        work.dialogue, work.findings = repaired.dialogue, repaired.findings
        work.edits += repaired.edits


def _where(bug: Exception) -> str:
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__}: {bug} ({Path(frame.filename).name}:{frame.lineno}); please report this"
