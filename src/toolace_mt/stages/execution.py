"""Running the calls of a dialogue on its environment: to make results true, and to compare them later."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.grounding import looks_like_id, scalars
from toolace_mt.dialogue.real_ids import with_real_ids
from toolace_mt.dialogue.turns import content_value
from toolace_mt.environments.base import Environment, OpenEnvironment, ToolOutput
from toolace_mt.errors import ToolStateLost
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import Action, Dialogue, Observation, ToolCall, ToolResult, Turn


class Difference(NamedTuple):
    """A result of turn `turn` that the tool does not give when it is run again."""

    turn: int
    call: ToolCall
    written: ToolResult
    real: ToolResult


def runs(dialogue: Dialogue, name: str) -> bool:
    """Whether the tool `name` can be run in the dialogue's environment."""
    environment = dialogue.environment
    return environment is not None and any(
        t.name == name and t.environment == environment.name for t in dialogue.all_tools
    )


async def environment_at(open_environment: OpenEnvironment, dialogue: Dialogue, upto: int) -> Environment | None:
    """The dialogue's environment in the state that it has before turn `upto`; None where its tools cannot run.

    An outside server is in the one state that it has: its calls are not made again.
    """
    if dialogue.environment is None:
        return None
    environment = open_environment(dialogue.environment)
    if not environment.repeatable:
        return environment
    for call, _ in executed_calls(dialogue, dialogue.turns[:upto]):
        await environment.call(call.name, call.arguments)
    return environment


def executed_calls(dialogue: Dialogue, turns: Sequence[Turn]) -> Iterator[tuple[ToolCall, ToolResult]]:
    """The calls of `turns` that really ran, with their results, in order; simulated outages did not run."""
    for action, observation in itertools.pairwise(turns):
        if not isinstance(action, Action) or not isinstance(observation, Observation):
            continue
        for call, result in zip(action.calls, observation.results, strict=False):
            if not result.simulated and runs(dialogue, call.name):
                yield call, result


@dataclass(frozen=True)
class Replayed:
    """What running a dialogue again gave: results that differ, and the state at its end, where that can be seen."""

    differences: tuple[Difference, ...] = ()
    state: dict[str, str] | None = None


async def replay(open_environment: OpenEnvironment, dialogue: Dialogue) -> Replayed:
    """Run the whole dialogue from its initial state. Where its tools cannot be run once more, nothing differs."""
    environment = open_environment(dialogue.environment) if dialogue.environment else None
    if environment is None or not environment.repeatable:
        return Replayed()
    turn_of = {r.call_id: i for i, t in enumerate(dialogue.turns) if isinstance(t, Observation) for r in t.results}
    differences: list[Difference] = []
    for call, written in executed_calls(dialogue, dialogue.turns):
        real = await _run(environment, call)
        if not _same(written, real):
            differences.append(Difference(turn_of[written.call_id], call, written, real))
    return Replayed(tuple(differences), environment.state())


async def _run(environment: Environment, call: ToolCall) -> ToolResult:
    return _result(call, await environment.call(call.name, call.arguments))


def _result(call: ToolCall, output: ToolOutput) -> ToolResult:
    return ToolResult(call_id=call.id, name=call.name, content=output.content, is_error=output.is_error)


def _same(one: ToolResult, other: ToolResult) -> bool:
    return one.is_error == other.is_error and content_value(one.content) == content_value(other.content)


class CallFails(Unacceptable):
    """A call of new turns really fails. turn: its place among them."""

    def __init__(self, turn: int, problems: list[str]) -> None:
        super().__init__(problems)
        self.turn = turn


@dataclass(frozen=True)
class Grounded:
    """New turns with real results; `changed` where what the model had written differed from them.

    lasting: whether an outside server was changed, which cannot be taken back. real_values: ids that the model had written in
    results, and those that the tools gave at their place.
    """

    turns: tuple[Turn, ...]
    changed: bool
    lasting: bool = False
    real_values: Mapping[str | int, str | int] = field(default_factory=dict[str | int, str | int])


