"""The calendar and mail of one employee: events, free slots, invitations, rooms, colleagues, and the inbox."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.office_records import (
    Agenda,
    Answer,
    CancelledEvent,
    Contact,
    Equipment,
    Event,
    EventId,
    FoundMails,
    FreeSlots,
    Invitation,
    Mail,
    MailAddress,
    MessageId,
    Reply,
    Response,
    RoomBooking,
    SentMail,
    SlotId,
)
from toolace_mt.environments.builtin.office_state import Meeting, OfficeState, clock
from toolace_mt.environments.builtin.office_texts import NEW_BODIES, NEW_SUBJECTS, NEW_TITLES, REPLIES, ROOMS
from toolace_mt.environments.builtin.world import best_matches, filled
from toolace_mt.environments.methods import ToolFailure, tool

_MOST_FOUND = 5
_EQUIPMENT: dict[Equipment, str] = {"screen": "screen", "whiteboard": "whiteboard", "video": "video system"}
_RESPONSES: dict[Answer, Response] = {"accept": "accepted", "maybe": "tentative", "decline": "declined"}


class Office(OfficeState):
    """The office as one employee sees it."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows; `TOOL.PARAMETER` narrows down what works with one tool."""
        return {
            "today": str(self.today),
            "user": {"name": self.user.name, "email": self.user.email},
            "knows": {
                "date": [str(day) for day in self.working_days()[:5]],
                "duration_minutes": [30, 45, 60],
                "title": list(NEW_TITLES),
                "name": [colleague.name for colleague in self.colleagues[:4]],
                "email": [colleague.email for colleague in self.colleagues[4:7]],
                "query": ["budget", "offsite", "invoice", "contract", "timeline", "kick-off"],
                "subject": list(NEW_SUBJECTS),
                "body": list(NEW_BODIES),
                "reply_to_mail.body": list(REPLIES),
            },
        }

    @tool
    def view_agenda(self, date: Annotated[dt.date, "Day to look at, YYYY-MM-DD."]) -> Agenda:
        """Show the employee's events on a day, those declined left out."""
        self.check_day(date)
        events = [e for e in self.events.values() if e.span.day == date and e.occupies(self.user.email)]
        return {
            "date": str(date),
            "events": [
                {
                    "event_id": event.event_id,
                    "title": event.title,
                    "start_time": clock(event.span.start),
                    "end_time": clock(event.span.end),
                    "organizer": self.name_of(event.organizer),
                    "my_response": event.guests.get(self.user.email, "organizer"),
                }
                for event in sorted(events, key=lambda event: event.span)
            ],
        }

    @tool
    def find_free_slots(
        self,
        date: Annotated[dt.date, "Day of the slot, YYYY-MM-DD."],
        duration_minutes: Annotated[int, "Length in minutes, in steps of 15.", Field(ge=15, le=180, multiple_of=15)],
        email: Annotated[str | None, "Mail address of a colleague who has to be free as well."] = None,
    ) -> FreeSlots:
        """Find free slots on a day for the employee, and for a colleague where one is named."""
        self.check_day(date)
        if email is not None and email not in self.contacts:
            raise ToolFailure(f"The calendar of {email} cannot be seen; only those of colleagues can.")
        emails = [self.user.email, *([email] if email else [])]
        slots = self.free_slots(date, duration_minutes, emails)
        return {"date": str(date), "duration_minutes": duration_minutes, "slots": slots}

    @tool
    def schedule_event(
        self,
        slot_id: SlotId,
        title: Annotated[str, "Title of the event.", Field(min_length=1, max_length=80)],
        email: Annotated[str | None, "Mail address of a first guest."] = None,
    ) -> Event:
        """Schedule an event in a free slot, with the employee as its organizer."""
        span, heading = self.slot(slot_id), filled(title, "title")
        guests = [email] if email is not None else []
        for guest in guests:
            self._check_guest(guest)
        event = Meeting(self.ids.mint("EV"), heading, span, self.user.email, dict.fromkeys(guests, "pending"))
        self.events[event.event_id] = event
        return self.shown(event)

    @tool
    def move_event(self, event_id: EventId, slot_id: SlotId) -> Event:
        """Move one of the employee's own events to a free slot; its room is given up where it is taken then."""
        event = self.own_event(event_id)
        span = self.slot(slot_id, besides=event)
        if span == event.span:
            raise ToolFailure(f"Event {event_id} already takes place at that time.")
        event.span = span
        room = next((room for room in ROOMS if room.name == event.room), None)
        if room is not None and not self.room_is_free(room, span, besides=event):
            event.room = None
        return self.shown(event)

    @tool
    def cancel_event(self, event_id: EventId) -> CancelledEvent:
        """Cancel one of the employee's own events, and tell its guests."""
        event = self.own_event(event_id)
        event.cancelled = True
        told = sum(response != "declined" for response in event.guests.values())
        return {"event_id": event_id, "title": event.title, "status": "cancelled", "notified_guests": told}

    @tool
    def answer_invitation(
        self, event_id: EventId, response: Annotated[Answer, "What to answer to the organizer."]
    ) -> Reply:
        """Answer the invitation to an event that somebody else organizes."""
        event = self.event(event_id)
        if event.organizer == self.user.email:
            raise ToolFailure(f"Event {event_id} is your own, so there is no invitation to answer.")
        told = _RESPONSES[response]
        if event.guests[self.user.email] == told:
            raise ToolFailure(f"The invitation to event {event_id} has already been answered: {told}.")
        event.guests[self.user.email] = told
        organizer = self.name_of(event.organizer)
        return {"event_id": event_id, "title": event.title, "organizer": organizer, "my_response": told}

    @tool
    def invite_guest(self, event_id: EventId, email: MailAddress) -> Invitation:
        """Invite one more guest to one of the employee's own events."""
        event = self.own_event(event_id)
        self._check_guest(email)
        if email in event.guests:
            raise ToolFailure(f"Guest {email} is already invited to event {event_id}.")
        room = next((room for room in ROOMS if room.name == event.room), None)
        if room is not None and len(event.guests) + 2 > room.seats:
            raise ToolFailure(f"{room.name} seats {room.seats} people, and event {event_id} has as many already.")
        event.guests[email] = "pending"
        return {"event_id": event_id, "title": event.title, "email": email, "guest_count": len(event.guests)}

    @tool
    def book_room(
        self,
        event_id: EventId,
        equipment: Annotated[Equipment | None, "What the room has to have; anything will do if left out."] = None,
    ) -> RoomBooking:
        """Book the smallest free room that one of the employee's own events fits into."""
        event = self.own_event(event_id)
        if event.room is not None:
            raise ToolFailure(f"Event {event_id} already has a room, {event.room}.")
        rooms = self.free_rooms(event, equipment)
        if not rooms:
            wish = f" with a {_EQUIPMENT[equipment]}" if equipment else ""
            raise ToolFailure(f"No room{wish} for {len(event.guests) + 1} people is free at the time of {event_id}.")
        room = rooms[0]
        event.room = room.name
        return {
            "event_id": event_id,
            "room_id": f"R-{room.floor}{ROOMS.index(room) + 1:02}",
            "room_name": room.name,
            "floor": room.floor,
            "seats": room.seats,
            "equipment": " and ".join(_EQUIPMENT[each] for each in room.equipment),
        }

    @tool
    def find_contact(
        self, name: Annotated[str, "Full name, or a part of it that only one colleague has.", Field(min_length=2)]
    ) -> Contact:
        """Find a colleague in the company directory by name."""
        wanted = filled(name, "name").lower()
        found = [contact for contact in self.contacts.values() if wanted in contact["name"].lower()]
        if not found:
            raise ToolFailure(f"Nobody called {name!r} is in the company directory.")
        if len(found) > 1:
            names = ", ".join(contact["name"] for contact in found)
            raise ToolFailure(f"Several colleagues are called {name!r}: {names}. Give the full name.")
        return found[0]

    @tool
    def search_mail(
        self, query: Annotated[str, "Words to look for in subject, text and sender.", Field(min_length=2)]
    ) -> FoundMails:
        """Search the inbox, newest mails first."""
        pool = [(f"{m['subject']} {m['body']} {m['sender']['name']}", m) for m in reversed(self.mails.values())]
        found = best_matches(filled(query, "query").lower().split(), pool)
        return {
            "messages": [
                {
                    "message_id": mail["message_id"],
                    "sender_name": mail["sender"]["name"],
                    "subject": mail["subject"],
                    "received_on": mail["received_on"],
                }
                for mail in found[:_MOST_FOUND]
            ]
        }

    @tool
    def read_mail(self, message_id: MessageId) -> Mail:
        """Read a mail in the inbox."""
        return self.mail(message_id)

    @tool
    def send_mail(
        self,
        email: MailAddress,
        subject: Annotated[str, "Subject line.", Field(min_length=1, max_length=120)],
        body: Annotated[str, "Text of the mail.", Field(min_length=1)],
    ) -> SentMail:
        """Send a mail to one person."""
        heading, text = filled(subject, "subject"), filled(body, "body")
        self.check_address(email)
        return self._sent(email, heading, text)

    @tool
    def reply_to_mail(
        self, message_id: MessageId, body: Annotated[str, "Text of the reply.", Field(min_length=1)]
    ) -> SentMail:
        """Reply to the sender of a mail in the inbox."""
        mail, text = self.mail(message_id), filled(body, "body")
        return self._sent(mail["sender"]["email"], f"Re: {mail['subject']}", text)

    def _check_guest(self, email: str) -> None:
        if email == self.user.email:
            raise ToolFailure("The organizer takes part anyway and cannot be invited.")
        self.check_address(email)

    def _sent(self, email: str, subject: str, body: str) -> SentMail:
        sent_id = self.ids.mint("OUT")
        self.sent[sent_id] = body
        return {"sent_message_id": sent_id, "to": email, "subject": subject, "sent_on": str(self.today)}
