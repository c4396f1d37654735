from __future__ import annotations

import orjson
import pytest

from tests.doubles.trips import call, calls, reply, result, results, trip, user, without_turns
from toolace_mt.metrics.statistics import Made, Statistics
from toolace_mt.types import Dialogue


def test_by_hand() -> None:
    statistics = Statistics()
    statistics.add(trip(), Made((("error_simulation", "wrong_argument"),), "llm", passes=2, repairs=1))
    statistics.add(Dialogue(id="2", tools=()), Made(skeleton="executed"))
    statistics.add_row("openai")
    statistics.add_row(None)
    for status, broken in (("accepted", ()), ("rejected", ("a", "a", "b")), ("failed", ("b",))):
        statistics.add_attempt(status, broken)
    figures = statistics.figures()

    assert (figures.dialogues, figures.calls, figures.tools_used) == (2, 5, 3)
    assert figures.user_turns == pytest.approx(3 / 2)
    assert figures.calls_per_user_turn == pytest.approx(5 / 3)
    assert (figures.steps, figures.parallel_steps) == (4, pytest.approx(1 / 4))
    assert figures.linked_steps == pytest.approx(2 / 4)
    assert figures.linked_subtasks == 1, "one later sub-task, which uses the booking of the first"
    assert figures.error_results == pytest.approx(1 / 5)
    assert figures.simulated_errors == 0
    assert figures.domains == {"travel": 0.5, "unknown": 0.5}
    assert figures.skeletons == {"executed": 1, "llm": 1}
    assert figures.injections == {"error_simulation": 1}
    assert figures.injections_by_sub_kind == {"error_simulation/wrong_argument": 1}
    assert figures.tools == {"book_flight": 2, "search_flights": 2, "send-receipt": 1}
    assert figures.distributions["user_turns"].counts == {0: 1, 3: 1}
    assert (figures.distributions["passes"].counts, figures.distributions["repairs"].counts) == ({2: 1}, {1: 1})
    assert figures.repaired == 0.5
    assert (figures.forms, figures.unreadable) == ({"openai": 1}, 1)
    assert (figures.equal_size, figures.duplicates, figures.entailment) == (None, None, None)
    assert figures.rejections == {"b": 2, "a": 1}
    assert figures.attempts == {"accepted": 1, "failed": 1, "rejected": 1}


def test_a_value_that_the_own_subtask_gave_links_no_subtasks() -> None:
    dialogue = trip()
    turns = [turn.model_copy(update={"subtask": 1 if index > 5 else 0}) for index, turn in enumerate(dialogue.turns)]
    statistics = Statistics()
    statistics.add(dialogue.model_copy(update={"turns": tuple(turns)}))
    assert statistics.figures().linked_subtasks == 0, "the booking is now a result of the second sub-task"


def test_a_value_that_the_own_subtask_gave_once_more_links_no_subtasks() -> None:
    dialogue = trip()
    again = (
        user("Which bookings have I?", subtask=1),
        calls(call("c9", "search_flights"), subtask=1),
        results(result("c9", "search_flights", '["BK-48213"]'), subtask=1),
        reply("One.", subtask=1),
    )
    statistics = Statistics()
    statistics.add(dialogue.model_copy(update={"turns": (*dialogue.turns[:8], *again, *dialogue.turns[8:])}))
    assert statistics.figures().linked_subtasks == 0


def test_simulated_errors() -> None:
    dialogue = trip()
    spoilt = dialogue.turns[12].model_copy(
        update={"results": tuple(r.model_copy(update={"is_error": True}) for r in dialogue.turns[12].results)}  # type: ignore[union-attr]
    )
    statistics = Statistics()
    statistics.add(dialogue.model_copy(update={"turns": (*dialogue.turns[:12], spoilt)}))
    assert statistics.figures().error_results == pytest.approx(3 / 5)
    assert statistics.figures().simulated_errors == pytest.approx(1 / 3)


def test_nothing_at_all() -> None:
    figures = Statistics().figures()
    assert (figures.dialogues, figures.user_turns, figures.calls_per_user_turn, figures.distinct_3) == (0, 0, 0, 0)


def test_one_subtask_has_no_later_one() -> None:
    statistics = Statistics()
    statistics.add(without_turns(trip(), *range(8, 14)))
    assert statistics.figures().linked_subtasks is None, "0 of 0"


def test_what_is_asked_for_besides() -> None:
    statistics = Statistics(duplicates=0.7, entails=lambda pairs: [True] * len(pairs))
    for name in "ab":
        statistics.add(trip().model_copy(update={"id": name}))
    statistics.add(Dialogue(id="silent", tools=()))
    shown = orjson.loads(orjson.dumps(statistics.figures().to_json()))
    link = {"first": "a", "second": "b", "similarity": 1.0}
    grouped = {"dialogues": 2, "share": 2 / 3, "groups": [["a", "b"]], "links": [link]}
    assert shown["duplicates"] == {"threshold": 0.7, "as_said": grouped, "without_values": grouped}
    pairs = 2 * (sum(bool(turn.text) for turn in trip().turns) - 1)
    assert shown["entailment"] == {"pairs": pairs, "entailed": pairs, "ratio": 1.0}


def test_dialogues_of_one_id_are_told_apart_by_their_places() -> None:
    statistics = Statistics(duplicates=0.7)
    for name, line in (("a", 3), ("a", 7), ("b", 9)):
        statistics.add(trip().model_copy(update={"id": name}), line=line)
    found = statistics.figures().duplicates
    assert found is not None
    assert found.as_said.groups == [["a (line 3)", "a (line 7)", "b"]]
    assert found.as_said.links[0][:2] == ("a (line 3)", "a (line 7)")


def test_equal_size() -> None:
    statistics = Statistics()
    for _ in range(500):
        statistics.add(trip())
    figures = statistics.figures()
    assert figures.equal_size is not None
    assert figures.equal_size.entropy_bits == pytest.approx(figures.entropy_bits, abs=0.01), (
        "all dialogues are the same"
    )
    assert figures.equal_size_users is not None
    assert figures.equal_size_users.entropy_bits < figures.equal_size.entropy_bits
