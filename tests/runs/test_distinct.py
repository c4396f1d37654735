"""Near-duplicates are decided by number, whatever finishes first and wherever a run stops."""

from __future__ import annotations

import asyncio
import random
from itertools import count as numbers
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.config import Config, RunConfig
from toolace_mt.errors import EngineUnavailable
from toolace_mt.runs.distinct import NEAR_DUPLICATE, Distinct, decided, distinct_for
from toolace_mt.runs.local import Driver
from toolace_mt.runs.progress import Progress
from toolace_mt.types import Action, Dialogue, Finding, Observation, Outcome

pytest.importorskip("rensa", reason="near-duplicates need the extra dedup")

BAD = 9
"""The text of a dialogue that is rejected for something else."""


def says(number: int, text: int) -> Outcome:
    words = " ".join(random.Random(text).choices("red blue green door lamp boat song leaf stone".split(), k=40))  # noqa: SIM905
    turns = (Observation(text=words), Action(text=f"done {words}"))
    findings = (Finding(rule="claim", detail="?"),) if text == BAD else ()
    name = f"{number:06d}"
    return Outcome(
        id=name,
        number=number,
        status="rejected" if findings else "accepted",
        dialogue=Dialogue(id=name, tools=(), turns=turns),
        findings=findings,
    )


class Scripted:
    """Makes dialogues with the given texts, then ones that are new; each after a random number of turns of the loop."""

    def __init__(self, texts: list[int], seed: int, stops_at: int = -1) -> None:
        self.texts = texts
        self.rng = random.Random(seed)
        self.stops_at = stops_at
        self.made: list[int] = []

    async def make(self, number: int) -> Outcome:
        self.made.append(number)
        if len(self.made) == self.stops_at:
            raise EngineUnavailable("gone")
        for _ in range(self.rng.randrange(8)):
            await asyncio.sleep(0)
        return says(number, self.texts[number] if number < len(self.texts) else 100 + number)


class Memory:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept: dict[int, Outcome] = {}
        self.records = self

    def outcomes(self) -> list[Outcome]:
        return [self.kept[number] for number in sorted(self.kept)]

    async def put_outcome(self, outcome: Outcome) -> None:
        self.kept[outcome.number] = outcome

    async def replace_outcome(self, outcome: Outcome) -> None:
        assert self.kept[outcome.number] != outcome
        self.kept[outcome.number] = outcome


def drive(recipe: Any, store: Any, **knobs: int) -> Progress:
    config = RunConfig(**{"max_attempts": 200, **knobs})
    progress = Progress(config.count)
    asyncio.run(Driver(config, store, recipe, progress, distinct=Distinct(0.9, 0)).drive())
    return progress


def dataset(store: Memory, count: int) -> list[int]:
    return [o.number for o in store.outcomes() if o.status == "accepted"][:count]


def expected(texts: list[int], count: int) -> list[int]:
    """The first numbers with a text that is good and new."""
    seen: set[int] = {BAD}
    found: list[int] = []
    for number in numbers():
        text = texts[number] if number < len(texts) else 100 + number
        if text not in seen:
            found.append(number)
        seen.add(text)
        if len(found) == count:
            return found
    return found


TEXTS = st.lists(st.integers(0, BAD), max_size=25)


@given(TEXTS, st.integers(0, 99), st.integers(1, 12), st.integers(1, 9), st.integers(0, 3))
@settings(deadline=None, max_examples=60)
def test_any_order_of_completion_gives_the_same_dataset(
    texts: list[int], seed: int, count: int, concurrency: int, speculative: int
) -> None:
    store, recipe = Memory(), Scripted(texts, seed)
    progress = drive(recipe, store, count=count, concurrency=concurrency, speculative=speculative)
    assert dataset(store, count) == expected(texts, count)
    assert progress.accepted == sum(o.status == "accepted" for o in store.outcomes())
    assert progress.attempted == len(store.kept)
    if not speculative:
        assert sorted(recipe.made) == list(range(expected(texts, count)[-1] + 1))


@given(TEXTS, st.integers(0, 99), st.integers(1, 20), st.integers(1, 8), st.integers(1, 8))
@settings(deadline=None, max_examples=60)
def test_a_run_that_stopped_and_is_extended_gives_what_one_in_a_single_sitting_gives(
    texts: list[int], seed: int, stops_at: int, first: int, more: int
) -> None:
    store, whole = Memory(), Memory()
    try:
        drive(Scripted(texts, seed, stops_at), store, count=first, concurrency=4)
    except EngineUnavailable:
        drive(Scripted(texts, seed + 1), store, count=first, concurrency=3)
    drive(Scripted(texts, seed + 2), store, count=first + more, concurrency=5)
    drive(Scripted(texts, 0), whole, count=first + more, concurrency=1)
    assert store.outcomes() == whole.outcomes()


def test_the_finding_names_the_earlier_dialogue_and_other_findings_stay() -> None:
    distinct = Distinct(0.9, 0)
    warned = says(1, 3).model_copy(update={"findings": (Finding(rule="x", severity="warning", detail="?"),)})
    assert distinct.decide(says(0, 3)).status == "accepted"
    twice = distinct.decide(warned)
    assert (twice.status, [f.rule for f in twice.findings]) == ("rejected", ["x", NEAR_DUPLICATE])
    assert "dialogue 000000 (similarity 1.00)" in twice.findings[1].detail
    third = distinct.decide(says(2, 3))
    assert "000000" in third.findings[0].detail, "a rejected dialogue is compared with nothing"


def test_a_decision_is_made_again_where_the_earlier_dialogue_is_not_there_any_more() -> None:
    distinct = Distinct(0.9, 0)
    distinct.decide(says(0, 3))
    rejected = distinct.decide(says(1, 3))
    assert Distinct.concerns(rejected)
    assert Distinct(0.9, 0).decide(rejected) == says(1, 3)


def test_it_is_off_where_nobody_asked() -> None:
    assert distinct_for(Config()) is None
    assert distinct_for(Config.model_validate({"diversity": {"near_duplicates": 0.8}})) is not None


def test_outcomes_are_decided_as_a_run_would() -> None:
    config = Config.model_validate({"diversity": {"near_duplicates": 0.7}})
    outcomes = [says(number, text) for number, text in enumerate((1, 2, 1, BAD, 2, 3))]
    assert [o.status[:3] for o in decided(outcomes, config)] == ["acc", "acc", "rej", "rej", "rej", "acc"]
    assert list(decided(outcomes, Config())) == outcomes
