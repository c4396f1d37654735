from __future__ import annotations

import pytest

from tests.stages.kiosk import Kiosk, call, result, run
from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.edits import splice
from toolace_mt.errors import ToolStateLost
from toolace_mt.stages.execution import ground, replay
from toolace_mt.types import Action, Dialogue, Observation


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
