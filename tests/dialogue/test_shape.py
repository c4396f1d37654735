from __future__ import annotations

from typing import Any

import pytest

from toolace_mt.dialogue.shape import shape_problems
from toolace_mt.dialogue.turns import TurnDraft

USER = {"role": "user", "content": "Hi"}
CALLS = {"role": "assistant", "tool_calls": [{"name": "f", "arguments": {}}]}
RESULTS = {"role": "tool", "results": [{"content": "ok"}]}
REPLY = {"role": "assistant", "content": "Done."}


def problems(*turns: dict[str, Any]) -> list[str]:
    return shape_problems([TurnDraft.model_validate(turn) for turn in turns], ("user",), ("reply",))


def test_an_alternating_row_is_sound() -> None:
    assert problems(USER, CALLS, RESULTS, CALLS, RESULTS, REPLY, USER, REPLY) == []


@pytest.mark.parametrize(
    ("turns", "about"),
    [
        ((), "empty"),
        ((REPLY,), "turns[0] is an assistant reply"),
        ((USER, CALLS, RESULTS), "the last, is a tool turn"),
        ((USER, USER, REPLY), "turns[1]: a user message cannot follow a user message"),
        ((USER, CALLS, REPLY), "turns[2]: an assistant reply"),
        (
            (USER, CALLS, {"role": "tool", "results": [{"content": 1}, {"content": 2}]}, REPLY),
            "2 results for the 1 calls",
        ),
        ((USER, {"role": "assistant", "content": "  "}), "turns[1]: an assistant reply in words needs text"),
        ((USER, CALLS, {"role": "tool"}, REPLY), "turns[2]: a tool turn needs `results`"),
        (({**USER, "tool_calls": CALLS["tool_calls"]}, REPLY), "only the assistant"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(turns: tuple[dict[str, Any], ...], about: str) -> None:
    assert any(about in problem for problem in problems(*turns))
