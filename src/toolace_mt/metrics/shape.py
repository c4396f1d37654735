"""The numbers that make up the shape of a dialogue: how long it is, how much it calls, how much is said at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from toolace_mt.metrics.distribution import Distribution
from toolace_mt.metrics.diversity import Spoken, tokens, user_turns
from toolace_mt.types import Action, Dialogue, Observation

MEASURES = {
    "user_turns": "user messages of a dialogue",
    "messages": "messages of a dialogue but for the system prompt; each result is one",
    "calls": "calls of a dialogue",
    "calls_per_user_turn": "calls between a user message and the next",
    "calls_per_step": "calls that are made at once",
    "steps_per_subtask": "turns with calls of a sub-task, where it is known which turns belong to it",
    "tools_offered": "tools that a dialogue has, those that are added included",
    "tools_called": "different tools that a dialogue calls",
    "tokens_per_user_message": "tokens of a user message",
    "tokens_per_assistant_text": "tokens of what the assistant says, beside calls too",
    "tokens_per_result": "tokens of a result",
}


class Measured(NamedTuple):
    """One number, by the name of what was counted (`MEASURES`)."""

    name: str
    number: int


class Shape:
    """Counts the numbers of dialogues; memory grows with different numbers only."""

    def __init__(self) -> None:
        self._counts: Counter[Measured] = Counter()

    def add(self, dialogue: Dialogue, said: Iterable[Spoken]) -> None:
        """Count a dialogue, of which `said` are the spoken texts."""
        self._counts.update(_measured(dialogue))
        self._counts.update(_lengths(said))

    def distributions(self) -> dict[str, Distribution]:
        """All MEASURES, by name."""
        sorted_out: dict[str, dict[int, int]] = {name: {} for name in MEASURES}
        for (name, number), count in sorted(self._counts.items()):
            sorted_out[name][number] = count
        return {name: Distribution(counts) for name, counts in sorted_out.items()}


def _measured(dialogue: Dialogue) -> Iterator[Measured]:
    yield Measured("user_turns", user_turns(dialogue))
    yield Measured("messages", sum(_messages(turn) for turn in dialogue.turns))
    yield Measured("calls", len(dialogue.calls))
    yield Measured("tools_offered", len(dialogue.all_tools))
    yield Measured("tools_called", len({call.name for call in dialogue.calls}))
    for number in _calls_by_user_turn(dialogue):
        yield Measured("calls_per_user_turn", number)
    for number in _steps_by_subtask(dialogue).values():
        yield Measured("steps_per_subtask", number)
    for turn in dialogue.turns:
        if isinstance(turn, Observation):
            for result in turn.results:
                yield Measured("tokens_per_result", len(tokens(result.content)))
        elif turn.calls:
            yield Measured("calls_per_step", len(turn.calls))


def _lengths(said: Iterable[Spoken]) -> Iterator[Measured]:
    for message in said:
        name = "tokens_per_user_message" if message.by_user else "tokens_per_assistant_text"
        yield Measured(name, len(message.tokens))


def _messages(turn: Observation | Action) -> int:
    return 1 if isinstance(turn, Action) else len(turn.results) + (turn.is_user or bool(turn.text))


def _calls_by_user_turn(dialogue: Dialogue) -> list[int]:
    """The calls that follow each user message; those before the first one follow none."""
    found: list[int] = []
    for turn in dialogue.turns:
        if isinstance(turn, Action):
            if found:
                found[-1] += len(turn.calls)
        elif turn.is_user or turn.text:
            found.append(0)
    return found


def _steps_by_subtask(dialogue: Dialogue) -> dict[int, int]:
    steps: dict[int, int] = {}
    for turn in dialogue.turns:
        if turn.subtask is not None:
            steps[turn.subtask] = steps.get(turn.subtask, 0) + (isinstance(turn, Action) and bool(turn.calls))
    return steps
