"""What the travel agency has: a timetable that repeats daily, hotels, and what was booked; only the last is state."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from itertools import permutations

from toolace_mt.environments.builtin.cities import CITIES, City, distance_km
from toolace_mt.environments.builtin.travel_records import (
    Booking,
    Cabin,
    Flight,
    House,
    LoyaltyAccount,
    Reservation,
    Route,
)
from toolace_mt.environments.builtin.world import new_ids, people, some_day, steady
from toolace_mt.environments.methods import ToolFailure

_DAY = re.compile(r"[0-9]{8}")
_HORIZON_DAYS = 330
_CABIN_FACTOR: dict[Cabin, float] = {"economy": 1.0, "premium": 1.7, "business": 3.1}
_AIRLINES = (("NW", "Northway"), ("SL", "Solara Air"), ("CB", "Cobalt Airlines"), ("MR", "Meridian"))
_HOTEL_NAMES = ("Harbour House", "The Larkspur", "Hotel Meridiana", "Old Mill Inn", "Station Rooms", "Casa Verde")


class TravelState:
    """The agency's books, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"travel/{seed}")
        self.today = some_day(rng)
        self.user, self.companion = people(rng, 2)
        self.cities = rng.sample(sorted(CITIES), 6)
        self.ids = new_ids(rng)
        self.routes: dict[str, Route] = _timetable(self.cities, rng)
        self.houses: dict[str, House] = _hotels(self.cities, rng)
        self.account: LoyaltyAccount = {
            "member_id": f"LM{rng.randrange(100_000, 999_999)}",
            "name": self.user.name,
            "tier": rng.choice(("blue", "silver", "gold")),
            "points": rng.randrange(30, 160) * 100,
        }
        self.bookings: dict[str, Booking] = {}
        self.reservations: dict[str, Reservation] = {}

    def served_city(self, name: str) -> str:
        """The served city of that name, as the agency spells it."""
        for city in self.cities:
            if city.lower() == name.strip().lower():
                return city
        raise ToolFailure(f"No service in {name!r}. Cities served: {', '.join(sorted(self.cities))}.")

    def check_day(self, day: dt.date) -> None:
        """Refuse days in the past, and those that cannot be booked yet."""
        if day < self.today:
            raise ToolFailure(f"{day} is in the past; today is {self.today}.")
        last = self.today + dt.timedelta(days=_HORIZON_DAYS)
        if day > last:
            raise ToolFailure(f"{day} is too far ahead; bookings are open until {last}.")

    def nights(self, check_in: dt.date, check_out: dt.date) -> int:
        """The nights of a stay that can be booked."""
        self.check_day(check_in)
        self.check_day(check_out)
        nights = (check_out - check_in).days
        if not 1 <= nights <= 30:
            raise ToolFailure(f"A stay has 1 to 30 nights; {check_in} to {check_out} has {nights}.")
        return nights

    def flight(self, flight_id: str) -> tuple[str, dt.date]:
        """Flight number and day of a flight that can still be booked."""
        number, _, digits = flight_id.partition("-")
        if number not in self.routes or not _DAY.fullmatch(digits):
            raise ToolFailure(f"Flight {flight_id} was not found.")
        try:
            day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            raise ToolFailure(f"Flight {flight_id} was not found.") from None
        self.check_day(day)
        return number, day

    def offer(self, number: str, day: dt.date, cabin: Cabin) -> Flight:
        """Flight `number` on `day`, with the price of that day and the seats left."""
        route = self.routes[number]
        flight_id = f"{number}-{day:%Y%m%d}"
        leaves = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=route["departs_at"])
        shift = CITIES[route["destination"]].utc_offset - CITIES[route["origin"]].utc_offset
        arrives = leaves + dt.timedelta(minutes=route["duration"], hours=shift)
        sold = sum(
            booking["status"] == "confirmed" and (booking["flight_id"], booking["cabin"]) == (flight_id, cabin)
            for booking in self.bookings.values()
        )
        demand = 1 + steady(-12, 25, number, day) / 100
        return {
            "flight_id": flight_id,
            "airline": route["airline"],
            "origin": route["origin"],
            "destination": route["destination"],
            "departure": leaves.isoformat(timespec="minutes"),
            "arrival": arrives.isoformat(timespec="minutes"),
            "cabin": cabin,
            "price_usd": round(route["fare"] * _CABIN_FACTOR[cabin] * demand, 2),
            "seats_left": max(0, steady(2, 9, flight_id, cabin) - sold),
        }

    def rooms_left(self, hotel_id: str, check_in: dt.date, check_out: dt.date) -> int:
        """Rooms that are free during the whole stay."""
        held = sum(
            stay["rooms"]
            for stay in self.reservations.values()
            if stay["hotel_id"] == hotel_id
            and stay["status"] == "confirmed"
            and stay["check_in"] < str(check_out)
            and str(check_in) < stay["check_out"]
        )
        return max(0, steady(4, 8, hotel_id, check_in) - held)

    def active_booking(self, booking_id: str) -> Booking:
        """The booking with this id, if it can still be changed."""
        booking = self.bookings.get(booking_id)
        if booking is None:
            raise ToolFailure(f"Booking {booking_id} was not found.")
        if booking["status"] == "cancelled":
            raise ToolFailure(f"Booking {booking_id} is cancelled and cannot be changed.")
        return booking

    def member(self, member_id: str) -> LoyaltyAccount:
        """The account of this member."""
        if member_id != self.account["member_id"]:
            raise ToolFailure(f"Member {member_id} was not found.")
        return self.account

    def charge(self, booking: Booking, usd: float) -> float:
        """Add to what a booking costs (a discount is negative), and give the new total."""
        booking["total_usd"] = round(booking["total_usd"] + usd, 2)
        return booking["total_usd"]


def _timetable(cities: list[str], rng: random.Random) -> dict[str, Route]:
    """Two daily flights between any two cities, by flight number."""
    numbers = rng.sample(range(110, 990), len(cities) * (len(cities) - 1) * 2)
    routes: dict[str, Route] = {}
    for origin, destination in permutations(cities, 2):
        distance = distance_km(origin, destination)
        for earliest in (6, 14):
            code, airline = rng.choice(_AIRLINES)
            routes[f"{code}{numbers.pop()}"] = {
                "airline": airline,
                "origin": origin,
                "destination": destination,
                "departs_at": earliest * 60 + rng.randrange(0, 480, 5),
                "duration": 40 + 5 * round(distance / 800 * 12),
                "fare": round(45 + distance * rng.uniform(0.055, 0.085)),
            }
    return routes


def _hotels(cities: list[str], rng: random.Random) -> dict[str, House]:
    """Three hotels in each city, with three, four and five stars."""
    numbers = rng.sample(range(1000, 9999), len(cities) * 3)
    houses: dict[str, House] = {}
    for city in cities:
        for stars, name in zip((3, 4, 5), rng.sample(_HOTEL_NAMES, 3), strict=True):
            hotel_id, price = f"HT-{numbers.pop()}", stars * 32 + rng.randrange(0, 50)
            houses[hotel_id] = {"hotel_id": hotel_id, "hotel_name": name, "city": city, "stars": stars, "price": price}
    return houses


def mean_temperature(city: City, day: dt.date) -> int:
    """A yearly wave around the city's mean that grows with latitude; warmest in July north of the equator."""
    season = math.cos((day.timetuple().tm_yday - 200) / 365 * 2 * math.pi) * math.copysign(1, city.latitude)
    return round(city.mean_c + season * (2 + abs(city.latitude) / 6))
