from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.dialogue.edits import skeleton_of, turn_after
from toolace_mt.dialogue.mending import mend
from toolace_mt.dialogue.shape import FOLLOWS
from toolace_mt.dialogue.turns import TurnKind, kind_of
from toolace_mt.types import Action, Dialogue, Observation, ToolCall, ToolResult, Turn


def user(text: str) -> Observation:
    return Observation(text=text)


def reply(text: str) -> Action:
    return Action(text=text)


def calls(*ids: str, text: str = "") -> Action:
    return Action(text=text, calls=tuple(ToolCall(id=i, name=f"f_{i}") for i in ids))


def results(*ids: str) -> Observation:
    return Observation(results=tuple(ToolResult(call_id=i, name=f"f_{i}", content=f"of {i}") for i in ids))


def dialogue(*turns: Turn) -> Dialogue:
    return Dialogue(id="d", tools=(), turns=turns)


SOUND = (user("a"), calls("1", "2"), results("1", "2"), reply("b"), user("c"), reply("d"))


@pytest.mark.parametrize(
    ("turns", "mended", "kinds"),
    [
        (SOUND, SOUND, []),
        ((reply("Hi!"), *SOUND), SOUND, ["trim_start"]),
        ((*SOUND, user("e"), calls("3")), SOUND, ["trim_end"]),
        ((user("a"), calls("1", "2"), results("2", "1"), reply("b")), SOUND[:4], ["pair_results"]),
        (
            (user("a"), calls("1", "2"), results("1", "2"), results("2"), reply("b")),
            SOUND[:4],
            ["join", "pair_results"],
        ),
        ((user("a"), calls("1"), calls("2"), results("1", "2"), reply("b")), SOUND[:4], ["join"]),
        ((*SOUND[:5], results("1"), reply("d")), SOUND, ["drop_results"]),
        (
            (user("a"), calls("1", "2"), reply("b"), results("1", "2"), reply("b")),
            SOUND[:4],
            ["late_results", "drop_repeated"],
        ),
        (
            (user("a"), calls("1", "2"), results("1"), reply("b"), results("2")),
            SOUND[:4],
            ["late_results", "join", "pair_results"],
        ),
        ((user("a"), reply("b"), reply("b"), reply("b")), (user("a"), reply("b")), ["drop_repeated"]),
        ((user("a"), user("b"), reply("c")), (user("a\n\nb"), reply("c")), ["join"]),
        (
            (user("a"), reply("wait"), calls("1"), results("1"), reply("b")),
            (user("a"), calls("1", text="wait"), results("1"), reply("b")),
            ["join"],
        ),
    ],
)
def test_what_is_certain_is_mended(turns: tuple[Turn, ...], mended: tuple[Turn, ...], kinds: list[str]) -> None:
    done = mend(dialogue(*turns))
    assert done.dialogue.turns == mended
    assert [edit.kind for edit in done.edits] == kinds
    assert done.gaps == ()


def answers(*said: tuple[str, str, str]) -> Observation:
    """Results by id, name and content."""
    return Observation(results=tuple(ToolResult(call_id=i, name=name, content=text) for i, name, text in said))


@pytest.mark.parametrize(
    ("ids", "given", "own"),
    [
        ("12", [("1", "f_1", "a"), ("2x", "", "b")], ["a", "b"]),
        ("12", [("x", "", "a"), ("y", "", "b")], ["a", "b"]),
        ("12", [("x", "f_2", "b"), ("y", "f_1", "a")], ["a", "b"]),
        ("112", [("2", "f_2", "b")], ["", "", "b"]),
        ("112", [("2", "f_2", "c"), ("1", "f_1", "a"), ("1", "f_1", "b")], ["a", "b", "c"]),
        ("1", [("1", "f_1", ""), ("1", "f_1", "a"), ("1", "f_1", "a")], ["a"]),
        ("12", [("2", "f_2", "b"), ("1", "other_name", "a")], ["a", "b"]),
    ],
)
def test_every_result_comes_to_its_call(ids: str, given: list[tuple[str, str, str]], own: list[str]) -> None:
    done = mend(dialogue(user("a"), calls(*ids), answers(*given), reply("b")))
    answered = done.dialogue.turns[2]
    assert isinstance(answered, Observation)
    assert [result.content for result in answered.results] == own
    missing = [call.id for call, text in zip(done.dialogue.calls, own, strict=True) if not text]
    assert [(gap.turn, gap.call_id) for gap in done.gaps] == [(2, id_) for id_ in missing]


@pytest.mark.parametrize(
    ("turns", "lost"),
    [
        ((user("a"), calls("1"), results("1", "x"), reply("b")), ["x"]),
        ((user("a"), results("9"), reply("b")), ["9"]),
        ((user("a"), calls("1"), answers(("1", "f_1", "Fetching..."), ("1", "f_1", "7")), reply("b")), ["1"]),
        ((user("a"), calls("1", "2"), answers(("x", "g", "7"), ("2", "f_2", "8")), reply("b")), ["x"]),
        ((user("a"), calls("1", "2", "3"), results("3", "x", "y"), reply("b")), ["x", "y"]),
    ],
)
def test_a_result_that_nobody_can_place_rejects_the_row(turns: tuple[Turn, ...], lost: list[str]) -> None:
    done = mend(dialogue(*turns))
    assert [gap.call_id for gap in done.gaps if gap.turn is None] == lost
    assert {gap.rule for gap in done.gaps} == {"pairing"}


