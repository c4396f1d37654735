"""Stage 3, models: the question "is it good" is split into several, each answered by its own expert (3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from toolace_mt.dialogue.turns import Draft, dialogue_json
from toolace_mt.operations.base import Operation, World, shared_context
from toolace_mt.types import Dialogue


@dataclass(frozen=True)
class ExpertInput:
    """A whole dialogue."""

    dialogue: Dialogue
    world: World | None = None


class ExpertDraft(Draft):
    """An expert's answer; the reason comes first, so that the verdict follows from it."""

    reason: str
    verdict: Literal["pass", "fail"]
    turns: list[int] = Field(default_factory=list[int])


def _context(given: ExpertInput) -> dict[str, Any]:
    context = shared_context(given.dialogue.all_tools, given.world, given.dialogue)
    context["dialogue"] = dialogue_json(given.dialogue)
    return context


def _problems(given: ExpertInput, draft: ExpertDraft) -> list[str]:
    last = len(given.dialogue.turns) - 1
    problems = [f"turn {t} does not exist; turns are 0 to {last}" for t in draft.turns if not 0 <= t <= last]
    if not draft.reason.strip():
        problems.append("`reason` is empty; give one or two sentences")
    if draft.verdict == "fail" and not draft.turns:
        problems.append("the verdict is fail, but `turns` is empty; name the turns concerned")
    return problems


def expert(name: str) -> Operation[ExpertInput, ExpertDraft]:
    """The operation of the expert called `name`, for example "coherence"."""
    return Operation(f"verify_{name}", ExpertDraft, _context, _problems)
