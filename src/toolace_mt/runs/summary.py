"""What a run made and used, in figures; and the dataset that it leaves in its folder."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson

from toolace_mt.errors import RunStopped, ToolaceError
from toolace_mt.runs.folder import SUMMARY, Run
from toolace_mt.runs.records import open_records
from toolace_mt.runs.spending import total_usage, usage_by_model
from toolace_mt.runs.whole_file import whole_file
from toolace_mt.types import Action, Edit, Outcome, Usage


def summarize(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Counts over `outcomes`: statuses, reasons of rejection, sub-tasks, steps, injections, passes, edits, usage.

    repaired: accepted dialogues that repair has changed. skeletons: who made the calls of stage 1 of the accepted ones.
    planned_steps: by sub-task; what was made may have others.
    """
    status: Counter[str] = Counter()
    repaired = 0
    reasons: Counter[str] = Counter()
    skeletons: Counter[str] = Counter()
    spread: dict[str, Counter[Any]] = {name: Counter() for name in _SPREADS}
    usage = Usage()
    for outcome in outcomes:
        status[outcome.status] += 1
        usage += outcome.usage
        if outcome.status == "accepted":
            repaired += outcome.repairs > 0
            skeletons[outcome.skeleton] += 1
            _spread(outcome, spread)
        else:
            reasons.update({f.rule for f in outcome.findings if f.severity == "error"})
    return {
        "accepted": status["accepted"],
        "rejected": status["rejected"],
        "failed": status["failed"],
        "repaired": repaired,
        "skeletons": dict(sorted(skeletons.items())),
        "rejections": dict(sorted(reasons.items())),
        "spread": {name: dict(sorted(counts.items())) for name, counts in spread.items()},
        "usage": usage.model_dump(),
    }


_SPREADS = (
    "subtasks",
    "planned_steps",
    "injections",
    "injection_kinds",
    "passes",
    "edits",
    "repairs",
    "turns",
    "calls",
)


def _spread(outcome: Outcome, spread: dict[str, Counter[Any]]) -> None:
    dialogue = outcome.dialogue
    if dialogue is None:
        return
    if dialogue.task:
        spread["subtasks"][len(dialogue.task.subtasks)] += 1
        spread["planned_steps"].update(s.steps for s in dialogue.task.subtasks)
    spread["injections"][len(outcome.injections)] += 1
    done = [e for e in outcome.edits if e.stage == "inject" and e.accepted]
    spread["injection_kinds"].update(f"{e.kind}/{e.sub_kind}" for e in done)
    spread["passes"][outcome.passes] += 1
    spread["edits"].update(_fate(edit) for edit in outcome.edits if edit.stage != "repair")
    spread["repairs"].update(edit.kind for edit in outcome.edits if edit.stage == "repair" and edit.accepted)
    spread["turns"][len(dialogue.turns)] += 1
    spread["calls"][sum(len(t.calls) for t in dialogue.turns if isinstance(t, Action))] += 1


def _fate(edit: Edit) -> str:
    if edit.accepted:
        return "accepted"
    return "unchanged" if edit.after == edit.before else "kept old"


@asynccontextmanager
async def summarized(run: Run) -> AsyncGenerator[None]:
    """Where the block ends, and where it stops early, the summary of the run is written. Raises StorageFailed at its end."""
    try:
        yield
    except (RunStopped, asyncio.CancelledError, KeyboardInterrupt):
        with suppress(ToolaceError):  # the disk that stopped it is full
            write_summary(run)
        raise
    write_summary(run)


def write_summary(run: Run) -> dict[str, Any]:
    """Write `summary.json` into the run folder, and give what it holds. Raises StorageFailed."""
    summary = summarize(run.outcomes("all"))
    with open_records(run.path) as records:
        by_model = usage_by_model(run.config, records.usage())  # also of calls whose dialogue is not finished
    summary["usage"] = {**total_usage(by_model), "models": by_model}
    summary["spare"] = max(0, summary["accepted"] - run.config.run.count)
    with whole_file(run.path / SUMMARY) as file:
        file.write(orjson.dumps(summary, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))
    return summary
