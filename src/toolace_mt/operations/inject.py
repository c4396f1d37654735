"""Complexity injection, mask-and-extend: one turn is masked, and a revised turn and further turns take its place (3.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from toolace_mt.dialogue.grounding import mentions, stated_values
from toolace_mt.dialogue.shape import shape_problems
from toolace_mt.dialogue.turns import TurnDraft, TurnKind, turn_json
from toolace_mt.operations.base import Operation, World, shared_context
from toolace_mt.operations.checks import call_problems, text_problems
from toolace_mt.operations.initialize import TurnsDraft
from toolace_mt.types import Action, Dialogue, InjectionKind


@dataclass(frozen=True)
class InjectionInput:
    """Where and what to inject.

    turn: the turn that is replaced. details: what the plan has fixed, shown to the model: `withhold` (tool, parameter,
    value) for a clarification, `missing_tool` for a tool that is added later.
    keep: (tool, parameter, value) that the last user message must still state, since calls after it use them.
    """

    dialogue: Dialogue
    turn: int
    kind: InjectionKind
    sub_kind: str
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    world: World | None = None

    @property
    def keep(self) -> list[tuple[str, str, Any]]:
        """Argument values that the masked user message states and that calls before the next user message use."""
        turns = self.dialogue.turns
        after = turns[self.turn + 1 :]
        until = next((i for i, t in enumerate(after) if not isinstance(t, Action) and t.is_user), len(after))
        return stated_values(turns[self.turn].text, after[:until])


def _context(given: InjectionInput) -> dict[str, Any]:
    context = shared_context(given.dialogue.all_tools, given.world, given.dialogue)
    shown = [turn_json(i, turn) for i, turn in enumerate(given.dialogue.turns)]
    masked = shown[given.turn]
    shown[given.turn] = {"turn": given.turn, "role": masked["role"], "masked": True}
    context["dialogue"] = shown
    original = {key: value for key, value in masked.items() if key != "turn"}
    context["injection"] = {
        "kind": given.kind,
        "sub_kind": given.sub_kind,
        "masked_turn": given.turn,
        "original": original,
        **given.details,
    }
    withheld = given.details.get("withhold", {}).get("value")
    if kept := list(dict.fromkeys(str(value) for _, _, value in given.keep if value != withheld)):
        context["injection"]["values_to_keep"] = kept
    return context


def _shape(draft: TurnsDraft, kinds: tuple[TurnKind, ...], what: str) -> list[str]:
    problems = shape_problems(draft.turns, (kinds[0],), (kinds[-1],))
    if not problems and tuple(turn.kind for turn in draft.turns) != kinds:
        problems = [f"write exactly these {len(kinds)} turns: {what}"]
    return problems or text_problems(turn.content for turn in draft.turns)


def _kept(given: InjectionInput, text: str) -> list[str]:
    lost = dict.fromkeys(str(value) for _, _, value in given.keep if not mentions(text, value))
    return [f"the last user message no longer states {value!r}, which a later call uses" for value in lost]


def _clarification_problems(given: InjectionInput, draft: TurnsDraft) -> list[str]:
    problems = _shape(draft, ("user", "reply", "user"), "user (something left out), assistant (asks), user (supplies)")
    if problems:
        return problems
    first, question, answer = (turn.content for turn in draft.turns)
    value = given.details["withhold"]["value"]
    if mentions(first, value):
        problems.append(f"turns[0] still states {value!r}; it must leave that out")
    if mentions(question, value):
        problems.append(f"turns[1] already states {value!r}; the assistant cannot know it yet")
    if "?" not in question and "？" not in question:
        problems.append("turns[1] asks no question")
    if not mentions(answer, value):
        problems.append(f"turns[2] must state {value!r}")
    both = f"{first} {answer}"
    lost = dict.fromkeys(str(v) for _, _, v in given.keep if not mentions(both, v))
    return problems + [f"no user message states {v!r} any more, which a later call uses" for v in lost]


def _tool_awareness_problems(given: InjectionInput, draft: TurnsDraft) -> list[str]:
    problems = _shape(
        draft, ("user", "reply", "user"), "user (a request), assistant (no tool for it), user (the original request)"
    )
    return problems or _kept(given, draft.turns[2].content)


def _non_function_calling_problems(given: InjectionInput, draft: TurnsDraft) -> list[str]:
    if isinstance(given.dialogue.turns[given.turn], Action):
        return _shape(draft, ("reply", "user", "reply"), "assistant (the original reply), user, assistant")
    problems = _shape(draft, ("user", "reply", "user"), "user, assistant, user (the original request)")
    return problems or _kept(given, draft.turns[2].content)


def _error_problems(given: InjectionInput, draft: TurnsDraft) -> list[str]:
    problems = _shape(
        draft, ("calls", "results", "calls"), "assistant (the failing call), tool (its error), assistant (recovers)"
    )
    if problems:
        return problems
    original = given.dialogue.turns[given.turn]
    assert isinstance(original, Action)
    wanted = [(c.name, c.arguments) for c in original.calls]
    failing, result, recovery = draft.turns
    tools = given.dialogue.tools_at(given.turn)
    if _calls_of(recovery) != wanted:
        problems.append("turns[2].tool_calls must be exactly the original tool_calls, since their results follow")
    if given.sub_kind == "service_error" and _calls_of(failing) != wanted:
        problems.append(
            "turns[0].tool_calls must be exactly the original tool_calls: the call is right, the service fails"
        )
    if given.sub_kind == "wrong_argument":
        if _calls_of(failing) == wanted:
            problems.append("turns[0] must differ from the original call in one argument, or it would not fail")
        if [c.name for c in failing.tool_calls] != [c.name for c in original.calls]:
            problems.append("turns[0] must call the same tool as the original, with one wrong or missing argument")
    problems += [p for c in failing.tool_calls for p in call_problems(c.name, c.arguments, tools) if "no tool" in p]
    if not recovery.content.strip():
        problems.append("turns[2].content is empty; say briefly what went wrong and what is done about it")
    if not any(str(r.content).strip() for r in result.results):
        problems.append("turns[1] needs the text of the error")
    return problems


def _calls_of(draft: TurnDraft) -> list[tuple[str, dict[str, Any]]]:
    return [(c.name, c.arguments) for c in draft.tool_calls]


CLARIFICATION = Operation("inject_clarification", TurnsDraft, _context, _clarification_problems)
TOOL_AWARENESS = Operation("inject_tool_awareness", TurnsDraft, _context, _tool_awareness_problems)
ERROR_SIMULATION = Operation("inject_error_simulation", TurnsDraft, _context, _error_problems)
NON_FUNCTION_CALLING = Operation("inject_non_function_calling", TurnsDraft, _context, _non_function_calling_problems)

INJECTIONS: dict[InjectionKind, Operation[InjectionInput, TurnsDraft]] = {
    "clarification": CLARIFICATION,
    "tool_awareness": TOOL_AWARENESS,
    "error_simulation": ERROR_SIMULATION,
    "non_function_calling": NON_FUNCTION_CALLING,
}
