"""The rules on dialogues of real agents that solved their task: they must not be made out as bad."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from toolace_mt.dialogue.messages import from_messages, to_messages
from toolace_mt.rules import check
from toolace_mt.types import Action, Dialogue

REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
FILES = ("dialogues_tau_historical.jsonl.gz", "dialogues_tau2_sierra.jsonl.gz")


def solved(name: str) -> list[dict[str, Any]]:
    if not (REAL / name).exists():
        pytest.skip(f"the real dialogues are not there: {REAL / name}")
    with gzip.open(REAL / name) as lines:
        return [row for line in lines if (row := orjson.loads(line))["reward"] == 1]


def from_first_user_to_last_reply(dialogue: Dialogue) -> Dialogue:
    """These were recorded with a greeting before, and an end of the simulation after; that is not at issue here."""
    turns = list(dialogue.turns)
    while turns and isinstance(turns[0], Action):
        turns.pop(0)
    while turns and not (isinstance(turns[-1], Action) and not turns[-1].calls):
        turns.pop()
    return dialogue.model_copy(update={"turns": tuple(turns)})


@pytest.mark.parametrize("name", FILES)
def test_real_dialogues_are_read_and_written_again(name: str) -> None:
    for row in solved(name):
        dialogue = from_messages(row["messages"], row["tools"])
        assert from_messages(*to_messages(dialogue)) == dialogue


@pytest.mark.parametrize("name", FILES)
def test_few_errors_in_solved_dialogues(name: str) -> None:
    rows = solved(name)
    errors: Counter[str] = Counter()
    for row in rows:
        dialogue = from_first_user_to_last_reply(from_messages(row["messages"], row["tools"]))
        errors.update({f.rule for f in check(dialogue) if f.severity == "error"})

    assert set(errors) <= {"ungrounded-id", "repetition"}
    assert errors["ungrounded-id"] <= 0.08 * len(rows), "real agents do make up ids now and then, but rarely"
    assert errors["repetition"] <= 0.03 * len(rows)
