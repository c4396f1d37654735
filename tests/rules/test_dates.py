"""Days and hours that do not exist, and stretches of time the wrong way round."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import Reading
from toolace_mt.rules.dates import date_order, impossible_date
from toolace_mt.types import Dialogue, Finding


def given_call(**arguments: Any) -> Reading:
    turns = (
        user("Do it."),
        calls(call("c1", "book", **arguments)),
        results(result("c1", "book", "ok")),
        reply("Done."),
    )
    return Reading(Dialogue(id="x", tools=(), turns=turns))


def in_reply(text: str) -> list[Finding]:
    return impossible_date(Reading(Dialogue(id="x", tools=(), turns=(user("Hi"), reply(text)))))


@pytest.mark.parametrize(
    "arguments",
    [
        {"date": "2024-02-30"},
        {"date": "2023-02-29"},
        {"date": "2024-13-01"},
        {"trip": [{"leg": {"on": "2024-04-31T10:00:00"}}]},
        {"time": "25:61"},
        {"start_time": "12:75"},
        {"when": "2024-05-20T24:30:00"},
    ],
)
def test_impossible_arguments_are_errors(arguments: dict[str, Any]) -> None:
    assert {(f.severity, f.call_id) for f in impossible_date(given_call(**arguments))} == {("error", "c1")}


@pytest.mark.parametrize(
    "arguments",
    [
        {"date": "2024-02-29", "time": "24:00", "at": "2024-12-31T23:59:60Z"},
        {"version": "2024.31.7", "id": "2024-99-1234-77", "ratio": "30:70", "score": "120:95", "date": "31/12/2024"},
        {"url": "https://example.org/2024-02-30/25:61", "fraction": "30/31", "date": "12/31/2024"},
    ],
)
def test_other_numbers_are_no_dates(arguments: dict[str, Any]) -> None:
    assert impossible_date(given_call(**arguments)) == []


@pytest.mark.parametrize(
    "text",
    [
        "See you on February 30th.",
        "On 31 April 2024 then.",
        "Come at 25:61.",
        "On Monday, May 14, 2024.",
        "On 2024-05-14 (Monday).",
        "Am ２０２４年２月３０日。",
        "By 31/31/2024.",
    ],
)
def test_impossible_texts_are_warnings(text: str) -> None:
    assert [f.severity for f in in_reply(text)] == ["warning"]


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday, May 14, 2024, at 23:59, or February 29.",
        "The score was 25:61. You may 31 times.",
        "Version 1.2.3, address 10.0.31.99, 24/7, 3/4.",
        "On Monday I saw it; May 14, 2024 came later.",
    ],
)
def test_good_texts_pass(text: str) -> None:
    assert in_reply(text) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"departure_date": "2024-05-20", "return_date": "2024-05-18"},
        {"checkIn": "2024-05-20", "checkOut": "2024-05-18"},
        {"start_time": "2024-05-20T10:00", "end_time": "2024-05-19T11:00"},
    ],
)
def test_ends_the_wrong_way_round(arguments: dict[str, Any]) -> None:
    assert [f.severity for f in date_order(given_call(**arguments))] == ["warning"]
    turned = dict(zip(arguments, reversed(arguments.values()), strict=True))
    assert date_order(given_call(**turned)) == []


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("0123456789.,:-/T MonMaydy年٣３apm#_"), max_size=120))
def test_odd_texts_are_read(text: str) -> None:
    in_reply(text)
    date_order(given_call(start=text, end=text))


@pytest.mark.parametrize(
    ("arguments", "severity"),
    [
        ({"cook_time": "90:00"}, "warning"),
        ({"time_limit": "45:00"}, "warning"),
        ({"start_time": "45:00"}, "error"),
        ({"time": "45:00"}, "error"),
        ({"cook_time": "25:61"}, "error"),
        ({"cook_time": "45:00 pm"}, "error"),
    ],
)
def test_a_stretch_of_minutes_and_seconds_is_a_warning(arguments: dict[str, Any], severity: str) -> None:
    assert [f.severity for f in impossible_date(given_call(**arguments))] == [severity]
