"""Dialogues that exist already, taken as skeletons: mended where that is certain, then stages 2 and 3 as for all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from toolace_mt.ask import Asker, Unacceptable
from toolace_mt.config import Config
from toolace_mt.dialogue.edits import turn_after
from toolace_mt.dialogue.kept import parts_beside_text
from toolace_mt.dialogue.mending import mend
from toolace_mt.dialogue.parts import kind_of_part
from toolace_mt.dialogue.recorded import Recorded, Unread
from toolace_mt.engines.base import Engine
from toolace_mt.environments.base import Environment, OpenFor, ToolOutput
from toolace_mt.errors import InputError
from toolace_mt.operations.base import Instructions, World
from toolace_mt.rules.verdicts import UNREADABLE
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.work import Work, refine_and_verify, see_through
from toolace_mt.types import Dialogue, Edit, EnvironmentRef, Finding, InjectionKind, Origin, Outcome, Tool


@dataclass(frozen=True)
class Row:
    """Line `line` of a file. id: its own, distinct in the file. found: its dialogue, or why there is none to read.

    planned: the kinds of complexity that it is to get. kept: what is kept of the row beside its dialogue.
    """

    id: str
    line: int
    found: Recorded | str
    planned: Sequence[InjectionKind] = ()
    kept: Origin | None = None


@dataclass(frozen=True)
class RecordedRecipe:
    """What the dialogues of a file are refined with. read: the row of a number. texts: of the run's instructions."""

    config: Config
    engine: Engine
    read: Callable[[int], Row]
    open_for: OpenFor
    texts: Instructions | None = None

    async def make(self, number: int) -> Outcome:
        """The outcome of row `number` (from 0), which fails where it cannot be read. Only a RunStopped is raised."""
        row = self.read(number)
        knobs = self.config
        asker = Asker(self.engine, knobs.engine, row.id, knobs.run.seed, models=knobs.models, texts=self.texts)
        work = take(row, number)
        if isinstance(work, str):
            finding = Finding(rule=UNREADABLE, detail=work)
            origin = Origin(line=row.line)
            return Outcome(
                id=row.id, number=number, status="failed", skeleton="recorded", findings=(finding,), origin=origin
            )
        scope, environment = self._scope(asker, work.dialogue.environment)
        try:
            outcome = await see_through(work, asker, lambda: refine_and_verify(scope, work))
        finally:
            if environment is not None:
                await environment.close()
        return outcome if isinstance(row.found, str) else whole(row.found.dialogue, outcome)

    def _scope(self, asker: Asker, ref: EnvironmentRef | None) -> tuple[Scope, Environment | None]:
        """What works on the row. Its tools are run only where they can be opened anew; else what it shows stays."""
        if ref is None:
            return Scope(asker, self.config, _nothing_runs, repeatable=False), None
        try:
            environment = self.open_for(asker.dialogue_id)(ref)
        except InputError:
            return Scope(asker, self.config, _nothing_runs, repeatable=False), None
        world = World(ref, environment.brief)
        opener = self.open_for(asker.dialogue_id)
        return Scope(asker, self.config, opener, world, (), environment.repeatable), environment


def take(row: Row, number: int) -> Work | str:
    """The row's dialogue, mended, with what was lost to its reader; or why it cannot be worked on."""
    if isinstance(row.found, str):
        return row.found
    recorded = row.found
    mended = mend(recorded.dialogue.model_copy(update={"id": row.id}))
    unread = (_lost(recorded, problem) for problem in recorded.unread if problem.severity == "error")
    lost = (*(_after(f, mended.edits) for f in unread), *mended.gaps)
    origin = row.kept or Origin(line=row.line, metadata=recorded.metadata)
    work = Work(number, mended.dialogue, "recorded", origin, mended.edits, lost=lost, planned=row.planned)
    return work if _can_be_kept(work.dialogue, origin) else "it is nested too deep to be kept"


def whole(recorded: Dialogue, outcome: Outcome) -> Outcome:
    """The outcome, rejected where a part of `recorded` that is no text has gone: an image is in no words."""
    if outcome.dialogue is None:
        return outcome
    there = list(parts_beside_text(outcome.dialogue))
    gone = sorted({kind_of_part(part) for part in parts_beside_text(recorded) if part not in there})
    if not gone:
        return outcome
    detail = f"a part of type {', '.join(gone)} was in a message that was taken out or written anew, and is lost"
    findings = (*outcome.findings, Finding(rule=UNREADABLE, detail=detail))
    status = "rejected" if outcome.status == "accepted" else outcome.status
    return outcome.model_copy(update={"status": status, "findings": findings})


def _lost(recorded: Recorded, problem: Unread) -> Finding:
    places = enumerate(recorded.sources)
    turn = next((t for t, messages in places if problem.message_index in messages), None)
    return Finding(rule=UNREADABLE, turn=turn, call_id=problem.call_id, detail=problem.detail)


def _after(finding: Finding, edits: Sequence[Edit]) -> Finding:
    """The finding where it is once the dialogue is mended; one of the whole row where its turn was taken out."""
    if finding.turn is None:
        return finding
    return finding.model_copy(update={"turn": turn_after(edits, finding.turn)})


def _can_be_kept(dialogue: Dialogue, origin: Origin) -> bool:
    """Whether it can be written to the run folder and to a request: neither takes JSON that is nested hundreds deep."""
    try:
        dialogue.model_dump_json()
        origin.model_dump_json()
    except (ValueError, RecursionError):
        return False
    return True


class _Unreachable:
    """The world of tools that cannot be run here: an outside server, or code that nobody named."""

    repeatable = False
    shared = True
    tools: tuple[Tool, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name
        self.brief: dict[str, Any] = {}

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        raise Unacceptable([f"{name} cannot be run here, so nobody knows what it would answer"])

    def state(self) -> dict[str, str] | None:
        return None

    def alone(self) -> Any:
        raise NotImplementedError("nothing walks over a recorded dialogue")

    async def close(self) -> None:
        pass


def _nothing_runs(ref: EnvironmentRef) -> Environment:
    return _Unreachable(ref.name)
