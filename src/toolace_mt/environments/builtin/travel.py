"""A travel agency: flights and hotels between a handful of cities, bookings, seats, bags, and loyalty points."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.cities import CITIES
from toolace_mt.environments.builtin.travel_records import (
    Baggage,
    Booking,
    BookingId,
    Cabin,
    CancelledFlight,
    CancelledHotel,
    CheckIn,
    CheckOut,
    FlightId,
    Flights,
    Forecast,
    Hotel,
    Hotels,
    LoyaltyAccount,
    MemberId,
    Redemption,
    Rescheduled,
    Reservation,
    ReservationId,
    Seat,
    SeatType,
    Status,
    Trips,
)
from toolace_mt.environments.builtin.travel_state import TravelState, mean_temperature
from toolace_mt.environments.builtin.world import filled, steady
from toolace_mt.environments.methods import ToolFailure, tool

_FORECAST_DAYS = 60
_SEAT_FEE: dict[SeatType, float] = {"window": 18.0, "middle": 0.0, "aisle": 14.0}
_SEAT_LETTERS: dict[SeatType, str] = {"window": "AF", "middle": "BE", "aisle": "CD"}
_ROWS: dict[Cabin, tuple[int, int]] = {"economy": (15, 34), "premium": (7, 12), "business": (1, 4)}
_BAG_FEE, _CHANGE_FEE, _MAX_BAGS = 35.0, 45.0, 4
_SKIES = ("clear sky", "partly cloudy", "overcast", "light rain", "thunderstorms")


class Travel(TravelState):
    """The agency as one customer sees it."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        home, _, first, second, *_ = self.cities
        for city, passenger, days in ((first, self.user, 14), (second, self.companion, 27)):
            day = self.today + dt.timedelta(days=days)
            self.book_flight(self.search_flights(home, city, day)["flights"][0]["flight_id"], passenger.name)
        stay = (self.today + dt.timedelta(days=14), self.today + dt.timedelta(days=18))
        self.book_hotel(self.search_hotels(first, *stay)["hotels"][0]["hotel_id"], *stay, self.user.name)

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows."""
        home, away, *others = self.cities
        soon = [str(self.today + dt.timedelta(days=days)) for days in (9, 12, 16, 19, 23, 26, 31, 34)]
        return {
            "today": str(self.today),
            "user": {"name": self.user.name, "email": self.user.email, "home_city": home},
            "knows": {
                "origin": [home, away],
                "destination": others,
                "city": others,
                "date": soon[:4],
                "check_in": soon[:2],
                "check_out": soon[2:4],
                "new_date": soon[4:],
                "passenger_name": [self.user.name, self.companion.name],
                "guest_name": [self.user.name, self.companion.name],
                "booking_id": list(self.bookings),
                "reservation_id": list(self.reservations),
                "member_id": [self.account["member_id"]],
                "points": [500, 1000, 2000],
                "bags": [1, 2],
                "rooms": [1, 2],
                "max_price_usd": [150, 180, 220],
            },
        }

    @tool
    def search_flights(
        self,
        origin: Annotated[str, "City of departure."],
        destination: Annotated[str, "City of arrival."],
        date: Annotated[dt.date, "Day of departure, YYYY-MM-DD."],
        cabin: Annotated[Cabin, "Travel class."] = "economy",
    ) -> Flights:
        """Search flights between two cities on a given day."""
        start, end = self.served_city(origin), self.served_city(destination)
        if start == end:
            raise ToolFailure(f"Origin and destination are the same city: {start}.")
        self.check_day(date)
        found = [
            self.offer(number, date, cabin)
            for number, route in self.routes.items()
            if (route["origin"], route["destination"]) == (start, end)
        ]
        return {"flights": sorted((o for o in found if o["seats_left"] > 0), key=lambda offer: offer["price_usd"])}

    @tool
    def book_flight(
        self,
        flight_id: FlightId,
        passenger_name: Annotated[str, "Full name of the passenger.", Field(min_length=2)],
        cabin: Annotated[Cabin, "Travel class."] = "economy",
    ) -> Booking:
        """Book a seat on a flight for one passenger."""
        offer = self.offer(*self.flight(flight_id), cabin)
        if offer["seats_left"] < 1:
            raise ToolFailure(f"Flight {flight_id} is sold out in {cabin}.")
        booking: Booking = {
            "booking_id": self.ids.mint("BK"),
            "flight_id": flight_id,
            "passenger_name": filled(passenger_name, "passenger_name"),
            "origin": offer["origin"],
            "destination": offer["destination"],
            "departure": offer["departure"],
            "cabin": cabin,
            "seat_number": None,
            "checked_bags": 0,
            "total_usd": offer["price_usd"],
            "status": "confirmed",
        }
        self.bookings[booking["booking_id"]] = booking
        return booking

    @tool
    def choose_seat(
        self, booking_id: BookingId, seat_type: Annotated[SeatType, "Kind of seat that the passenger prefers."]
    ) -> Seat:
        """Reserve a window, middle or aisle seat for a booked flight."""
        booking = self.active_booking(booking_id)
        letters, current = _SEAT_LETTERS[seat_type], booking["seat_number"]
        if current and current[-1] in letters:
            raise ToolFailure(f"Booking {booking_id} already has the {seat_type} seat {current}.")
        first, last = _ROWS[booking["cabin"]]
        row = steady(first, last, booking["flight_id"], seat_type)
        same_flight = [b for b in self.bookings.values() if b["flight_id"] == booking["flight_id"]]
        taken = {b["seat_number"] for b in same_flight if b["status"] == "confirmed"}
        seats = [f"{r}{letter}" for r in (*range(row, last + 1), *range(first, row)) for letter in letters]
        seat = next((each for each in seats if each not in taken), None)
        if seat is None:
            raise ToolFailure(f"No {seat_type} seat is left on flight {booking['flight_id']}.")
        fee = _SEAT_FEE[seat_type]
        booking["seat_number"] = seat
        total = self.charge(booking, fee)
        return {"booking_id": booking_id, "seat_number": seat, "fee_usd": fee, "total_usd": total}

    @tool
    def add_baggage(
        self, booking_id: BookingId, bags: Annotated[int, "Number of checked bags to add.", Field(ge=1, le=3)]
    ) -> Baggage:
        """Add checked bags to a booked flight."""
        booking = self.active_booking(booking_id)
        if booking["checked_bags"] + bags > _MAX_BAGS:
            raise ToolFailure(
                f"Booking {booking_id} has {booking['checked_bags']} checked bags; at most {_MAX_BAGS} are allowed."
            )
        booking["checked_bags"] += bags
        total = self.charge(booking, bags * _BAG_FEE)
        return {
            "booking_id": booking_id,
            "checked_bags": booking["checked_bags"],
            "fee_usd": bags * _BAG_FEE,
            "total_usd": total,
        }

    @tool
    def reschedule_flight(
        self, booking_id: BookingId, new_date: Annotated[dt.date, "New day of departure, YYYY-MM-DD."]
    ) -> Rescheduled:
        """Move a booked flight to the same connection on another day."""
        booking = self.active_booking(booking_id)
        number, day = self.flight(booking["flight_id"])
        if new_date == day:
            raise ToolFailure(f"Booking {booking_id} already departs on {day}.")
        self.check_day(new_date)
        old, new = (self.offer(number, each, booking["cabin"]) for each in (day, new_date))
        if new["seats_left"] < 1:
            raise ToolFailure(f"The flight on {new_date} is sold out in {booking['cabin']}.")
        booking.update(flight_id=new["flight_id"], departure=new["departure"], seat_number=None)
        total = self.charge(booking, _CHANGE_FEE + max(0.0, new["price_usd"] - old["price_usd"]))
        return {
            "booking_id": booking_id,
            "flight_id": new["flight_id"],
            "departure": new["departure"],
            "change_fee_usd": _CHANGE_FEE,
            "total_usd": total,
        }

    @tool
    def cancel_flight(self, booking_id: BookingId) -> CancelledFlight:
        """Cancel a booked flight and refund what the fare allows."""
        booking = self.active_booking(booking_id)
        _, day = self.flight(booking["flight_id"])
        share = 0.8 if (day - self.today).days >= 7 else 0.4
        booking["status"] = "cancelled"
        return {"booking_id": booking_id, "status": "cancelled", "refund_usd": round(booking["total_usd"] * share, 2)}

    @tool
    def search_hotels(
        self,
        city: Annotated[str, "City of the stay."],
        check_in: CheckIn,
        check_out: CheckOut,
        max_price_usd: Annotated[float | None, "Highest price per room and night, in US dollars."] = None,
    ) -> Hotels:
        """Search hotels with free rooms in a city for a stay."""
        place, nights = self.served_city(city), self.nights(check_in, check_out)
        hotels: list[Hotel] = []
        for house in self.houses.values():
            left = self.rooms_left(house["hotel_id"], check_in, check_out)
            if house["city"] != place or left < 1 or (max_price_usd is not None and house["price"] > max_price_usd):
                continue
            hotels.append(
                {
                    "hotel_id": house["hotel_id"],
                    "hotel_name": house["hotel_name"],
                    "city": place,
                    "stars": house["stars"],
                    "price_per_night_usd": float(house["price"]),
                    "rooms_left": left,
                    "total_usd": float(house["price"] * nights),
                }
            )
        return {"nights": nights, "hotels": sorted(hotels, key=lambda hotel: hotel["price_per_night_usd"])}

    @tool
    def book_hotel(
        self,
        hotel_id: Annotated[str, "Id of the hotel."],
        check_in: CheckIn,
        check_out: CheckOut,
        guest_name: Annotated[str, "Full name of the guest who checks in.", Field(min_length=2)],
        rooms: Annotated[int, "Number of rooms.", Field(ge=1, le=4)] = 1,
    ) -> Reservation:
        """Reserve rooms in a hotel for a stay."""
        house = self.houses.get(hotel_id)
        if house is None:
            raise ToolFailure(f"Hotel {hotel_id} was not found.")
        nights = self.nights(check_in, check_out)
        left = self.rooms_left(hotel_id, check_in, check_out)
        if rooms > left:
            raise ToolFailure(f"{house['hotel_name']} has only {left} rooms left from {check_in} to {check_out}.")
        reservation: Reservation = {
            "reservation_id": self.ids.mint("HR"),
            "hotel_id": hotel_id,
            "hotel_name": house["hotel_name"],
            "city": house["city"],
            "check_in": str(check_in),
            "check_out": str(check_out),
            "guest_name": filled(guest_name, "guest_name"),
            "rooms": rooms,
            "total_usd": float(house["price"] * nights * rooms),
            "status": "confirmed",
        }
        self.reservations[reservation["reservation_id"]] = reservation
        return reservation

    @tool
    def cancel_hotel(self, reservation_id: ReservationId) -> CancelledHotel:
        """Cancel a hotel reservation and refund what its terms allow."""
        reservation = self.reservations.get(reservation_id)
        if reservation is None:
            raise ToolFailure(f"Reservation {reservation_id} was not found.")
        if reservation["status"] == "cancelled":
            raise ToolFailure(f"Reservation {reservation_id} is already cancelled.")
        free = (dt.date.fromisoformat(reservation["check_in"]) - self.today).days >= 3
        reservation["status"] = "cancelled"
        refund = reservation["total_usd"] if free else round(reservation["total_usd"] * 0.5, 2)
        return {"reservation_id": reservation_id, "status": "cancelled", "refund_usd": refund}

    @tool
    def list_trips(
        self, status: Annotated[Status | None, "Only trips with this status; all trips where it is left out."] = None
    ) -> Trips:
        """List the customer's flight bookings and hotel reservations."""
        return {
            "bookings": [b for b in self.bookings.values() if status in (None, b["status"])],
            "reservations": [r for r in self.reservations.values() if status in (None, r["status"])],
        }

    @tool
    def get_loyalty_account(self, member_id: MemberId) -> LoyaltyAccount:
        """Show the tier and points balance of a loyalty programme member."""
        return self.member(member_id)

    @tool
    def redeem_points(
        self,
        member_id: MemberId,
        booking_id: BookingId,
        points: Annotated[int, "Points to redeem; 100 points are worth one US dollar.", Field(ge=100)],
    ) -> Redemption:
        """Redeem loyalty points for a discount on a booked flight."""
        account, booking = self.member(member_id), self.active_booking(booking_id)
        if points > account["points"]:
            raise ToolFailure(f"Member {member_id} has only {account['points']} points.")
        used = min(points, int(booking["total_usd"] * 100))
        if used == 0:
            raise ToolFailure(f"Booking {booking_id} has nothing left to pay.")
        account["points"] -= used
        total = self.charge(booking, -used / 100)
        return {
            "booking_id": booking_id,
            "points_used": used,
            "points_left": account["points"],
            "discount_usd": used / 100,
            "total_usd": total,
        }

    @tool
    def get_weather_forecast(
        self, city: Annotated[str, "City to look up."], date: Annotated[dt.date, "Day to look up, YYYY-MM-DD."]
    ) -> Forecast:
        """Get the weather forecast for a city on a given day."""
        place = next((name for name in CITIES if name.lower() == city.strip().lower()), None)
        if place is None:
            raise ToolFailure(f"No weather station is known in {city}.")
        if not 0 <= (date - self.today).days <= _FORECAST_DAYS:
            last = self.today + dt.timedelta(days=_FORECAST_DAYS)
            raise ToolFailure(f"Forecasts reach from {self.today} to {last}; {date} is outside.")
        mean, sky = mean_temperature(CITIES[place], date), steady(0, 4, place, date, "sky")
        low = mean - steady(2, 5, place, date, "low")
        return {
            "city": place,
            "date": str(date),
            "condition": _SKIES[sky],
            "low_c": low,
            "high_c": low + steady(5, 10, place, date, "high"),
            "rain_chance_percent": min(95, sky * 20 + steady(0, 15, place, date, "rain")),
        }
