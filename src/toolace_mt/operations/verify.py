"""Stage 3, models: the question "is it good" is split into several, each answered by its own expert (3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, field_validator

from toolace_mt.dialogue.turns import Draft, dialogue_json
from toolace_mt.operations.base import Operation, World, shared_context
from toolace_mt.types import Dialogue

_TURN = re.compile(r"(?:turn\s{0,3})?#?(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True)
class ExpertInput:
    """A whole dialogue.

    Where it was recorded (no task, no world), its system prompt is shown: what it tells the assistant, the assistant knows.
    """

    dialogue: Dialogue
    world: World | None = None


class ExpertDraft(Draft):
    """An expert's answer; the reason comes first, so that the verdict follows from it.

    What can only mean one thing is taken ("FAIL.", `"turns": "3, 5"`, "turn 3"); what is unclear is asked again.
    """

    reason: str
    verdict: Literal["pass", "fail"]
    turns: list[int] = Field(default_factory=list[int])

    @field_validator("verdict", mode="before")
    @classmethod
    def _in_one_form(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        word = value.strip(" .!*\"'\n").lower()
        return {"passed": "pass", "passes": "pass", "failed": "fail", "fails": "fail"}.get(word, word)

    @field_validator("turns", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        if value is None:
            return []
        given: list[Any] = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else [value]
        return [_number(turn) for turn in given if turn != ""]


def _number(turn: Any) -> Any:
    """The number that "turn 3" means; what is no number at all is left for the form to refuse."""
    if isinstance(turn, bool):
        return str(turn)
    if isinstance(turn, str) and (named := _TURN.fullmatch(turn.strip())):
        return int(named[1])
    return turn


def expert_context(given: ExpertInput) -> dict[str, Any]:
    """What every expert is shown, the same for all of them."""
    context = shared_context(given.dialogue.all_tools, given.world, given.dialogue)
    if given.dialogue.system and given.dialogue.task is None and given.world is None:
        context["system"] = given.dialogue.system
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
    return Operation(f"verify_{name}", ExpertDraft, expert_context, _problems)
