"""Users who speak as assistants do, assistants who speak as users do, and users who name functions."""

from __future__ import annotations

import pytest

from tests.doubles.trips import reply, user
from toolace_mt.rules import Reading
from toolace_mt.rules.voices import swapped_voice, tool_named
from toolace_mt.types import Dialogue, Tool

TOOLS = (Tool(name="get_order"), Tool(name="AddAgenda"), Tool(name="ls"))


def reading(asked: str, answered: str = "Sure.") -> Reading:
    return Reading(Dialogue(id="x", turns=(user(asked), reply(answered)), tools=TOOLS))


def voices(asked: str, answered: str = "Sure.") -> list[tuple[int | None, str]]:
    return [(finding.turn, finding.severity) for finding in swapped_voice(reading(asked, answered))]


@pytest.mark.parametrize(
    "text",
    [
        "Hello! How can I help you today?",
        "Is there anything else I can do for you?",
        "I'd be happy to help you with that.",
        "Could you please provide your order number?",
        "I have cancelled your reservation.",
        "Please come back if you need further assistance.",
        "请问有什么可以帮您？",
    ],
)
def test_a_user_who_serves(text: str) -> None:
    assert voices(text) == [(0, "error")]


@pytest.mark.parametrize(
    "text", ["Is there anything else I can do to lower the price?", "What else I can do about it?"]
)
def test_a_user_who_asks_what_to_do(text: str) -> None:
    assert voices(text) == []


def test_a_user_may_help_with_the_search() -> None:
    assert voices("I can help you find it: it was a blue box.") == [(0, "warning")]
    assert voices("I can help you with that.") == [(0, "error")]


def test_a_text_that_is_dictated_may_be_so() -> None:
    assert voices("Post this as a comment: How can I help you today?") == [(0, "warning")]
    assert voices('What does "How can I help you today?" mean?') == []


@pytest.mark.parametrize(
    "text",
    [
        "Can you help me?",
        "Let me know if you need more details.",
        "I have booked a hotel, now find me a flight.",
        "Could you give me your phone number?",
        "Thanks for your help. Your assistant was great.",
    ],
)
def test_users_as_they_are(text: str) -> None:
    assert voices(text) == []


def test_an_assistant_who_asks() -> None:
    assert voices("Hm.", "I want to cancel my order.") == [(1, "warning")]
    assert voices("Hm.", 'Reply with "Please cancel my order" to go on.') == []
    assert voices("Hm.", "Let me check my records for your order.") == []


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("Please call get_order for this.", ["warning"]),
        ("Use the AddAgenda function.", ["warning"]),
        ("get_order(order_id=4)", ["error"]),
        ("Get my order.", []),
        ("My AddAgenda is full.", []),
        ("Call ls.", []),
        ("I am get_order@example.org", []),
        ("Use get_orders.", []),
    ],
)
def test_a_user_who_names_a_function(text: str, severities: list[str]) -> None:
    assert [finding.severity for finding in tool_named(reading(text))] == severities


@pytest.mark.parametrize(
    "text", ["I have " * 100_000, "'" * 300_000, "a_" * 300_000, "aA" * 300_000, "my please " * 90_000]
)
def test_long_texts_take_no_long_time(text: str) -> None:
    voices(text, text)
    tool_named(reading(text))
