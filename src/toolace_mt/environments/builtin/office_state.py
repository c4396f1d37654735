"""What the office has: a calendar, rooms, a directory of colleagues, and the mailbox of one employee."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from toolace_mt.environments.builtin.office_records import Contact, Equipment, Event, Mail, Response, Slot
from toolace_mt.environments.builtin.office_texts import COMPANIES, DEPARTMENTS, LETTERS, MEETINGS, ROOMS, TOPICS, Room
from toolace_mt.environments.builtin.world import Person, new_ids, people, some_day, steady
from toolace_mt.environments.methods import ToolFailure

_OPENS, _CLOSES = 9 * 60, 17 * 60
_STARTS = (570, 660, 810, 900)
_DAYS_PLANNED, _MOST_SLOTS, _HORIZON_DAYS = 7, 4, 90
_SLOT = re.compile(r"SL-([0-9]{4})([0-9]{2})([0-9]{2})-([0-9]{2})([0-9]{2})-([0-9]{2,3})")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Span(NamedTuple):
    """A time on one day. start: minutes since midnight."""

    day: dt.date
    start: int
    minutes: int

    @property
    def end(self) -> int:
        """Minutes since midnight."""
        return self.start + self.minutes

    def overlaps(self, other: Span) -> bool:
        """Whether both take place at one time."""
        return self.day == other.day and self.start < other.end and other.start < self.end


@dataclass
class Meeting:
    """An event. organizer and the keys of guests: mail addresses. room: its name."""

    event_id: str
    title: str
    span: Span
    organizer: str
    guests: dict[str, Response] = field(default_factory=dict[str, Response])
    room: str | None = None
    cancelled: bool = False

    def occupies(self, email: str) -> bool:
        """Whether the event takes up this person's time."""
        return not self.cancelled and (email == self.organizer or self.guests.get(email, "declined") != "declined")


