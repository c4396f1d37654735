from __future__ import annotations

from tests.doubles.trips import call, calls, reply, result, results, trip, user
from toolace_mt.metrics.diversity import spoken
from toolace_mt.metrics.shape import MEASURES, Shape
from toolace_mt.types import Dialogue


def counts(*dialogues: Dialogue) -> dict[str, dict[int, int]]:
    shape = Shape()
    for dialogue in dialogues:
        shape.add(dialogue, spoken(dialogue))
    return {name: each.counts for name, each in shape.distributions().items()}


def test_a_dialogue_with_everything_in_it() -> None:
    found = counts(trip())
    assert set(found) == set(MEASURES)
    assert found["user_turns"] == {3: 1}
    assert found["messages"] == {15: 1}, "14 turns, one of them with two results; the system prompt is not counted"
    assert found["calls"] == {5: 1}
    assert found["calls_per_user_turn"] == {0: 1, 2: 1, 3: 1}
    assert found["calls_per_step"] == {1: 3, 2: 1}
    assert found["steps_per_subtask"] == {1: 1, 3: 1}
    assert (found["tools_offered"], found["tools_called"]) == ({3: 1}, {3: 1})


def test_what_is_said() -> None:
    dialogue = Dialogue(
        id="x",
        tools=(),
        turns=(user("one two"), calls(call("c", "t"), text="three"), results(result("c", "t", "a b c")), reply("!")),
    )
    found = counts(dialogue, dialogue)
    assert found["tokens_per_user_message"] == {2: 2}
    assert found["tokens_per_assistant_text"] == {1: 4}
    assert found["tokens_per_result"] == {3: 2}


def test_calls_before_the_first_user_message_and_turns_of_no_subtask() -> None:
    turns = (calls(call("c", "t"), subtask=None), results(result("c", "t", "x"), subtask=None), user("hi", None))
    found = counts(Dialogue(id="x", tools=(), turns=turns))
    assert found["calls_per_user_turn"] == {0: 1}
    assert found["steps_per_subtask"] == {}


def test_results_and_a_user_message_in_one_turn() -> None:
    both = results(result("c", "t", "x")).model_copy(update={"text": "and now?"})
    found = counts(Dialogue(id="x", tools=(), turns=(user("hi"), calls(call("c", "t")), both, reply("yes"))))
    assert (found["user_turns"], found["messages"], found["calls_per_user_turn"]) == ({2: 1}, {5: 1}, {0: 1, 1: 1})
