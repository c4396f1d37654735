"""What a smart home can consist of; each seed furnishes a household with some of it."""

from __future__ import annotations

from typing import NamedTuple

from toolace_mt.environments.builtin.home_records import Power


class RoomPlan(NamedTuple):
    """lights: their names. heating: lowest and highest temperature in degrees Celsius that its thermostat takes."""

    lights: tuple[str, ...]
    heating: tuple[float, float] | None = None


class ScenePlan(NamedTuple):
    """lights: (room, power, brightness in percent). heating: (room, degrees Celsius). locks: whether all doors lock."""

    name: str
    lights: tuple[tuple[str, Power, int], ...]
    heating: tuple[tuple[str, float], ...] = ()
    locks: bool = False


ALWAYS_THERE = ("living room", "kitchen", "main bedroom", "hallway")
ROOMS: dict[str, RoomPlan] = {
    "living room": RoomPlan(("ceiling light", "floor lamp", "reading lamp"), (16.0, 24.0)),
    "kitchen": RoomPlan(("ceiling light", "counter light"), (15.0, 23.0)),
    "main bedroom": RoomPlan(("ceiling light", "left bedside lamp", "right bedside lamp"), (15.0, 23.0)),
    "hallway": RoomPlan(("ceiling light", "stair light")),
    "nursery": RoomPlan(("ceiling light", "night light"), (18.0, 22.0)),
    "study": RoomPlan(("ceiling light", "desk lamp"), (15.0, 23.0)),
    "guest room": RoomPlan(("ceiling light", "bedside lamp"), (12.0, 22.0)),
    "dining room": RoomPlan(("pendant light", "sideboard lamp"), (15.0, 23.0)),
    "bathroom": RoomPlan(("mirror light", "ceiling spotlight"), (16.0, 25.0)),
}
SCENES = (
    ScenePlan("good morning", (("kitchen", "on", 90), ("hallway", "on", 60)), (("kitchen", 21.0),)),
    ScenePlan("movie night", (("living room", "on", 15), ("kitchen", "off", 0)), (("living room", 21.5),)),
    ScenePlan("dinner time", (("kitchen", "on", 70), ("living room", "on", 40))),
    ScenePlan("bedtime", (("living room", "off", 0), ("main bedroom", "on", 25)), (("main bedroom", 17.0),), True),
    ScenePlan("leaving home", tuple((room, "off", 0) for room in ALWAYS_THERE), (("living room", 17.0),), True),
    ScenePlan("house cleaning", tuple((room, "on", 100) for room in ALWAYS_THERE)),
)
DOORS = ("front door", "back door", "garage door")
CAMERAS = ("driveway", "front porch", "back garden", "side gate")
SEEN = ("a person", "a parcel courier", "a cat", "a car", "a fox", "a neighbour's dog", "a cyclist")
# Kilowatt-hours on an average day, in tenths, by appliance and room.
APPLIANCES: dict[str, tuple[str, int]] = {
    "fridge-freezer": ("kitchen", 9),
    "dishwasher": ("kitchen", 11),
    "oven": ("kitchen", 14),
    "television": ("living room", 6),
    "game console": ("living room", 4),
    "electric blanket": ("main bedroom", 2),
    "computer": ("study", 12),
    "printer": ("study", 1),
    "air purifier": ("nursery", 3),
    "towel heater": ("bathroom", 13),
    "washing machine": ("bathroom", 10),
}