class OfficeState:
    """The calendar and mailbox, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"office/{seed}")
        self.today = some_day(rng)
        self.ids = new_ids(rng)
        self.company = rng.choice(COMPANIES)
        self.user, *self.colleagues = [_at(person, self.company) for person in people(rng, 9)]
        self.topic = rng.choice(TOPICS)
        self.contacts: dict[str, Contact] = _directory(self.colleagues, rng)
        self.events: dict[str, Meeting] = {}
        self.mails: dict[str, Mail] = {}
        self.sent: dict[str, str] = {}
        self._plan_events(rng)
        self._receive_mails(rng)

    def working_days(self) -> list[dt.date]:
        """The next days on which people work."""
        days = (self.today + dt.timedelta(days=ahead) for ahead in range(1, 2 * _DAYS_PLANNED))
        return [day for day in days if day.weekday() < 5][:_DAYS_PLANNED]

    def check_day(self, day: dt.date) -> None:
        """Refuse days on which nothing can be planned."""
        if day < self.today:
            raise ToolFailure(f"{day} is in the past; today is {self.today}.")
        if (day - self.today).days > _HORIZON_DAYS:
            raise ToolFailure(f"{day} is too far ahead; the calendar is open for {_HORIZON_DAYS} days.")
        if day.weekday() > 4:
            raise ToolFailure(f"{day} is a {_DAY_NAMES[day.weekday()]}; meetings take place from Monday to Friday.")

    def event(self, event_id: str) -> Meeting:
        """The event with this id, if the user takes part in it and it has not been cancelled."""
        event = self.events.get(event_id)
        if event is None:
            raise ToolFailure(f"Event {event_id} was not found.")
        if event.cancelled:
            raise ToolFailure(f"Event {event_id} has been cancelled.")
        return event

    def own_event(self, event_id: str) -> Meeting:
        """The event with this id, if the user may change it."""
        event = self.event(event_id)
        if event.organizer != self.user.email:
            name = self.contacts[event.organizer]["name"]
            raise ToolFailure(f"Event {event_id} belongs to {name}; only its organizer can change it.")
        return event

    def is_free(self, email: str, span: Span, besides: Meeting | None = None) -> bool:
        """Whether this person has no event then, `besides` left out. Colleagues have further ones that nobody sees."""
        events = (event for event in self.events.values() if event is not besides)
        if any(event.occupies(email) and event.span.overlaps(span) for event in events):
            return False
        hours = range(span.start // 60, (span.end - 1) // 60 + 1)
        return email not in self.contacts or all(steady(0, 5, email, span.day, hour) for hour in hours)

    def free_slots(self, day: dt.date, minutes: int, emails: list[str]) -> list[Slot]:
        """The earliest times of a day at which all of these people are free."""
        found: list[Slot] = []
        start = _OPENS
        while start + minutes <= _CLOSES and len(found) < _MOST_SLOTS:
            span = Span(day, start, minutes)
            free = all(self.is_free(email, span) for email in emails)
            if free:
                slot_id = f"SL-{day:%Y%m%d}-{start // 60:02}{start % 60:02}-{minutes}"
                found.append({"slot_id": slot_id, "start_time": clock(start), "end_time": clock(span.end)})
            start += max(minutes, 60) if free else 15
        return found

    def slot(self, slot_id: str, besides: Meeting | None = None) -> Span:
        """The time of a slot that is still free, apart from the event `besides`."""
        found = _SLOT.fullmatch(slot_id)
        year, month, day, hour, minute, minutes = map(int, found.groups()) if found else (0, 0, 0, 0, 0, 0)
        start = hour * 60 + minute
        quarters = minute % 15 == 0 and minutes % 15 == 0 and 15 <= minutes <= 180
        try:
            span = Span(dt.date(year, month, day), start, minutes)
        except ValueError:
            raise ToolFailure(f"Slot {slot_id} was not found.") from None
        if not quarters or start < _OPENS or span.end > _CLOSES:
            raise ToolFailure(f"Slot {slot_id} was not found.")
        self.check_day(span.day)
        for event in self.events.values():
            if event is not besides and event.occupies(self.user.email) and event.span.overlaps(span):
                raise ToolFailure(f"Slot {slot_id} is no longer free: {event.title!r} takes place then.")
        return span

    def check_address(self, email: str) -> None:
        """Refuse addresses of the company that nobody has."""
        if email.lower().endswith(f"@{self.company}") and email not in self.contacts and email != self.user.email:
            raise ToolFailure(f"Address {email} is not in the company directory.")

    def room_is_free(self, room: Room, span: Span, besides: Meeting | None = None) -> bool:
        """Whether nobody has the room then; other departments hold it now and then."""
        held = (e for e in self.events.values() if e.room == room.name and not e.cancelled and e is not besides)
        return not any(e.span.overlaps(span) for e in held) and steady(0, 4, room.name, span.day, span.start // 60) > 0

    def free_rooms(self, event: Meeting, equipment: Equipment | None) -> list[Room]:
        """The rooms that an event fits into, smallest first."""
        return [
            room
            for room in ROOMS
            if room.seats > len(event.guests)
            and (equipment is None or equipment in room.equipment)
            and self.room_is_free(room, event.span)
        ]

    def mail(self, message_id: str) -> Mail:
        """The mail with this id."""
        if message_id not in self.mails:
            raise ToolFailure(f"Mail {message_id} was not found.")
        return self.mails[message_id]

    def shown(self, event: Meeting) -> Event:
        """One of the user's own events with all that guests see."""
        midnight = dt.datetime.combine(event.span.day, dt.time())
        start, end = (midnight + dt.timedelta(minutes=each) for each in (event.span.start, event.span.end))
        return {
            "event_id": event.event_id,
            "title": event.title,
            "start": start.isoformat(timespec="minutes"),
            "end": end.isoformat(timespec="minutes"),
            "guests": [{"email": email, "response": response} for email, response in event.guests.items()],
            "room_name": event.room,
            "status": "cancelled" if event.cancelled else "confirmed",
        }

    def name_of(self, email: str) -> str:
        """The name of an employee."""
        return self.user.name if email == self.user.email else self.contacts[email]["name"]

    def _plan_events(self, rng: random.Random) -> None:
        """Three events on each of the next days, by turns the user's own and invitations that wait for an answer."""
        titles = [title.format(topic=self.topic) for title in MEETINGS]
        rng.shuffle(titles)
        for number, day in enumerate(self.working_days()):
            for place, start in enumerate(sorted(rng.sample(_STARTS, 3))):
                host, *others = rng.sample(self.colleagues, rng.choice((2, 3, 4)))
                own = (number + place) % 2 == 0
                event = Meeting(
                    event_id=self.ids.mint("EV"),
                    title=titles[(3 * number + place) % len(titles)],
                    span=Span(day, start, rng.choice((30, 45, 60))),
                    organizer=self.user.email if own else host.email,
                )
                event.guests = {each.email: rng.choice(("accepted", "tentative", "pending")) for each in others}
                if not own:
                    event.guests[self.user.email] = "pending" if place != 1 else "accepted"
                self.events[event.event_id] = event

    def _receive_mails(self, rng: random.Random) -> None:
        """The mails of the last weeks, oldest first."""
        letters = rng.sample(LETTERS, len(LETTERS))
        for place, letter in enumerate(letters):
            sender, message_id = rng.choice(self.colleagues), self.ids.mint("MSG")
            self.mails[message_id] = {
                "message_id": message_id,
                "sender": {"name": sender.name, "email": sender.email},
                "subject": letter.subject.format(topic=self.topic),
                "received_on": str(self.today - dt.timedelta(days=len(letters) - place)),
                "body": letter.body.format(topic=self.topic),
            }


def clock(minutes: int) -> str:
    """Minutes since midnight as `09:30`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _at(person: Person, company: str) -> Person:
    return Person(person.name, f"{person.email.partition('@')[0]}@{company}")


def _directory(colleagues: list[Person], rng: random.Random) -> dict[str, Contact]:
    """Colleagues by mail address."""
    extensions = rng.sample(range(2000, 9999), len(colleagues))
    return {
        person.email: {
            "name": person.name,
            "email": person.email,
            "department": department,
            "phone_extension": str(extension),
        }
        for person, department, extension in zip(
            colleagues, rng.sample(DEPARTMENTS, len(colleagues)), extensions, strict=True
        )
    }
