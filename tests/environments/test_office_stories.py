"""The office's calendar and mail: what one call changes, later calls see; refusals say why, and change nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.environments.firm_story import FirmStory
from toolace_mt.environments.builtin.office import Office


class Desk(FirmStory):
    def __init__(self, seed: int = 7) -> None:
        super().__init__("office", seed)
        self.user = Office(seed).user
        self.agenda = [entry for day in self.knows["date"] for entry in self.call("view_agenda", date=day)["events"]]
        self.own, self.invited = (
            [each["event_id"] for each in self.agenda if (each["my_response"] == "organizer") is own]
            for own in (True, False)
        )

    def slots(self, place: int = 0, minutes: int = 30, **more: Any) -> list[dict[str, str]]:
        return self.call("find_free_slots", date=self.knows["date"][place], duration_minutes=minutes, **more)["slots"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_event_from_its_slot_to_its_end(desk: Desk) -> None:
    slot, later = desk.slots()[:2]
    event = desk.call("schedule_event", slot_id=slot["slot_id"], title="Budget check-in")
    which = {"event_id": event["event_id"]}
    assert event["start"] == f"{desk.knows['date'][0]}T{slot['start_time']}"
    assert desk.refused("schedule_event", slot_id=slot["slot_id"], title="Another") == (
        f"Slot {slot['slot_id']} is no longer free: 'Budget check-in' takes place then."
    )
    assert slot["slot_id"] not in [each["slot_id"] for each in desk.slots()]
    for count, email in enumerate(desk.knows["email"], start=1):
        assert desk.call("invite_guest", **which, email=email)["guest_count"] == count
    assert "already invited" in desk.refused("invite_guest", **which, email=desk.knows["email"][0])
    room = desk.call("book_room", **which)
    assert room["seats"] >= 4
    assert desk.refused("book_room", **which) == f"Event {event['event_id']} already has a room, {room['room_name']}."
    assert desk.call("move_event", **which, slot_id=later["slot_id"])["start"].endswith(later["start_time"])
    assert "already takes place at that time" in desk.refused("move_event", **which, slot_id=later["slot_id"])
    assert desk.call("cancel_event", **which)["notified_guests"] == 3
    assert desk.refused("move_event", **which, slot_id=slot["slot_id"]) == (
        f"Event {event['event_id']} has been cancelled."
    )
    assert later["slot_id"] in [each["slot_id"] for each in desk.slots()]


def test_only_the_organizer_changes_an_event(desk: Desk) -> None:
    theirs = {"event_id": desk.invited[0]}
    more = {"move_event": {"slot_id": desk.slots()[0]["slot_id"]}, "invite_guest": {"email": desk.knows["email"][0]}}
    for tool in ("cancel_event", "book_room", "move_event", "invite_guest"):
        assert "only its organizer can change it" in desk.refused(tool, **theirs, **more.get(tool, {}))


def test_an_invitation_is_answered_once(desk: Desk) -> None:
    which = {"event_id": desk.invited[0]}
    assert desk.call("answer_invitation", **which, response="maybe")["my_response"] == "tentative"
    assert desk.refused("answer_invitation", **which, response="maybe") == (
        f"The invitation to event {desk.invited[0]} has already been answered: tentative."
    )
    desk.call("answer_invitation", **which, response="decline")
    listed = [e["event_id"] for day in desk.knows["date"] for e in desk.call("view_agenda", date=day)["events"]]
    assert desk.invited[0] not in listed
    assert desk.refused("answer_invitation", event_id=desk.own[0], response="accept") == (
        f"Event {desk.own[0]} is your own, so there is no invitation to answer."
    )


def test_rooms_fit_and_fill_up(desk: Desk) -> None:
    event = desk.call("schedule_event", slot_id=desk.slots(1)[0]["slot_id"], title="Risk review")["event_id"]
    room = desk.call("book_room", event_id=event)
    guests = [f"guest{number}@elsewhere.example" for number in range(room["seats"])]
    for email in guests[:-1]:
        desk.call("invite_guest", event_id=event, email=email)
    assert desk.refused("invite_guest", event_id=event, email=guests[-1]) == (
        f"{room['room_name']} seats {room['seats']} people, and event {event} has as many already."
    )


def test_days_and_slots_have_to_make_sense(desk: Desk) -> None:
    day = dt.date.fromisoformat(desk.knows["date"][0])
    saturday = day + dt.timedelta(days=5 - day.weekday())
    assert desk.refused("view_agenda", date=str(saturday)) == (
        f"{saturday} is a Saturday; meetings take place from Monday to Friday."
    )
    assert "in the past" in desk.refused("view_agenda", date="2020-01-06")
    assert "too far ahead" in desk.refused("find_free_slots", date="2030-01-07", duration_minutes=30)
    for wrong in (f"SL-{day:%Y%m%d}-0900-31", f"SL-{day:%Y%m%d}-0300-30", "SL-20260231-0900-30", "noon"):
        assert desk.refused("schedule_event", slot_id=wrong, title="Risk review") == f"Slot {wrong} was not found."


def test_people_are_found_by_name_and_invited_by_address(desk: Desk) -> None:
    contact = desk.call("find_contact", name=desk.knows["name"][0].upper())
    assert contact["name"] == desk.knows["name"][0]
    assert "Several colleagues are called 'an'" in Desk(3).refused("find_contact", name="an")
    assert desk.refused("find_contact", name="Nemo") == "Nobody called 'Nemo' is in the company directory."
    wrong = f"nemo@{contact['email'].partition('@')[2]}"
    event = {"event_id": desk.own[0]}
    assert desk.refused("invite_guest", **event, email=wrong) == f"Address {wrong} is not in the company directory."
    assert "cannot be invited" in desk.refused("invite_guest", **event, email=desk.user.email)
    assert "cannot be seen" in desk.refused(
        "find_free_slots", date=desk.knows["date"][0], duration_minutes=30, email="nemo@elsewhere.example"
    )


def test_both_are_free_in_a_shared_slot(desk: Desk) -> None:
    email = desk.knows["email"][0]
    for place in range(5):
        shared = desk.slots(place, 15, email=email)
        starts = [each["start_time"] for each in desk.slots(place, 15, email=email)]
        assert starts == sorted(starts)
        for slot in shared:
            desk.call("schedule_event", slot_id=slot["slot_id"], title="One-on-one", email=email)
        assert not {each["slot_id"] for each in shared} & {each["slot_id"] for each in desk.slots(place, 15)}


def test_mail_is_found_read_and_answered(desk: Desk) -> None:
    found = desk.call("search_mail", query=desk.knows["query"][0])["messages"]
    assert [m["received_on"] for m in found] == sorted((m["received_on"] for m in found), reverse=True)
    mail = desk.call("read_mail", message_id=found[0]["message_id"])
    assert "budget" in f"{mail['subject']} {mail['body']}".lower()
    answer = desk.call("reply_to_mail", message_id=mail["message_id"], body="Thanks.")
    assert (answer["to"], answer["subject"]) == (mail["sender"]["email"], f"Re: {mail['subject']}")
    assert desk.refused("read_mail", message_id="MSG-1") == "Mail MSG-1 was not found."
    assert "must not be blank" in desk.refused("send_mail", email=answer["to"], subject="Hello", body="  ")
