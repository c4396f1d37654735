from __future__ import annotations

import random

import pytest

from tests.engines.offline.desk import PLAIN_TOOLS, Desk
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.offline.phrases import DOMAINS
from toolace_mt.environments.builtin import open_builtin
from toolace_mt.operations.base import World
from toolace_mt.operations.inject import INJECTIONS, InjectionInput
from toolace_mt.operations.reasonability import JUDGE, MASK_FILL, FillInput, JudgeInput
from toolace_mt.stages.execution import environment_at
from toolace_mt.stages.masks import choose_masks
from toolace_mt.stages.targets import targets
from toolace_mt.types import Action, Dialogue, InjectionKind, Observation

WORLDS = (*DOMAINS, "")
KINDS: tuple[InjectionKind, ...] = ("clarification", "tool_awareness", "error_simulation", "non_function_calling")


async def some_dialogue(desk: Desk, name: str, seed: int) -> tuple[Dialogue, World | None]:
    if name:
        return await desk.builtin(name, seed)
    return await desk.skeleton(PLAIN_TOOLS, None, (2, 3), seed), None


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_injection_at_every_place_is_accepted(desk: Desk, name: str, kind: InjectionKind) -> None:
    done: set[str] = set()
    for seed in range(3):
        dialogue, world = await some_dialogue(desk, name, seed)
        for target in targets(dialogue, kind, ()):
            given = InjectionInput(dialogue, target.turn, kind, target.sub_kind, target.details, world)
            await desk.ask(INJECTIONS[kind], given, seed)
            done.add(target.sub_kind)
    assert done


@pytest.mark.parametrize("name", DOMAINS)
async def test_a_wrong_argument_really_fails_in_the_world(desk: Desk, name: str) -> None:
    dialogue, world = await desk.builtin(name, 4)
    for target in targets(dialogue, "error_simulation", ()):
        if target.sub_kind == "wrong_argument":
            given = InjectionInput(dialogue, target.turn, "error_simulation", "wrong_argument", {}, world)
            answer = await desk.ask(INJECTIONS["error_simulation"], given)
            environment = await environment_at(open_builtin, dialogue, target.turn)
            assert environment is not None
            call = answer.turns[0].tool_calls[0]
            output = await environment.call(call.name, call.arguments)
            assert output.is_error
            assert answer.turns[1].results[0].content["error"] in output.content


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("seed", range(6))
async def test_masked_turns_are_written_anew_and_masked_calls_found_again(desk: Desk, name: str, seed: int) -> None:
    dialogue, world = await some_dialogue(desk, name, seed)
    masks = choose_masks(random.Random(seed), [1.0] * len(dialogue.turns), 4)
    answer = await desk.ask(MASK_FILL, FillInput(dialogue, masks, world), seed)
    for fill in answer.fills:
        turn = dialogue.turns[fill.turn]
        if isinstance(turn, Action) and turn.calls:
            assert [c.arguments for c in fill.tool_calls] == [c.arguments for c in turn.calls]
        if isinstance(turn, Observation) and turn.results:
            assert not any(result.is_error for result in fill.results)


async def test_the_judger_prefers_the_version_without_a_fault_wherever_it_stands(desk: Desk) -> None:
    dialogue, world = await desk.builtin("travel", 2)
    reply = next(i for i, turn in enumerate(dialogue.turns) if kind_of(turn) == "reply")
    wrong = Action(text="Everything is booked under BK-99999 for $123,456.", subtask=0)
    better = await desk.ask(JUDGE, JudgeInput(dialogue, {reply: wrong}, world))
    assert better.better == "A"
    turns = (*dialogue.turns[:reply], wrong, *dialogue.turns[reply + 1 :])
    swapped = dialogue.model_copy(update={"turns": turns})
    assert (await desk.ask(JUDGE, JudgeInput(swapped, {reply: dialogue.turns[reply]}, world))).better == "B"
    assert "BK-99999" in better.reason or "123,456" in better.reason


async def test_the_judger_misses_a_value_that_later_calls_use(desk: Desk) -> None:
    dialogue, world = await desk.builtin("travel", 2)
    poor = Observation(text="Could you take care of it for me?", subtask=0)
    answer = await desk.ask(JUDGE, JudgeInput(dialogue, {0: poor}, world))
    assert answer.better == "A"
