"""A range of time that the house gave otherwise is a wrong count."""

from __future__ import annotations

import pytest

from tests.doubles.trips import reply, user
from toolace_mt.rules import Reading
from toolace_mt.rules.counts import wrong_count
from toolace_mt.types import Dialogue

HOUSE = "Refunds take 5 to 7 business days. Parcels take 2-3 days."


def found(text: str, asked: str = "When?") -> list[str]:
    dialogue = Dialogue(id="x", tools=(), system=HOUSE, turns=(user(asked), reply(text)))
    return [finding.detail for finding in wrong_count(Reading(dialogue))]


@pytest.mark.parametrize("text", ["It takes 5 to 9 business days.", "It takes 5-6 business days.", "2 to 5 days."])
def test_another_range_is_found(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "It takes 5\u20137 business days.",
        "Your parcel takes 2 to 3 days.",
        "You stay 4 to 9 days.",
        "It takes 5 to 9 hours.",
        "From 2024-05-20 to 25 days later.",
    ],
)
def test_what_is_given_or_free_passes(text: str) -> None:
    assert found(text) == []


def test_what_the_user_said_passes() -> None:
    assert found("You wrote 5 to 9 business days.", asked="It says 5 to 9 business days?") == []


@pytest.mark.parametrize("piece", ["5 to 9 days ", "days", "5 to ", "1-2 business days"])
def test_long_hostile_texts_take_no_time(piece: str) -> None:
    found(piece * 10_000, asked=piece * 10_000)
