from __future__ import annotations

from collections.abc import Sequence

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.metrics.entailment import Entailment, EntailmentCount, Pair
from toolace_mt.types import Dialogue

SILENT = Dialogue(id="y", tools=(), turns=(user("hello"),))
DIALOGUE = Dialogue(
    id="x",
    tools=(),
    system="be kind",
    turns=(
        user("a red car"),
        calls(call("c", "find")),
        results(result("c", "find", "car")),
        reply("a car"),
        user("no"),
    ),
)


def test_pairs_are_of_messages_that_follow_each_other() -> None:
    asked: list[Pair] = []

    def entails(pairs: Sequence[Pair]) -> list[bool]:
        asked.extend(pairs)
        return [pair.hypothesis in ("a car",) for pair in pairs]

    count = EntailmentCount(entails)
    assert count.figures().ratio is None
    count.add(SILENT)
    count.add(DIALOGUE)
    assert asked == [("a red car", "a car"), ("a car", "no")], "calls and results between them are left out"
    assert count.figures() == Entailment(pairs=2, entailed=1)
    assert count.figures().ratio == 0.5
