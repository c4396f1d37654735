from __future__ import annotations

import random
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Tool

ID = {"type": "object", "properties": {"order_id": {"type": "string"}}}


def grouped(groups: int, each: int) -> list[Tool]:
    return [Tool(name=f"{word(g)}g_{word(i)}s", group=f"group{g}") for g in range(groups) for i in range(each)]


def word(number: int) -> str:
    """A made-up word, another one for each number."""
    return "".join("aeioukblmn"[int(digit)] * 3 for digit in str(number)) + "x"


def sets(pool: ToolPool, times: int, size: int, distractors: int) -> list[tuple[Tool, ...]]:
    rng = random.Random(1)
    return [pool.sample(rng, size, distractors) for _ in range(times)]


def test_a_set_is_of_one_group_but_for_the_distractors() -> None:
    for drawn in sets(ToolPool(grouped(10, 10)), 100, 8, 3):
        ((_, most), *others) = Counter(tool.group for tool in drawn).most_common()
        assert most == 5
        assert sum(count for _, count in others) == 3


def test_small_groups_are_joined_by_others() -> None:
    for drawn in sets(ToolPool(grouped(30, 2)), 50, 7, 1):
        assert len(drawn) == 7
        assert sorted(Counter(tool.group for tool in drawn).values())[-3:] == [2, 2, 2]


def test_tools_that_give_what_the_seed_needs_come_along() -> None:
    fillers = [Tool(name=f"shop_{i}", group="shop") for i in range(100)]
    pool = ToolPool(
        [Tool(name="cancel", parameters=ID, group="shop"), Tool(name="list", returns=ID, group="shop"), *fillers]
    )
    with_seed = [{t.name for t in drawn} for drawn in sets(pool, 1500, 4, 0)]
    with_cancel = [names for names in with_seed if "cancel" in names]
    assert sum("list" in names for names in with_cancel) > len(with_cancel) / 5  # by chance: 1 in 33


def test_without_groups_words_tell_what_belongs_together() -> None:
    subjects = ["weather", "flight", "recipe", "stock", "hospital", "guitar", "parcel", "museum", "loan", "camera"]
    pool = ToolPool([Tool(name=f"{verb}_{subject}") for subject in subjects for verb in ("get", "book", "add", "drop")])
    for drawn in sets(pool, 100, 6, 2):
        assert Counter(tool.name.split("_")[1] for tool in drawn).most_common(1)[0][1] == 4


def test_tools_that_do_the_same_never_meet() -> None:
    circles = ["circle_area", "calculate_circle_area", "area_of_circle", "geometry_circle_area"]
    users = ["create_user", "delete_user", "get_user_history"]
    pool = ToolPool([Tool(name=name, group=name[:3]) for name in circles] + [Tool(name=name) for name in users])
    for drawn in sets(pool, 60, 7, 1):
        names = {tool.name for tool in drawn}
        assert len(names & set(circles)) == 1
        assert names >= set(users)


def test_the_same_state_gives_the_same_tools() -> None:
    pool = ToolPool(grouped(20, 4))
    one, two = random.Random(7), random.Random(7)
    assert [pool.sample(one, 6, 2) for _ in range(50)] == [pool.sample(two, 6, 2) for _ in range(50)]
    assert len({frozenset(t.name for t in drawn) for drawn in sets(pool, 50, 6, 2)}) > 40


def test_every_tool_has_its_chance() -> None:
    loners = [Tool(name=f"loner{i}") for i in range(50)]
    pool = ToolPool([*grouped(5, 10), *loners])
    seen = Counter(drawn[0].name for drawn in sets(pool, 4000, 1, 0))
    assert len(seen) == 100
    assert min(seen.values()) > 15
    assert max(seen.values()) < 80


def test_variants_of_one_function_never_meet() -> None:
    variants = [Tool(name=f"get_{i}", source_name="get", description="the weather") for i in range(30)]
    pool = ToolPool([Tool(name="get", description="weather"), *variants, *grouped(3, 3)])
    for drawn in sets(pool, 200, 8, 2):
        assert sum((tool.source_name or tool.name) == "get" for tool in drawn) <= 1


@given(st.data())
def test_what_always_holds(data: st.DataObject) -> None:
    environments = st.sampled_from([None, None, "one", "two"])
    groups = st.sampled_from(["", "", "x", "y"])
    count = data.draw(st.integers(0, 30))
    tools = [
        Tool(
            name=f"t{data.draw(st.integers(0, 20))}",
            group=data.draw(groups),
            environment=data.draw(environments),
            source_name=data.draw(st.sampled_from([None, None, "s"])),
        )
        for _ in range(count)
    ]
    size, distractors = data.draw(st.integers(0, 12)), data.draw(st.integers(-1, 12))
    drawn = ToolPool(tools).sample(random.Random(data.draw(st.integers(0, 99))), size, distractors)
    assert len(drawn) <= size
    assert len({tool.name for tool in drawn}) == len(drawn)
    assert len({tool.environment for tool in drawn} - {None}) <= 1
    assert bool(drawn) is (count > 0 and size > 0)
    taken = {tool.name for tool in drawn} | {tool.source_name for tool in drawn}
    if len(drawn) < size:  # whatever is left does not fit
        environment = next((tool.environment for tool in drawn if tool.environment), None)
        for tool in tools:
            another = environment is not None and tool.environment not in (None, environment)
            assert another or {tool.name, tool.source_name or tool.name} & taken


def test_the_whole_of_a_small_pool() -> None:
    (drawn,) = sets(ToolPool(grouped(2, 2)), 1, 10, 2)
    assert len(drawn) == 4
    assert ToolPool([]).sample(random.Random(0), 5, 1) == ()
    assert len(ToolPool(grouped(2, 2))) == 4


@pytest.mark.parametrize("group", ["one", "many", "none"])
def test_ten_thousand_tools(group: str) -> None:
    tools = [
        Tool(
            name=f"do_thing{i % 997}_{i}",
            description=f"Does the thing{i % 499} with a part{i % 13}.",
            parameters=ID,
            returns=ID if i % 3 else None,
            group={"one": "g", "many": f"g{i // 10}", "none": ""}[group],
        )
        for i in range(10_000)
    ]
    pool = ToolPool(tools)
    start = time.perf_counter()
    drawn = sets(pool, 200, 10, 3)
    assert time.perf_counter() - start < 2  # 10 ms each; about 0.5 ms on an idle machine
    assert all(len(one) == 10 for one in drawn)


@given(st.integers(1, 30), st.integers(0, 5), st.integers(0, 3))
def test_each_tool_has_its_turn_once_in_each_round(size: int, seed: int, round_: int) -> None:
    pool = ToolPool(Tool(name=f"{word(i)}") for i in range(size))
    turns = [pool.in_turn(round_ * size + place, seed) for place in range(size)]
    assert sorted(turn for turn in turns if turn is not None) == list(range(size))


def test_the_tool_whose_turn_it_is_is_a_candidate() -> None:
    twins = [Tool(name=f"make_{i}", source_name="make", group="a") for i in range(3)]
    pool = ToolPool([*grouped(6, 5), *twins, Tool(name="run_it", environment="here")])
    rng = random.Random(2)
    seen = Counter(tool.name for n in range(len(pool)) for tool in pool.sample(rng, 1, 0, seed_tool=pool.in_turn(n, 7)))
    assert set(seen.values()) == {1}
    assert len(seen) == len(pool)


def test_an_empty_pool_has_no_turns() -> None:
    assert ToolPool([]).in_turn(3, 0) is None
