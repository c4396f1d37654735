"""The clinic's rules: what is allowed goes through, and what is not is refused for its reason and changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.environments.test_stories import Story
from toolace_mt.environments.builtin.clinic import Clinic
from toolace_mt.environments.builtin.clinic_directory import POLICY

SEED = 7


@pytest.fixture
def story() -> Story:
    return Story("clinic", SEED)


def refused(story: Story, tool: str, **arguments: Any) -> str:
    """The reason, after a look that the refused call left no trace."""
    before = story.environment.state()
    reason = story.refused(tool, **arguments)
    assert story.environment.state() == before
    return reason


def slots_of(story: Story, specialty: str, place: int = 0, **more: Any) -> list[str]:
    doctor = story.call("find_doctors", specialty=specialty)["doctors"][place]
    found = story.call("list_free_slots", doctor_id=doctor["doctor_id"], **more)["slots"]
    return [slot["slot_id"] for slot in found]


def on_day(story: Story, days: int) -> str:
    """The appointment that is `days` from today."""
    day = str(dt.date.fromisoformat(story.environment.brief["today"]) + dt.timedelta(days=days))
    found = story.call("list_appointments")["appointments"]
    return next(each["appointment_id"] for each in found if each["starts_at"].startswith(day))


def test_a_visit_from_search_to_cancellation(story: Story) -> None:
    first, second, *_ = slots_of(story, "dentistry", 1)
    booked = story.call("book_appointment_slot", slot_id=first, visit_type="check_up")
    assert "is not free" in refused(story, "book_appointment_slot", slot_id=first, visit_type="check_up")
    assert booked in story.call("list_appointments")["appointments"]
    appointment = {"appointment_id": booked["appointment_id"]}
    days = Clinic(SEED).days_until(booked)
    if days >= 2:
        moved = story.call("reschedule_appointment", **appointment, slot_id=second)
        assert moved["previous_starts_at"] == booked["starts_at"] != moved["starts_at"]
        assert first in slots_of(story, "dentistry", 1)
    cancelled = story.call("cancel_appointment", **appointment)
    assert cancelled["fee_usd"] == (0 if days >= 2 else 30)
    assert "is cancelled and cannot be changed" in refused(story, "cancel_appointment", **appointment)
    assert first in slots_of(story, "dentistry", 1)


def test_a_doctor_is_booked_twice_at_most(story: Story) -> None:
    slots = slots_of(story, "dentistry", 1)
    for slot_id in slots[:2]:
        story.call("book_appointment_slot", slot_id=slot_id, visit_type="follow_up")
    assert "already has 2 upcoming appointments" in refused(
        story, "book_appointment_slot", slot_id=slots[2], visit_type="follow_up"
    )


def test_nobody_is_at_two_doctors_at_once() -> None:
    for seed in range(60):
        story = Story("clinic", seed)
        others = {slot.partition("-")[2]: slot for slot in slots_of(story, "general_practice", 1)}
        busy = {each["starts_at"].replace("-", "") for each in story.call("list_appointments")["appointments"]}
        for slot_id in slots_of(story, "dentistry", 1):
            _, day, time = slot_id.split("-")
            other = others.get(f"{day}-{time}")
            if other is not None and f"{day}T{time[:2]}:{time[2:]}" not in busy:
                story.call("book_appointment_slot", slot_id=slot_id, visit_type="check_up")
                assert "at that time" in refused(story, "book_appointment_slot", slot_id=other, visit_type="check_up")
                return
    pytest.fail("no two doctors are free at the same time")


def test_specialists_want_a_referral_that_fits(story: Story) -> None:
    old = story.knows["referral_id"][0]
    clinic = Clinic(SEED)
    fits = clinic.referrals[old]["specialty"]
    other = story.knows["request_referral.specialty"][0]
    visit = {"visit_type": "new_problem"}
    slot_id, *_ = slots_of(story, other, 1)
    assert "needs a referral" in refused(story, "book_appointment_slot", slot_id=slot_id, **visit)
    assert f"is for {fits}, not for {other}" in refused(
        story, "book_appointment_slot", slot_id=slot_id, referral_id=old, **visit
    )
    assert "was not found" in refused(story, "book_appointment_slot", slot_id=slot_id, referral_id="RF-1", **visit)
    new = story.call("request_referral", specialty=other, reason="new_symptoms")["referral_id"]
    assert f"{new} to {other} is still unused" in refused(
        story, "request_referral", specialty=other, reason="second_opinion"
    )
    booked = story.call("book_appointment_slot", slot_id=slot_id, referral_id=new, **visit)
    slot_id, *_ = slots_of(story, other, 1)
    assert f"already used for appointment {booked['appointment_id']}" in refused(
        story, "book_appointment_slot", slot_id=slot_id, referral_id=new, **visit
    )
    story.call("cancel_appointment", appointment_id=booked["appointment_id"])
    assert story.call("book_appointment_slot", slot_id=slot_id, referral_id=new, **visit)["referral_id"] == new


def test_a_referral_ends(story: Story) -> None:
    referral = Clinic(SEED).referrals[story.knows["referral_id"][0]]
    late = dt.date.fromisoformat(referral["valid_until"]) + dt.timedelta(days=1)
    slot_id, *_ = slots_of(story, referral["specialty"], earliest_date=str(late))
    assert f"is valid until {referral['valid_until']}" in refused(
        story, "book_appointment_slot", slot_id=slot_id, visit_type="follow_up", referral_id=referral["referral_id"]
    )


def test_what_is_close_is_not_moved_and_costs_a_fee(story: Story) -> None:
    dentist, _ = story.call("find_doctors", specialty="dentistry")["doctors"]
    slot_id = story.call("list_free_slots", doctor_id=dentist["doctor_id"])["slots"][2]["slot_id"]
    today, tomorrow = on_day(story, 0), on_day(story, 1)
    assert "until 2 days before" in refused(story, "reschedule_appointment", appointment_id=tomorrow, slot_id=slot_id)
    assert "is today and can no longer be cancelled" in refused(story, "cancel_appointment", appointment_id=today)
    assert story.call("cancel_appointment", appointment_id=tomorrow)["fee_usd"] == 30
    early = story.knows["appointment_id"][0]
    assert f"but slot {slot_id} is with {dentist['doctor_name']}" in refused(
        story, "reschedule_appointment", appointment_id=early, slot_id=slot_id
    )
    assert story.call("cancel_appointment", appointment_id=early)["fee_usd"] == 0


def test_slots_that_do_not_exist_are_refused(story: Story) -> None:
    doctor_id = story.call("find_doctors", specialty="dentistry")["doctors"][0]["doctor_id"]
    for slot_id in ("DR1-20260101-0840", f"{doctor_id}-20261340-0840", f"{doctor_id}-20260302-0841", "first"):
        assert refused(story, "book_appointment_slot", slot_id=slot_id, visit_type="check_up").endswith(
            "was not found."
        )
    assert "is outside" in refused(
        story, "book_appointment_slot", slot_id=f"{doctor_id}-20200302-0840", visit_type="check_up"
    )
    assert "is outside" in refused(story, "list_free_slots", doctor_id=doctor_id, earliest_date="2020-03-02")
    assert "was not found" in refused(story, "list_free_slots", doctor_id="DR1")
    assert "Towns: " in refused(story, "find_pharmacies", town="Atlantis")


def test_reminders_come_in_time_and_follow_the_appointment(story: Story) -> None:
    early = {"appointment_id": story.knows["appointment_id"][0]}
    assert "too late" in refused(
        story, "set_appointment_reminder", appointment_id=on_day(story, 1), channel="email", days_before=1
    )
    reminder = story.call("set_appointment_reminder", **early, channel="email", days_before=3)
    before = next(a for a in story.call("list_appointments")["appointments"] if a["appointment_id"] in early.values())
    day = dt.date.fromisoformat(before["starts_at"][:10])
    assert reminder["sends_on"] == str(day - dt.timedelta(days=3))
    story.call("set_appointment_reminder", **early, channel="text_message")
    assert "already has 2 reminders" in refused(story, "set_appointment_reminder", **early, channel="phone_call")


def test_reminders_move_or_go_with_their_appointment() -> None:
    clinic = Clinic(SEED)
    appointment_id = clinic.early()[0]
    near = clinic.set_appointment_reminder(appointment_id, "email", 1)
    far = clinic.set_appointment_reminder(appointment_id, "text_message", 5)
    slots = clinic.list_free_slots(clinic.appointments[appointment_id]["doctor_id"])["slots"]
    soon = [str(clinic.today + dt.timedelta(days=days)) for days in range(2, 6)]
    slot = next(each for each in slots if each["starts_at"][:10] in soon)
    clinic.reschedule_appointment(appointment_id, slot["slot_id"])
    day = dt.date.fromisoformat(slot["starts_at"][:10]) - dt.timedelta(days=1)
    assert clinic.reminders == {near["reminder_id"]: {**near, "sends_on": str(day)}}
    assert far["reminder_id"] not in clinic.reminders
    clinic.cancel_appointment(appointment_id)
    assert clinic.reminders == {}


def test_refills_wait_until_the_supply_is_low(story: Story) -> None:
    pharmacy_id = story.call("find_pharmacies", town=story.knows["town"][0])["pharmacies"][0]["pharmacy_id"]
    at = {"pharmacy_id": pharmacy_id}
    _, _, _, plenty, none_left, expired = (
        each["prescription_id"] for each in story.call("list_prescriptions")["prescriptions"]
    )
    assert "at most 7 days are left" in refused(story, "request_refill", prescription_id=plenty, **at)
    assert "has no refills left" in refused(story, "request_refill", prescription_id=none_left, **at)
    assert "expired on" in refused(story, "request_refill", prescription_id=expired, **at)
    low = story.knows["prescription_id"][0]
    assert refused(story, "request_refill", prescription_id=low, pharmacy_id="PH-1") == "Pharmacy PH-1 was not found."
    before = story.call("list_prescriptions")["prescriptions"][0]
    refill = story.call("request_refill", prescription_id=low, **at)
    after = story.call("list_prescriptions")["prescriptions"][0]
    assert after["refills_left"] == refill["refills_left"] == before["refills_left"] - 1
    assert after["days_left"] == before["days_left"] + 30
    assert "still has a supply of" in refused(story, "request_refill", prescription_id=low, **at)


def test_results_are_shown_after_the_review(story: Story) -> None:
    newest, *others = story.call("list_test_results")["results"]
    assert newest["status"] == "in_review"
    assert "still being reviewed" in refused(story, "get_test_result", result_id=newest["result_id"])
    for other in others:
        assert story.call("get_test_result", result_id=other["result_id"])["test_name"] == other["test_name"]


@pytest.mark.parametrize("seed", range(30))
def test_there_are_slots_enough_with_every_doctor(seed: int) -> None:
    clinic = Clinic(seed)
    assert all(len(clinic.list_free_slots(doctor_id)["slots"]) == 5 for doctor_id in clinic.doctors)
    for appointment in clinic.appointments.values():
        assert dt.datetime.fromisoformat(appointment["starts_at"]).weekday() < 5


def test_the_policy_has_the_numbers_that_the_tools_enforce() -> None:
    for said in ("2 upcoming appointments", "2 reminders", "2 days before", "$30", "7 days"):
        assert said in POLICY
    assert Story("clinic").environment.brief["assistant_policy"] == POLICY
