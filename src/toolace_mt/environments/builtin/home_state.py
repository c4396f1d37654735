"""What the smart home has: rooms with lights and thermostats, doors, an alarm, scenes and their schedules."""

from __future__ import annotations

import datetime as dt
import random

from toolace_mt.environments.builtin.home_plan import ALWAYS_THERE, APPLIANCES, CAMERAS, DOORS, ROOMS, SCENES, ScenePlan
from toolace_mt.environments.builtin.home_records import (
    AlarmMode,
    Days,
    Door,
    LightChange,
    Period,
    Power,
    RoomDevices,
    SceneSchedule,
    Thermostat,
)
from toolace_mt.environments.builtin.world import Ids, new_ids, people, some_day, steady
from toolace_mt.environments.methods import ToolFailure

PERIOD_DAYS: dict[Period, int] = {"yesterday": 1, "last_7_days": 7, "last_30_days": 30}
_FIRST_SCHEDULES: tuple[tuple[str, str, Days], ...] = (
    ("good morning", "06:45", "weekdays"),
    ("bedtime", "22:30", "every_day"),
    ("dinner time", "18:15", "weekends"),
)
_LOW_BATTERY = 20


class HomeState:
    """The household's devices, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"home/{seed}")
        self.today = some_day(rng)
        (self.user,) = people(rng, 1)
        self.ids = new_ids(rng)
        self.pin = str(rng.randrange(100_000, 999_999))
        self.rooms = _furnished(rng, self.ids)
        self.doors = _doors(rng, self.ids)
        self.alarm_mode: AlarmMode = "disarmed"
        self.scenes = {self.ids.mint("SC"): plan for plan in SCENES}
        self.schedules: dict[str, SceneSchedule] = {}
        for name, start_time, days in _FIRST_SCHEDULES:
            self.add_schedule(self.scene_named(name), start_time, days)
        self.cameras = rng.sample(CAMERAS, 2)
        self.meter = rng.randrange(1_000_000)

    def room(self, name: str) -> RoomDevices:
        """The room of that name."""
        found = self.rooms.get(name.strip().lower())
        if found is None:
            raise ToolFailure(f"There is no room {name!r} in this home. Rooms: {', '.join(self.rooms)}.")
        return found

    def light(self, light_id: str) -> LightChange:
        """The light with this id, with the room that it is in."""
        for room in self.rooms.values():
            for light in room["lights"]:
                if light["light_id"] == light_id:
                    return {**light, "room": room["room"]}
        raise ToolFailure(f"Light {light_id} was not found.")

    def set_light_in(self, room: RoomDevices, power: Power, brightness: int, light_id: str | None = None) -> int:
        """Set one light of a room, or all of them; the number of lights that were set."""
        chosen = [light for light in room["lights"] if light_id in (None, light["light_id"])]
        for light in chosen:
            light.update(power=power, brightness_percent=brightness if power == "on" else None)
        return len(chosen)

    def thermostat(self, thermostat_id: str) -> tuple[RoomDevices, Thermostat]:
        """The thermostat with this id, and its room."""
        for room in self.rooms.values():
            for thermostat in room["thermostats"]:
                if thermostat["thermostat_id"] == thermostat_id:
                    return room, thermostat
        raise ToolFailure(f"Thermostat {thermostat_id} was not found.")

    def door(self, lock_id: str) -> Door:
        """The door with this lock."""
        if lock_id not in self.doors:
            raise ToolFailure(f"Lock {lock_id} was not found.")
        return self.doors[lock_id]

    def unlocked_doors(self) -> list[str]:
        """Names of the doors that are not locked."""
        return [door["door_name"] for door in self.doors.values() if door["lock_state"] == "unlocked"]

    def warnings(self) -> list[str]:
        """Open windows and weak batteries, as sentences."""
        windows = [f"The window in the {name} is open." for name, room in self.rooms.items() if room["window_open"]]
        batteries = [
            f"The lock of the {door['door_name']} has {door['battery_percent']} percent of its battery left."
            for door in self.doors.values()
            if door["battery_percent"] < _LOW_BATTERY
        ]
        return [*batteries, *windows]

    def check_pin(self, pin: str) -> None:
        """Refuse whoever does not know the household PIN."""
        if pin.strip() != self.pin:
            raise ToolFailure("The household PIN is wrong.")

    def scene(self, scene_id: str) -> ScenePlan:
        """The scene with this id."""
        if scene_id not in self.scenes:
            raise ToolFailure(f"Scene {scene_id} was not found.")
        return self.scenes[scene_id]

    def scene_named(self, name: str) -> str:
        """The id of the scene of that name."""
        return next(scene_id for scene_id, plan in self.scenes.items() if plan.name == name)

    def add_schedule(self, scene_id: str, start_time: str, days: Days) -> SceneSchedule:
        """Note when a scene runs by itself."""
        schedule: SceneSchedule = {
            "scene_schedule_id": self.ids.mint("SS"),
            "scene_id": scene_id,
            "scene_name": self.scenes[scene_id].name,
            "runs_at": start_time,
            "days": days,
        }
        self.schedules[schedule["scene_schedule_id"]] = schedule
        return schedule

    def energy_tenths(self, appliance: str, period: Period) -> int:
        """Tenths of a kilowatt-hour that an appliance used in a period."""
        usual = APPLIANCES[appliance][1]
        days = [self.today - dt.timedelta(days=back + 1) for back in range(PERIOD_DAYS[period])]
        return sum(max(0, usual + steady(-usual // 3, usual // 2, self.meter, appliance, day)) for day in days)


def _furnished(rng: random.Random, ids: Ids) -> dict[str, RoomDevices]:
    """The rooms of a home by name; in one of them that is heated, a window is open."""
    others = sorted(set(ROOMS) - set(ALWAYS_THERE))
    rooms = {name: _room(name, rng, ids) for name in (*ALWAYS_THERE, *rng.sample(others, 3))}
    airy = rng.choice([room for room in rooms.values() if room["thermostats"] and room["room"] not in ALWAYS_THERE])
    airy["window_open"] = True
    return rooms


def _room(name: str, rng: random.Random, ids: Ids) -> RoomDevices:
    plan, brightness = ROOMS[name], rng.choice((0, 0, 60, 100))
    low, high = plan.heating or (0.0, 0.0)
    return {
        "room": name,
        "temperature_c": rng.randrange(170, 206) / 10,
        "window_open": False,
        "lights": [
            {
                "light_id": ids.mint("LT"),
                "light_name": light,
                "power": "on" if brightness else "off",
                "brightness_percent": brightness or None,
            }
            for light in plan.lights
        ],
        "thermostats": [
            {
                "thermostat_id": ids.mint("TH"),
                "target_c": float(rng.choice((18, 19))),
                "lowest_c": low,
                "highest_c": high,
            }
        ]
        if plan.heating
        else [],
    }


def _doors(rng: random.Random, ids: Ids) -> dict[str, Door]:
    """The outer doors by the ids of their locks; all are locked, and one lock has a weak battery."""
    weak = rng.choice(DOORS)
    doors: dict[str, Door] = {}
    for name in DOORS:
        battery = rng.randrange(6, 18) if name == weak else rng.randrange(45, 100)
        lock_id = ids.mint("LK")
        doors[lock_id] = {
            "lock_id": lock_id,
            "door_name": name,
            "lock_state": "locked",
            "battery_percent": battery,
        }
    return doors
