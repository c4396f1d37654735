"""What the travel tools take and give back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from typing_extensions import TypedDict

Cabin = Literal["economy", "premium", "business"]
SeatType = Literal["window", "middle", "aisle"]
Status = Literal["confirmed", "cancelled"]
BookingId = Annotated[str, "Id of a flight booking."]
FlightId = Annotated[str, "Id of a flight on one day."]
ReservationId = Annotated[str, "Id of a hotel reservation."]
MemberId = Annotated[str, "Id of the loyalty programme member."]
CheckIn = Annotated[dt.date, "Day of arrival at the hotel, YYYY-MM-DD."]
CheckOut = Annotated[dt.date, "Day of departure from the hotel, YYYY-MM-DD."]


class Flight(TypedDict):
    """A flight that can be booked; times are local."""

    flight_id: str
    airline: str
    origin: str
    destination: str
    departure: str
    arrival: str
    cabin: Cabin
    price_usd: float
    seats_left: int


class Flights(TypedDict):
    """Flights found, cheapest first."""

    flights: list[Flight]


class Booking(TypedDict):
    """A booked flight."""

    booking_id: str
    flight_id: str
    passenger_name: str
    origin: str
    destination: str
    departure: str
    cabin: Cabin
    seat_number: str | None
    checked_bags: int
    total_usd: float
    status: Status


class Seat(TypedDict):
    """A reserved seat."""

    booking_id: str
    seat_number: str
    fee_usd: float
    total_usd: float


class Baggage(TypedDict):
    """The bags of a booking."""

    booking_id: str
    checked_bags: int
    fee_usd: float
    total_usd: float


class Rescheduled(TypedDict):
    """A booking on its new day."""

    booking_id: str
    flight_id: str
    departure: str
    change_fee_usd: float
    total_usd: float


class CancelledFlight(TypedDict):
    """A cancelled booking."""

    booking_id: str
    status: Status
    refund_usd: float


class Hotel(TypedDict):
    """A hotel with free rooms."""

    hotel_id: str
    hotel_name: str
    city: str
    stars: int
    price_per_night_usd: float
    rooms_left: int
    total_usd: float


class Hotels(TypedDict):
    """Hotels found, cheapest first."""

    nights: int
    hotels: list[Hotel]


class Reservation(TypedDict):
    """A reserved hotel stay."""

    reservation_id: str
    hotel_id: str
    hotel_name: str
    city: str
    check_in: str
    check_out: str
    guest_name: str
    rooms: int
    total_usd: float
    status: Status


class CancelledHotel(TypedDict):
    """A cancelled reservation."""

    reservation_id: str
    status: Status
    refund_usd: float


class Trips(TypedDict):
    """Everything that the customer booked."""

    bookings: list[Booking]
    reservations: list[Reservation]


class LoyaltyAccount(TypedDict):
    """A member's account; 100 points are worth one dollar."""

    member_id: str
    name: str
    tier: Literal["blue", "silver", "gold"]
    points: int


class Redemption(TypedDict):
    """Points turned into a discount."""

    booking_id: str
    points_used: int
    points_left: int
    discount_usd: float
    total_usd: float


class Forecast(TypedDict):
    """The weather expected on one day."""

    city: str
    date: str
    condition: str
    low_c: int
    high_c: int
    rain_chance_percent: int


class Route(TypedDict):
    """One daily flight of the timetable; minutes, US dollars in economy."""

    airline: str
    origin: str
    destination: str
    departs_at: int
    duration: int
    fare: int


class House(TypedDict):
    """A hotel; US dollars for one room and night."""

    hotel_id: str
    hotel_name: str
    city: str
    stars: int
    price: int
