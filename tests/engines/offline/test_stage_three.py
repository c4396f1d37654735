from __future__ import annotations

import pytest

from tests.engines.offline.desk import Desk
from toolace_mt.config import EXPERTS
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.offline.phrases import DOMAINS
from toolace_mt.operations.base import World
from toolace_mt.operations.verify import ExpertInput, expert
from toolace_mt.types import Action, Dialogue, Observation, Turn


async def verdict(desk: Desk, name: str, dialogue: Dialogue, world: World | None) -> str:
    return (await desk.ask(expert(name), ExpertInput(dialogue, world))).verdict


def with_turn(dialogue: Dialogue, index: int, turn: Turn) -> Dialogue:
    return dialogue.model_copy(update={"turns": (*dialogue.turns[:index], turn, *dialogue.turns[index + 1 :])})


def place_of(dialogue: Dialogue, kind: str) -> int:
    return next(i for i, turn in enumerate(dialogue.turns) if kind_of(turn) == kind)


@pytest.mark.parametrize("name", EXPERTS)
@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("seed", range(4))
async def test_a_skeleton_passes(desk: Desk, name: str, domain: str, seed: int) -> None:
    dialogue, world = await desk.builtin(domain, seed)
    assert await verdict(desk, name, dialogue, world) == "pass"


async def test_faithfulness_fails_on_a_figure_from_nowhere(desk: Desk) -> None:
    dialogue, world = await desk.builtin("travel", 1)
    wrong = with_turn(dialogue, place_of(dialogue, "reply"), Action(text="That comes to $98,765.43."))
    assert await verdict(desk, "faithfulness", wrong, world) == "fail"


async def test_completion_fails_without_the_last_subtask(desk: Desk) -> None:
    dialogue, world = await desk.builtin("travel", 1)
    cut = dialogue.model_copy(update={"turns": dialogue.turns[: place_of(dialogue, "reply")]})
    assert await verdict(desk, "completion", cut, world) == "fail"


async def test_roles_fail_where_the_user_names_a_tool(desk: Desk) -> None:
    dialogue, world = await desk.builtin("travel", 1)
    name = dialogue.tools[0].name
    wrong = with_turn(dialogue, 0, Observation(text=f"Call {name} for me."))
    assert await verdict(desk, "roles", wrong, world) == "fail"


async def test_naturalness_fails_on_a_sentence_said_twice(desk: Desk) -> None:
    dialogue, world = await desk.builtin("travel", 1)
    wrong = with_turn(dialogue, place_of(dialogue, "reply"), Action(text="It is all done. It is all done."))
    assert await verdict(desk, "naturalness", wrong, world) == "fail"


async def test_coherence_fails_where_the_user_repeats_a_message(desk: Desk) -> None:
    dialogue, world = await desk.builtin("travel", 1)
    users = [i for i, turn in enumerate(dialogue.turns) if kind_of(turn) == "user"]
    said = "Could you please look up my trips and tell me about all of them?"
    wrong = with_turn(with_turn(dialogue, users[0], Observation(text=said)), users[1], Observation(text=said))
    assert await verdict(desk, "coherence", wrong, world) == "fail"
