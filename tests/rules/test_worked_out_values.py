"""What can be worked out from what was given is no mistake; what cannot, and is nearly a given value, is one."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import Reading
from toolace_mt.rules.counts import wrong_count
from toolace_mt.rules.replies import ungrounded_reply
from toolace_mt.types import Dialogue


def found(content: str, text: str, asked: str = "Can you work that out?") -> list[str]:
    """The severities of what is found in a reply to one result."""
    turns = (user(asked), calls(call("c1", "look")), results(result("c1", "look", content)), reply(text))
    return [one.severity for one in ungrounded_reply(Reading(Dialogue(id="x", tools=(), turns=turns)))]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"points": 1378, "earned": 200}', "You have 1,378 points now and will have 1,578 after the order."),
        ('{"fare": 240, "hotel": 700}', "€940: flight 240, hotel 700."),
        ('{"price": 120.5, "shipping": 5}', "With shipping that's $125.50."),
        ('{"budget": 5000, "spent": 1000}', "You have $4,000 left."),
        ('{"price": 1200, "down_payment": 200}', "That leaves $1,000 to pay."),
        ('{"subtotal": 59.13, "shipping": 5, "voucher": 15}', "Your voucher takes off $15.00, so you pay $49.13."),
        ('{"grades": {"math": 88, "physics": 92, "history": 79, "art": 95}}', "Her average is 88.5."),
        ('{"serves": 4, "rice_g": 200}', "For 10 people you would need 500 g."),
        ('{"start": "2024-05-21", "length": "7 days"}', "It began on May 21, so it ends on May 28."),
        ('{"ordered": "2024-06-05", "eta_days": 21}', "It should be with you by June 26."),
        ('{"last_visit": "2024-12-04", "next_in_weeks": 2}', "Two weeks later is December 18."),
        ('{"issued": "2024-07-16", "terms": "net 14"}', "It is due on July 30."),
        ('{"next_class": "2024-05-06", "weekly": true}', "The next classes are on May 6, May 13 and May 20."),
        ('{"since": "2024-01-31", "term_months": 1}', "It renews on February 29."),
        ('{"start": "2024-05-21", "processing": "5 working days"}', "It is done on May 28."),
        ('{"start": "2024-06-12T15:30", "duration_min": 120}', "It is over at 5:30 pm."),
        ('{"dep": "09:15", "duration": "0h 20m"}', "It lands at 09:35."),
        ('{"dep": "09:15", "duration": "PT1H30M"}', "It lands at 10:45."),
        ('{"opens": "10:00", "note": "an hour and a half"}', "You are done at 11:30."),
        ('{"checkout": "11:00", "extra_hours": 2}', "You can stay until 13:00."),
        ('{"last": "INV-4021"}', "The last one was INV-4021, so the next is INV-4022."),
        ('{"rain": 0.4}', "The chance of rain is 40 %."),
        ('{"mon": "07-18"}', "It is open from 7 am to 6 pm."),
        ('{"expires": "09/27"}', "It is valid until September 2027."),
        ('{"seconds": 3150}', "You ran it in 52:30."),
        ('{"iban": "DE89370400440532013000"}', "It's DE89 3704 0044 0532 0130 00."),
        ('{"total": 812.5}', "That is 812,50 €."),
    ],
)
def test_what_is_worked_out_or_told_otherwise_passes(content: str, text: str) -> None:
    assert found(content, text) == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"total": 276}', "That makes $92.00 each."),
        ('{"port": 8080, "instances": 3}', "They listen on ports 8080, 8081 and 8082."),
        ('{"weight_kg": 68.5}', "The normal range is 18.5 to 24.9."),
        ('{"time": "2024-05-01T18:00:00"}', "It begins at 4:00 PM in Rome."),
    ],
)
def test_what_may_be_so_is_no_error(content: str, text: str) -> None:
    assert "error" not in found(content, text)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"points": 1378, "earned": 200}', "You will have 1,678 after the order."),
        ('{"price": 120.5, "shipping": 5}', "With shipping that's $126.50."),
        ('{"start": "2024-05-21", "length": "7 days"}', "It began on May 21, so it ends on May 25."),
        ('{"ordered": "2024-06-05", "price": 21}', "It should be with you by June 26."),
        ('{"start": "2024-06-12T15:30", "duration_min": 120}', "It is over at 6:30 pm."),
        ('{"dep": "09:15", "gate": 20}', "It lands at 09:35."),
        ('{"last": "INV-4021"}', "The invoice is INV-4022."),
        ('{"last": "INV-4021"}', "The last one was INV-4021, so the next is INV-4071."),
    ],
)
def test_what_nothing_leads_to_is_an_error(content: str, text: str) -> None:
    assert "error" in found(content, text)


def test_among_many_prices_a_sum_that_fits_by_chance_is_no_excuse() -> None:
    prices = [31, 32, 34, 38, 46, 62, 94]
    content = str([{"price": one} for one in prices]).replace("'", '"')
    assert found(content, "The lamp is $66.") == ["error"]


@pytest.mark.parametrize("seed", range(60))
def test_no_date_or_time_that_follows_is_rejected(seed: int) -> None:
    rng = random.Random(seed)
    start = datetime(2024, rng.randint(1, 12), rng.randint(1, 28), rng.randint(7, 18), rng.choice(range(0, 60, 5)))
    minutes, days = rng.choice((10, 25, 40, 60, 90, 120)), rng.choice((2, 5, 7, 14, 30))
    end, day = start + timedelta(minutes=minutes), date.fromordinal(start.toordinal() + days)
    content = f'{{"start": "{start:%Y-%m-%dT%H:%M}", "duration_min": {minutes}, "valid_days": {days}}}'
    assert found(content, f"It ends at {end:%H:%M}; the offer holds until {day:%B} {day.day}.") == []


@pytest.mark.parametrize(("text", "right"), [("They hold 99 boxes.", True), ("They hold 13 boxes.", False)])
def test_a_count_may_be_what_several_records_have_together(text: str, right: bool) -> None:
    content = (
        '[{"aisle": 1, "boxes": 12}, {"aisle": 2, "boxes": 40}, {"aisle": 3, "boxes": 47}, {"aisle": 4, "boxes": 80}]'
    )
    turns = (user("How many?"), calls(call("c1", "look")), results(result("c1", "look", content)), reply(text))
    assert (wrong_count(Reading(Dialogue(id="x", tools=(), turns=turns))) == []) == right


@pytest.mark.parametrize(
    ("asked", "content", "text"),
    [
        ("¿Hasta cuándo puedo devolverlo?", '{"entregado": "2024-05-03", "plazo": "7 días"}', "Hasta el 10 de mayo."),
        (
            "Wie lange gilt das Angebot für mich?",
            '{"ab": "2024-05-03", "frist": "2 Wochen"}',
            "Bis zum 17. Mai für Sie.",
        ),
        (
            "请帮我看一下日程，这个会议今天下午什么时候结束？",
            '{"start": "14:10", "长度": "40分钟"}',
            "我查过您的日程，这个会议将在14:50结束，请您准时参加。",
        ),
    ],
)
def test_stretches_of_time_in_other_languages_count(asked: str, content: str, text: str) -> None:
    assert found(content, text, asked) == []


@pytest.mark.parametrize(
    "piece", ["1 day ", "5 h 3 min ", "May 3 7 days ", "$17 ", "INV-4021 next ", "12:30 90 min ", "1-2 "]
)
def test_long_hostile_replies_take_no_time(piece: str) -> None:
    found('{"n": [1, 2, 3, 5, 7, 11], "day": "2024-05-03", "start": "10:00"}', piece * 3000, piece * 3000)


@pytest.mark.parametrize(
    ("content", "text", "wrong"),
    [
        ('{"temp_c": 41}', "It is 41 °F.", True),
        ('{"temp": "41 °C"}', "It is 41 degrees Fahrenheit.", True),
        ('{"temp_c": 41}', "It is 41 °C.", False),
        ('{"temp_c": 41, "temp_f": 105.8}', "It is 41 °C or 105.8 °F.", False),
        ('{"temp": 41}', "It is 41 °F.", False),
        ('{"total": 41.3, "currency": "EUR"}', "That is $41.30.", True),
        ('{"total": 41.3, "currency": "EUR"}', "That is €41.30.", False),
        ('{"total": 41.3, "currency": "EUR", "local": "USD"}', "That is $41.30.", False),
        ('{"total": 41.3, "currency": "CAD"}', "That is $41.30.", False),
    ],
)
def test_a_number_told_in_another_unit_is_an_error(content: str, text: str, wrong: bool) -> None:
    assert ("error" in found(content, text)) == wrong
