"""The driver: which dialogues are begun, and what is raised, with recipes that only count."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.config import RunConfig
from toolace_mt.errors import EngineUnavailable
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.local import AttemptsExhausted, Driver, NothingAccepted
from toolace_mt.runs.progress import Progress
from toolace_mt.types import Finding, Outcome


class Lottery:
    """Accepts the numbers that `accepted` holds, each after a random number of turns of the loop."""

    def __init__(self, accepted: set[int], seed: int) -> None:
        self.accepted = accepted
        self.rng = random.Random(seed)
        self.made: list[int] = []

    async def make(self, number: int) -> Outcome:
        self.made.append(number)
        for _ in range(self.rng.randrange(6)):
            await asyncio.sleep(0)
        status: Any = "accepted" if number in self.accepted else "rejected"
        return Outcome(id=f"{number:06d}", number=number, status=status)


class Memory:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept: dict[int, Outcome] = {}
        self.records = self

    def outcomes(self) -> list[Outcome]:
        return [self.kept[number] for number in sorted(self.kept)]

    async def drop_outcome(self, number: int) -> None:
        del self.kept[number]

    async def put_outcome(self, outcome: Outcome) -> None:
        assert outcome.number not in self.kept, "made twice"
        self.kept[outcome.number] = outcome


def drive(lottery: Any, store: Any, **knobs: int) -> None:
    config = RunConfig(**{"max_attempts": 200, **knobs})
    asyncio.run(Driver(config, store, lottery, Progress(config.count)).drive())


def dataset(store: Memory, count: int) -> list[int]:
    return [o.number for o in store.outcomes() if o.status == "accepted"][:count]


ACCEPTED = st.sets(st.integers(0, 30)).map(lambda some: some | set(range(31, 90)))


@given(ACCEPTED, st.integers(0, 99), st.integers(1, 12), st.integers(1, 9), st.integers(0, 4))
@settings(deadline=None)
def test_the_dataset_depends_on_numbers_alone(
    accepted: set[int], seed: int, count: int, concurrency: int, speculative: int
) -> None:
    store = Memory()
    lottery = Lottery(accepted, seed)
    drive(lottery, store, count=count, concurrency=concurrency, speculative=speculative)
    expected = sorted(accepted)[:count]
    assert dataset(store, count) == expected
    if not speculative:
        assert sorted(lottery.made) == list(range(expected[-1] + 1)), "a dialogue that the dataset does not need"


@given(ACCEPTED, st.integers(0, 99), st.sets(st.integers(0, 20)), st.integers(1, 9))
@settings(deadline=None)
def test_a_run_goes_on_from_any_set_of_finished_dialogues(
    accepted: set[int], seed: int, finished: set[int], count: int
) -> None:
    store = Memory()
    for number in finished:
        status: Any = "accepted" if number in accepted else "rejected"
        store.kept[number] = Outcome(id=f"{number:06d}", number=number, status=status)
    drive(Lottery(accepted, seed), store, count=count, concurrency=4)
    assert dataset(store, count) == sorted(accepted)[:count]


def test_too_few_attempts_are_named_with_the_reasons() -> None:
    store = Memory()
    with pytest.raises(AttemptsExhausted, match=r"1 of 3 dialogues were accepted in 5 attempts.*rejected 4"):
        drive(Lottery({2}, 0), store, count=3, max_attempts=5)
    drive(Lottery({2, 7, 8}, 0), store, count=3, max_attempts=9)
    assert dataset(store, 3) == [2, 7, 8]


class Failing(Lottery):
    """Ends every attempt that is not accepted with the findings that `reasons` gives for its number."""

    def __init__(self, accepted: set[int], reasons: Any) -> None:
        super().__init__(accepted, 0)
        self.reasons = reasons

    async def make(self, number: int) -> Outcome:
        outcome = await super().make(number)
        if outcome.status == "accepted":
            return outcome
        found = tuple(Finding(rule=rule, detail=detail) for rule, detail in self.reasons(number))
        return outcome.model_copy(update={"status": "failed", "findings": found})


def _refusal(number: int) -> list[tuple[str, str]]:
    return [("no-usable-answer", f"init/task: attempt {number}: I'm sorry.")]


def test_where_nothing_works_for_one_reason_the_run_stops_and_says_it() -> None:
    store, lottery = Memory(), Failing(set(), _refusal)
    said = (
        r"none of 4\d attempts .*rejected for: no-usable-answer 4\d; most often \(4\d times\) no-usable-answer:"
        r" init/task: attempt \d+: I'm sorry\. `toolace-mt show RUN --which rejected` .*give_up_after"
    )
    with pytest.raises(NothingAccepted, match=said):
        drive(lottery, store, count=50, concurrency=4)
    assert 40 <= len(lottery.made) < 48
    with pytest.raises(NothingAccepted):  # a sitting tries as many again: something may have been mended
        drive(lottery, store, count=50, concurrency=4)
    assert 80 <= len(lottery.made) < 96
    drive(Lottery(set(range(200)), 0), store, count=50, concurrency=4)
    assert len(dataset(store, 50)) == 50


def _other_reasons(number: int) -> list[tuple[str, str]]:
    return [("no-usable-answer", "?")] if number % 30 else [("tool-server", "?")]


@pytest.mark.parametrize(
    ("lottery", "knobs"),
    [
        (Failing({7}, _refusal), {}),
        (Failing({39}, _refusal), {}),
        (Failing(set(), _other_reasons), {}),
        (Failing(set(), _refusal), {"give_up_after": 0}),
        (Failing(set(), _refusal), {"give_up_after": 500}),
        (Failing(set(), _refusal), {"concurrency": 60}),
    ],
    ids=["one accepted", "the last one accepted", "two reasons", "never", "later", "many in work"],
)
def test_a_bad_spell_ends_no_run(lottery: Failing, knobs: dict[str, int]) -> None:
    with pytest.raises(AttemptsExhausted):
        drive(lottery, Memory(), **{"count": 50, "concurrency": 1, **knobs})
    assert len(lottery.made) == 200


def test_when_to_give_up_can_be_set() -> None:
    lottery = Failing(set(), _refusal)
    with pytest.raises(NothingAccepted):
        drive(lottery, Memory(), count=50, concurrency=1, give_up_after=3)
    assert len(lottery.made) == 3


def test_what_was_accepted_earlier_keeps_a_run_going() -> None:
    store = Memory()
    store.kept[0] = Outcome(id="000000", number=0, status="accepted")
    with pytest.raises(AttemptsExhausted, match=r"1 of 50 .*\. A higher --max-attempts"):
        drive(Failing(set(), _refusal), store, count=50, concurrency=1)


def test_more_attempts_are_no_advice_where_nothing_works() -> None:
    with pytest.raises(AttemptsExhausted, match=r"show RUN --which rejected.*Where that is mended, a higher"):
        drive(Failing(set(), _refusal), Memory(), count=3, max_attempts=5)


def test_what_the_endpoint_refused_is_made_again_when_the_run_goes_on() -> None:
    store = Memory()
    refused = Finding(rule="request-refused", detail="HTTP 400")
    unusable = Finding(rule="no-usable-answer", detail="?")
    store.kept[0] = Outcome(id="000000", number=0, status="failed", findings=(refused,))
    store.kept[1] = Outcome(id="000001", number=1, status="failed", findings=(unusable,))
    drive(Lottery({0, 1, 2, 3}, 0), store, count=2)
    assert dataset(store, 2) == [0, 2]
    store.kept[0] = Outcome(id="000000", number=0, status="failed", findings=(refused,))
    store.kept[3] = Outcome(id="000003", number=3, status="accepted")
    lottery = Lottery({0}, 0)
    drive(lottery, store, count=2)
    assert lottery.made == [], "a finished run makes nothing again"


def test_what_stops_one_dialogue_stops_the_run_and_keeps_the_others(tmp_path: Path) -> None:
    class Gone(Lottery):
        async def make(self, number: int) -> Outcome:
            if number == 3:
                await asyncio.sleep(0.05)
                raise EngineUnavailable("gone")
            return await super().make(number)

    async def work() -> list[int]:
        async with RunStore(tmp_path / "run") as store:
            config = RunConfig(count=20, concurrency=4)
            recipe: Any = Gone(set(range(60)), 1)
            with pytest.raises(EngineUnavailable, match="gone"):
                await Driver(config, store, recipe, Progress(20)).drive()
            return [o.number for o in store.records.outcomes()]

    kept = asyncio.run(work())
    assert {0, 1, 2} <= set(kept)
    assert 3 not in kept
