"""What the calendar and mail tools take and give back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

Answer = Literal["accept", "maybe", "decline"]
Response = Literal["organizer", "accepted", "tentative", "declined", "pending"]
Equipment = Literal["screen", "whiteboard", "video"]
EventId = Annotated[str, "Id of the event."]
SlotId = Annotated[str, "Id of a free slot."]
MessageId = Annotated[str, "Id of the mail."]
MailAddress = Annotated[str, "Mail address.", Field(pattern=r"^[^@\s]+@[^@\s]+$")]


class AgendaEntry(TypedDict):
    """An event in one line. my_response: what the user answered, or that it is their own event."""

    event_id: str
    title: str
    start_time: str
    end_time: str
    organizer: str
    my_response: Response


class Agenda(TypedDict):
    """The events of one day that the user has not declined, earliest first."""

    date: str
    events: list[AgendaEntry]


class Slot(TypedDict):
    """A free time of one day."""

    slot_id: str
    start_time: str
    end_time: str


class FreeSlots(TypedDict):
    """Free times of one day, earliest first."""

    date: str
    duration_minutes: int
    slots: list[Slot]


class Guest(TypedDict):
    """Somebody who is invited."""

    email: str
    response: Response


class Event(TypedDict):
    """One of the user's own events. start, end: local date and time."""

    event_id: str
    title: str
    start: str
    end: str
    guests: list[Guest]
    room_name: str | None
    status: Literal["confirmed", "cancelled"]


class CancelledEvent(TypedDict):
    """An event that will not take place."""

    event_id: str
    title: str
    status: Literal["confirmed", "cancelled"]
    notified_guests: int


class Reply(TypedDict):
    """An answer to an invitation."""

    event_id: str
    title: str
    organizer: str
    my_response: Response


class Invitation(TypedDict):
    """A guest who was just invited."""

    event_id: str
    title: str
    email: str
    guest_count: int


class RoomBooking(TypedDict):
    """A room held for an event."""

    event_id: str
    room_id: str
    room_name: str
    floor: int
    seats: int
    equipment: str


class Contact(TypedDict):
    """Somebody in the company."""

    name: str
    email: str
    department: str
    phone_extension: str


class Sender(TypedDict):
    """Who wrote a mail."""

    name: str
    email: str


class MailSummary(TypedDict):
    """A mail in one line."""

    message_id: str
    sender_name: str
    subject: str
    received_on: str


class FoundMails(TypedDict):
    """The mails that match best, newest first."""

    messages: list[MailSummary]


class Mail(TypedDict):
    """A mail in the inbox."""

    message_id: str
    sender: Sender
    subject: str
    received_on: str
    body: str


class SentMail(TypedDict):
    """A mail that the user sent."""

    sent_message_id: str
    to: str
    subject: str
    sent_on: str