def test_a_result_stays_whatever_was_said_before_it_came() -> None:
    done = mend(dialogue(user("a"), calls("1"), user("hurry"), results("1"), reply("b")))
    assert done.dialogue.turns == (user("a"), calls("1"), results("1"), reply(""), user("hurry"), reply("b"))
    assert [(gap.rule, gap.turn) for gap in done.gaps] == [("alternation", 3)]


def test_what_was_told_in_pieces_is_joined_at_once() -> None:
    pieces = [reply(f"word {n}") for n in range(2000)]
    done = mend(dialogue(user("a"), *pieces))
    assert [edit.kind for edit in done.edits] == ["join"]
    assert done.dialogue.turns[1].text == "\n\n".join(piece.text for piece in pieces)
    mixed = mend(dialogue(user("a"), *(turn for n in range(50) for turn in (reply(f"{n}"), calls(f"c{n}")))))
    assert sum(len(edit.before) for edit in mixed.edits) <= 100


def test_a_dialogue_with_nothing_to_mend_is_the_same_object() -> None:
    sound = dialogue(*SOUND)
    assert mend(sound).dialogue is sound


def test_repeated_ids_become_distinct_ones_in_calls_and_results() -> None:
    again = (user("e"), calls("1", "1"), results("1", "1"), reply("f"))
    done = mend(dialogue(*SOUND, *again)).dialogue
    ids = [call.id for call in done.calls]
    assert len(set(ids)) == 4
    assert [r.call_id for t in done.turns if isinstance(t, Observation) for r in t.results] == ids
    assert mend(dialogue(*SOUND, *again)).dialogue == done, "the same ids each time"


@pytest.mark.parametrize(
    ("turns", "kinds", "gap"),
    [
        ((user("a"), calls("1"), reply("b")), ["user", "calls", "results", "reply"], ("pairing", 2)),
        ((user("a"), calls("1", "2"), results("2"), reply("b")), ["user", "calls", "results", "reply"], ("pairing", 2)),
        (
            (user("a"), calls("1"), results("1"), user("b"), reply("c")),
            ["user", "calls", "results", "reply", "user", "reply"],
            ("alternation", 3),
        ),
    ],
)
def test_what_is_missing_is_named_and_never_guessed(turns: Any, kinds: list[str], gap: tuple[str, int]) -> None:
    done = mend(dialogue(*turns))
    assert [kind_of(turn) for turn in done.dialogue.turns] == kinds
    assert [(finding.rule, finding.turn) for finding in done.gaps] == [gap]


IDS = st.lists(st.sampled_from("123"), min_size=1, max_size=3)
TURNS = st.one_of(
    st.sampled_from("abc ").map(user),
    st.sampled_from("abc ").map(reply),
    IDS.map(lambda ids: calls(*ids)),
    IDS.map(lambda ids: results(*ids)),
)


@given(st.lists(TURNS, max_size=12))
@settings(deadline=None)
def test_whatever_was_recorded_alternates_then_and_can_be_wound_back(turns: list[Turn]) -> None:
    original = dialogue(*turns)
    done = mend(original)
    assert skeleton_of(done.dialogue, done.edits) == original
    kinds: list[TurnKind] = [kind_of(turn) for turn in done.dialogue.turns]
    assert all(two in FOLLOWS[one] for one, two in itertools.pairwise(kinds))
    for turn, following in zip(done.dialogue.turns, done.dialogue.turns[1:], strict=False):
        if isinstance(turn, Action) and turn.calls and isinstance(following, Observation):
            assert [c.id for c in turn.calls] == [r.call_id for r in following.results]
    ids = [call.id for call in done.dialogue.calls]
    assert len(ids) == len(set(ids))


def test_a_turn_is_found_again_after_edits() -> None:
    done = mend(dialogue(reply("Hi!"), *SOUND, user("e"), user("f"), reply("g")))
    places = [turn_after(done.edits, turn) for turn in range(10)]
    assert places == [None, 0, 1, 2, 3, 4, 5, 6, 6, 7]


@pytest.mark.parametrize(
    ("turns", "places"),
    [
        ((*SOUND[:3], user("c"), reply("d")), [0, 1, 2, 4, 5]),
        ((user("a"), results("9"), reply("b")), [0, None, 1]),
        ((user("a"), reply("b"), reply("b"), user("c"), reply("d")), [0, 1, None, 2, 3]),
        ((user("a"), calls("1"), user("hurry"), results("1"), reply("b")), [0, 1, 4, 2, 5]),
        ((user("a"), calls("1"), reply("b")), [0, 1, 3]),
    ],
)
def test_only_a_turn_that_is_gone_is_not_found_again(turns: tuple[Turn, ...], places: list[int | None]) -> None:
    edits = mend(dialogue(*turns)).edits
    assert [turn_after(edits, turn) for turn in range(len(turns))] == places


def test_calls_that_nobody_ran_get_gaps_for_their_results_and_a_reply() -> None:
    done = mend(dialogue(user("a"), calls("1", "2")))

    assert [kind_of(turn) for turn in done.dialogue.turns] == ["user", "calls", "results", "reply"]
    assert sorted((gap.rule, gap.turn) for gap in done.gaps) == [("alternation", 3), ("pairing", 2), ("pairing", 2)]