async def ground(open_environment: OpenEnvironment, dialogue: Dialogue, turns: Sequence[Turn]) -> Grounded:
    """Run the calls of `turns`, which continue `dialogue`, and put the real results in place of the written ones.

    An id that a later call took from a written result is replaced by the value that the real result has at its place.
    Raises CallFails, with what the tools really answered, where a call fails; ToolStateLost where calls before it have
    changed an outside server.
    """
    environment = await environment_at(open_environment, dialogue, len(dialogue.turns))
    if environment is None:
        return Grounded(tuple(turns), changed=False)
    new = list(turns)
    real_values: dict[str | int, str | int] = {}
    answers: list[str] = []
    changed = lasting = False
    for i, (action, observation) in enumerate(itertools.pairwise(turns)):
        if not isinstance(action, Action) or not action.calls or not isinstance(observation, Observation):
            continue
        calls = tuple(_with_real_values(call, real_values) for call in action.calls)
        results: list[ToolResult] = []
        for call, written in zip(calls, observation.results, strict=True):
            if not runs(dialogue, call.name):
                results.append(written)
                continue
            _check_arguments(dialogue, call, i)
            real_output = await environment.call(call.name, call.arguments)
            real = _result(call, real_output)
            answers.append(f"turns[{i + 1}]: {call.name}({call.arguments}) really answers {real.content}")
            if real.is_error:
                if lasting or real_output.uncertain:
                    raise ToolStateLost(f"{call.name} answers {real.content}, after calls that changed the server")
                raise CallFails(
                    i, [*answers, f"turns[{i}]: so {call.name} fails; give it values with which it succeeds"]
                )
            lasting = lasting or not (environment.repeatable or _only_looks(dialogue, call.name))
            if not _same(written, real):
                changed = True
                shown, given = content_value(written.content), content_value(real.content)
                real_values |= _of_one_name(shown, given) | _replacements(shown, given)
            results.append(real)
        new[i] = action.model_copy(update={"calls": calls})
        new[i + 1] = observation.model_copy(update={"results": tuple(results)})
    return Grounded(tuple(new), changed, lasting, real_values)


def _only_looks(dialogue: Dialogue, name: str) -> bool:
    return any(t.name == name and t.read_only for t in dialogue.all_tools)


def _check_arguments(dialogue: Dialogue, call: ToolCall, turn: int) -> None:
    tool = next(t for t in dialogue.all_tools if t.name == call.name)
    if problems := argument_problems(tool, call.arguments):
        raise CallFails(turn, [f"turns[{turn}]: {call.name}: {problem}" for problem in problems])


def _replacements(written: Any, real: Any, name: str = "") -> dict[str | int, str | int]:
    """Written id-like values and the real values that stand at the same place."""
    if isinstance(written, dict) and isinstance(real, dict):
        pairs = [(written[k], real[k], str(k)) for k in written if k in real]
    elif isinstance(written, list) and isinstance(real, list):
        pairs = [(one, other, name) for one, other in zip(written, real, strict=False)]
    elif isinstance(written, str | int) and looks_like_id(name, written) and written != real and _is_plain(real):
        return {written: real}
    else:
        return {}
    return {k: v for one, other, key in pairs for k, v in _replacements(one, other, key).items()}


def _is_plain(value: Any) -> TypeGuard[str | int]:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _of_one_name(written: Any, real: Any) -> dict[str | int, str | int]:
    """Written id-like values for whose name the real result has just one: it may have another form than was guessed."""
    given: dict[str, dict[str | int, None]] = {}
    for _, name, value in scalars({"": real}):
        if looks_like_id(name, value):
            given.setdefault(name, {})[value] = None
    guessed = [(name, value) for _, name, value in scalars({"": written}) if looks_like_id(name, value)]
    return {value: next(iter(given[name])) for name, value in guessed if len(given.get(name, ())) == 1}


def _with_real_values(call: ToolCall, values: Mapping[str | int, str | int]) -> ToolCall:
    return call.model_copy(update={"arguments": with_real_ids(call.arguments, values)}) if values else call
