"""Cities that the travel domain flies to: country, position, time zone and climate."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple


class City(NamedTuple):
    """latitude, longitude: degrees. utc_offset: hours, standard time. mean_c: mean temperature of a year."""

    country: str
    latitude: float
    longitude: float
    utc_offset: int
    mean_c: int


CITIES: dict[str, City] = {
    "Athens": City("Greece", 38.0, 23.7, 2, 19),
    "Auckland": City("New Zealand", -36.8, 174.8, 12, 15),
    "Berlin": City("Germany", 52.5, 13.4, 1, 10),
    "Cape Town": City("South Africa", -33.9, 18.4, 2, 17),
    "Chicago": City("United States", 41.9, -87.6, -6, 10),
    "Dublin": City("Ireland", 53.3, -6.3, 0, 10),
    "Lima": City("Peru", -12.0, -77.0, -5, 19),
    "Lisbon": City("Portugal", 38.7, -9.1, 0, 17),
    "Montreal": City("Canada", 45.5, -73.6, -5, 7),
    "Nairobi": City("Kenya", -1.3, 36.8, 3, 19),
    "Osaka": City("Japan", 34.7, 135.5, 9, 17),
    "Oslo": City("Norway", 59.9, 10.8, 1, 6),
    "Prague": City("Czechia", 50.1, 14.4, 1, 9),
    "Seattle": City("United States", 47.6, -122.3, -8, 11),
    "Singapore": City("Singapore", 1.4, 103.8, 8, 27),
    "Toronto": City("Canada", 43.7, -79.4, -5, 9),
}


def distance_km(origin: str, destination: str) -> float:
    """Great-circle distance in kilometres."""
    start, end = CITIES[origin], CITIES[destination]
    north, south = radians(start.latitude), radians(end.latitude)
    half_north = (south - north) / 2
    half_east = radians(end.longitude - start.longitude) / 2
    chord = sin(half_north) ** 2 + cos(north) * cos(south) * sin(half_east) ** 2
    return 2 * 6371 * asin(sqrt(chord))
