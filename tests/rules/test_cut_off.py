"""Replies that break off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.trips import reply, user
from toolace_mt.rules import Reading
from toolace_mt.rules.cut_off import cut_off
from toolace_mt.types import Dialogue

WHOLE = "Your reservation has been found. It is for the day after tomorrow."


def found(*replies: str) -> list[str]:
    turns = [turn for text in replies for turn in (user("Go on."), reply(text))]
    return [finding.severity for finding in cut_off(Reading(Dialogue(id="x", tools=(), turns=tuple(turns))))]


@pytest.mark.parametrize(
    "text",
    [
        "You can see the Colosseum, the Forum and",
        "You can see the Colosseum,",
        "Let the dough rest for a while, and finally",
        "You can see the Colosseum (",
        "There are two of them (one in Rome",
        "Here they are:\n1. Colosseum\n2.",
        "Here they are:\n- **Colosseum",
        "```python\nprint(1)\nprint",
        "I am looking for the day after tomorr",
        "Did you say “day after to",
        "你可以看到斗兽场，",
    ],
)
def test_what_must_go_on(text: str) -> None:
    assert found(WHOLE, text) == ["error"]


def test_no_full_stop_where_all_others_have_one() -> None:
    assert found(WHOLE, "It comes with breakfast for everybody who wants") == ["warning"]
    assert found("Have a nice day", "It comes with breakfast for everybody who wants") == []
    assert found("It is there. It comes with breakfast for all") == []
    assert found("It is there now, and open. It comes with breakfast for everybody who wants") == ["warning"]


def test_another_form_of_a_word_is_no_half() -> None:
    assert found("There are tickets left.", "This is for one ticket") == ["warning"]


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "",
        "   ",
        "Done",
        "It came finally",
        "It costs $20.99",
        "It is on March 14th",
        "Read https://example.org/a/page",
        "Here they are:\n1. The Colosseum\n2. The Forum Romanum",
        "The details of it are these:\nName of the place: Forum Romanum",
        "I am so sorry :(",
        "It leaves at 5.",
        'Please say "yes"',
        "Run this:\n```\nls -l (\n```",
        "Enjoy it! 🎉",
        "Vitamin a",
    ],
)
def test_replies_that_are_whole(text: str) -> None:
    assert found(WHOLE, text) == []


@given(st.text(max_size=60))
def test_nothing_is_too_odd(text: str) -> None:
    assert len(found(WHOLE, text)) <= 1


@pytest.mark.parametrize("text", ["(" * 300_000 + "a", "1.\n" * 100_000 + "2.", "a" * 300_000, "** " * 100_000 + "a"])
def test_long_texts_take_no_long_time(text: str) -> None:
    found(WHOLE, text)


@pytest.mark.parametrize(
    "text",
    [
        "In Python the power is x**n",
        "The answer is the half-open interval (0, 5] of x",
        "Here is the letter:\n\nDear Bo, it was fun.\n\nBest regards,",
    ],
)
def test_powers_intervals_and_letters_are_no_errors(text: str) -> None:
    assert "error" not in found(WHOLE, text)
