from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.config import Config
from toolace_mt.stages.variety import NOBODY, Persona, Style, Users, Variety

USERS = Users(
    tuple(Persona(f"person {i}") for i in range(6)), (Style("terse", "in few words"), Style("chatty", "at length"))
)


def variety(users: Users = NOBODY, **diversity: Any) -> Variety:
    return Variety(Config.model_validate({"diversity": diversity}), users)


def test_without_users_and_shares_nothing_falls_to_a_dialogue() -> None:
    plain = variety()
    lot = plain.lot(3)
    assert (lot.profile, lot.subtasks, lot.steps, dict(lot.injections)) == (None, None, (), {})
    assert plain.config_for(lot) == plain.config


def test_every_persona_comes_with_every_style() -> None:
    lots = [variety(USERS).lot(number) for number in range(12)]
    assert len({(lot.profile.persona, lot.profile.style) for lot in lots if lot.profile}) == 12
    assert {lot.profile.writes for lot in lots if lot.profile} == {"in few words", "at length"}


def test_a_persona_may_have_a_style_of_its_own() -> None:
    users = Users((Persona("a poet", Style("rhymes", "in verse")), Persona("a clerk")), USERS.styles)
    styles = {}
    for number in range(40):
        profile = variety(users).lot(number).profile
        assert profile is not None
        styles.setdefault(profile.persona, set()).add(profile.style)
    assert styles == {"a poet": {"rhymes"}, "a clerk": {"terse", "chatty"}}


@given(st.integers(1, 400))
@settings(max_examples=20, deadline=None)
def test_shares_of_subtasks_and_steps_are_met(count: int) -> None:
    made = variety(subtasks={2: "30%", 4: "50%"}, steps={1: "100%"})
    lots = [made.lot(number) for number in range(count)]
    counts = Counter(lot.subtasks for lot in lots)
    assert abs(counts[2] - 0.3 * count) < 1
    assert abs(counts[4] - 0.5 * count) < 1
    assert set(counts) <= {2, 3, 4, 5}
    assert {lot.steps for lot in lots} == {(1, 1, 1, 1, 1)}


def test_shares_of_steps_are_met_by_the_subtasks_that_there_are() -> None:
    made = variety(subtasks={2: "20%"}, steps={1: "20%"})
    lots = [made.lot(number) for number in range(2000)]
    steps = [count for lot in lots for count in lot.steps[: lot.subtasks]]
    assert abs(steps.count(1) / len(steps) - 0.2) < 0.01
    for place in range(2):
        assert sum(lot.steps[place] == 1 for lot in lots) == 400


def test_kinds_with_shares_come_by_these_alone() -> None:
    made = variety(injections={"clarification": "40%", "tool_awareness/missing_tool": "10%"})
    lots = [made.lot(number) for number in range(300)]
    assert sum("clarification" in lot.injections for lot in lots) == 120
    assert sum(lot.injections.get("tool_awareness") == ("missing_tool",) for lot in lots) == 30
    assert not any("error_simulation" in lot.injections for lot in lots)
    weights = dict(made.config_for(lots[0]).refine.weights.items())
    assert (weights["clarification"], weights["tool_awareness"], weights["error_simulation"]) == (0, 0, 1)


def test_kinds_without_shares_come_by_weight_beside_those_with_shares() -> None:
    made = variety(injections={"clarification": "50%"})
    lots = [made.lot(number) for number in range(100)]
    beside = Counter(kind for lot in lots for kind in lot.kinds or ())
    assert set(beside) == {"tool_awareness", "error_simulation", "non_function_calling"}
    assert max(beside.values()) - min(beside.values()) <= 2
    assert all(1 <= len(lot.injections) + len(lot.kinds or ()) <= 3 for lot in lots)
    assert made.lot(57) == variety(injections={"clarification": "50%"}).lot(57)


def test_planned_injections_count_towards_the_configured_number() -> None:
    made = variety(injections={"clarification": "100%", "tool_awareness": "100%"})
    refine = made.config_for(made.lot(0)).refine
    assert (refine.injections_min, refine.injections_max) == (0, 1)


def test_a_sub_kind_with_a_share_of_its_own_is_none_of_the_others() -> None:
    made = variety(injections={"tool_awareness": "50%", "tool_awareness/missing_tool": "20%"})
    counts = Counter(made.lot(number).injections.get("tool_awareness") for number in range(100))
    assert counts == {None: 50, ("missing_tool",): 20, ("no_tool",): 30}
