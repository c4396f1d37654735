from __future__ import annotations

from typing import Any

import pytest

from tests.stages.kiosk import Kiosk, call, output, result, run
from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.edits import splice
from toolace_mt.environments.base import ToolOutput
from toolace_mt.errors import ToolStateLost
from toolace_mt.stages.execution import ground, replay
from toolace_mt.types import Action, Dialogue, EnvironmentRef, Observation, Tool


def test_a_dialogue_replays_from_its_initial_state(dialogue: Dialogue) -> None:
    assert run(replay(Kiosk, dialogue)).differences == ()


def test_replay_names_the_call_and_the_difference(dialogue: Dialogue) -> None:
    forged = splice(dialogue, 4, 1, [result("b", "buy_book", {"status": "sold", "left": 7})])
    (difference,) = run(replay(Kiosk, forged)).differences
    assert (difference.turn, difference.call.id) == (4, "b")
    assert '"left":1' in difference.real.content


def test_key_order_and_spaces_of_a_result_do_not_matter(dialogue: Dialogue) -> None:
    same = splice(dialogue, 4, 1, [result("b", "buy_book", {"left": 1, "status": "sold"})])
    assert run(replay(Kiosk, same)).differences == ()


def test_what_a_model_wrote_is_replaced_by_what_the_tools_answer(dialogue: Dialogue) -> None:
    invented = (
        dialogue.turns[0],
        call("a", "find_book", title="Dune"),
        result("a", "find_book", {"book_id": "BK-9999"}),
        call("b", "buy_book", book_id="BK-9999"),
        result("b", "buy_book", {"status": "ok"}),
        dialogue.turns[5],
    )
    empty = dialogue.model_copy(update={"turns": ()})
    grounded = run(ground(Kiosk, empty, invented))
    assert grounded.changed
    later = grounded.turns[3]
    assert isinstance(later, Action)
    assert later.calls[0].arguments == {"book_id": "BK-4001"}
    assert run(replay(Kiosk, empty.model_copy(update={"turns": grounded.turns}))).differences == ()


class Orders(Kiosk):
    """Gives each order one number, whatever was guessed, and says nothing else."""

    def __init__(self, number: Any) -> None:
        super().__init__(EnvironmentRef(name="kiosk", seed=0))
        self.number = number

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        return output({"order_id": self.number} if name == "order" else {"ok": True})


def called_after_order(guessed: int | str, real: Any, **arguments: Any) -> dict[str, Any]:
    """The arguments with which `change` is called, when the model guessed the number of the order before it."""
    tools = tuple(Tool(name=name, parameters={"type": "object"}, environment="kiosk") for name in ("order", "change"))
    dialogue = Dialogue(id="d", tools=tools, environment=EnvironmentRef(name="kiosk", seed=0))
    turns = (
        Observation(text="Order tea, then change the order."),
        call("a", "order", item="tea"),
        result("a", "order", {"order_id": guessed}),
        call("b", "change", **arguments),
        result("b", "change", {"ok": True}),
        Action(text="Done."),
    )
    changed = run(ground(lambda _: Orders(real), dialogue, turns)).turns[3]
    assert isinstance(changed, Action)
    return changed.calls[0].arguments


def test_a_number_is_replaced_only_where_it_is_an_id() -> None:
    written = {"order_id": 1000, "quantity": 1000, "lines": [{"order_id": 1000, "cents": 1000}]}
    assert called_after_order(1000, 5017, **written) == {
        "order_id": 5017,
        "quantity": 1000,
        "lines": [{"order_id": 5017, "cents": 1000}],
    }


def test_ids_inside_texts_are_replaced_too() -> None:
    note = "As OR-1001, not OR-10011: call me before OR-1001."
    assert called_after_order("OR-1001", "OR-7", order_id="OR-1001", note=note) == {
        "order_id": "OR-7",
        "note": "As OR-7, not OR-10011: call me before OR-7.",
    }


@pytest.mark.parametrize("real", [None, True, {"number": 5}, [5]])
def test_what_is_no_id_takes_the_place_of_none(real: Any) -> None:
    assert called_after_order("OR-1001", real, order_id="OR-1001", note="OR-1001") == {
        "order_id": "OR-1001",
        "note": "OR-1001",
    }


def test_a_call_that_really_fails_is_sent_back_with_the_real_answer(dialogue: Dialogue) -> None:
    wrong = (dialogue.turns[0], call("a", "find_book", title="Ulysses"), *dialogue.turns[2:])
    with pytest.raises(Unacceptable, match="no such book"):
        run(ground(Kiosk, dialogue.model_copy(update={"turns": ()}), wrong))


def test_state_of_earlier_turns_counts(dialogue: Dialogue) -> None:
    again = (call("c", "buy_book", book_id="BK-4001"), result("c", "buy_book", {"status": "sold"}))
    with pytest.raises(Unacceptable, match="no such book"):
        run(ground(Kiosk, dialogue, (Observation(text="Once more."), *again, dialogue.turns[5])))


def test_tools_that_cannot_run_keep_what_was_written(dialogue: Dialogue) -> None:
    turns = (Observation(text="Note this."), call("n", "note", text="hi"), result("n", "note", {"ok": True}))
    grounded = run(ground(Kiosk, dialogue, turns))
    assert not grounded.changed
    assert grounded.turns == turns


def test_calls_that_changed_an_outside_server_cannot_be_asked_again(
    dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Kiosk, "repeatable", False)
    turns = (
        dialogue.turns[0],
        call("a", "buy_book", book_id="BK-4001"),
        result("a", "buy_book", {"status": "sold", "left": 1}),
        call("b", "buy_book", book_id="BK-9999"),
        result("b", "buy_book", {"status": "sold", "left": 0}),
        dialogue.turns[5],
    )
    empty = dialogue.model_copy(update={"turns": ()})
    with pytest.raises(ToolStateLost, match="after calls that changed the server"):
        run(ground(Kiosk, empty, turns))
    with pytest.raises(Unacceptable):
        run(ground(Kiosk, empty, (turns[0], *turns[3:])))


def test_the_state_at_the_end_is_compared(dialogue: Dialogue) -> None:
    assert run(replay(Kiosk, dialogue)).state == {"sold": "BK-4001"}
