"""A smart home of one household: lights and heating by room, doors and alarm, scenes, energy, and cameras.

Its rules: doors unlock and the alarm changes only with the household PIN; no door unlocks while the alarm is armed, and the
alarm is armed only while all doors are locked; a thermostat keeps to its range, and does not heat out of an open window.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.home_plan import APPLIANCES, SEEN
from toolace_mt.environments.builtin.home_records import (
    Alarm,
    AlarmMode,
    CancelledSchedule,
    Days,
    Door,
    EnergyUse,
    Heating,
    LightChange,
    LockId,
    Period,
    Pin,
    Power,
    Recording,
    Recordings,
    RoomDevices,
    SceneId,
    SceneRun,
    Scenes,
    SceneSchedule,
    Security,
)
from toolace_mt.environments.builtin.home_state import HomeState
from toolace_mt.environments.builtin.world import steady
from toolace_mt.environments.methods import ToolFailure, tool

_KEPT_DAYS = 14
_FULL = 100
_CENTS_PER_KWH = 31
_POLICY = (
    "You look after the smart home of one household.",
    "Doors are unlocked, and the alarm is changed, only with the household PIN, which the user has to tell you.",
    "While the alarm is armed (night or away), no door can be unlocked.",
    "The alarm can be armed only while all doors are locked.",
    "Each thermostat keeps to its own range, and no room is heated further while its window is open.",
    "A schedule cannot start at the time of another one on the same days.",
    f"Camera recordings are kept for {_KEPT_DAYS} days.",
)


class Home(HomeState):
    """The home as the household's app sees it."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows, and the rules that the assistant is given."""
        metered = [name for name in self.rooms if name in {room for room, _ in APPLIANCES.values()}]
        return {
            "today": str(self.today),
            "user": {"name": self.user.name},
            "assistant_policy": " ".join(_POLICY),
            "knows": {
                "room": list(self.rooms),
                "get_energy_use.room": metered,
                "brightness_percent": [20, 40, 60, 80],
                "degrees": [18, 19, 20, 21],
                "pin": [self.pin],
                "start_time": ["06:15", "07:00", "07:30", "17:45", "19:00", "20:15", "21:30"],
                "camera": self.cameras,
                "date": [str(self.today - dt.timedelta(days=days)) for days in (1, 2, 4, 6)],
            },
        }

    @tool
    def list_devices_in_room(self, room: Annotated[str, "Name of the room."]) -> RoomDevices:
        """List the lights and thermostats of a room, with how each is set, and how warm the room is."""
        return self.room(room)

    @tool
    def set_light(
        self,
        light_id: Annotated[str, "Id of the light."],
        power: Annotated[Power, "Whether the light is to be on or off."],
        brightness_percent: Annotated[
            int | None, "Brightness of a light that is on, 1 to 100.", Field(ge=1, le=100)
        ] = None,
    ) -> LightChange:
        """Switch a light on or off, and dim it."""
        light = self.light(light_id)
        if power == "off" and brightness_percent is not None:
            raise ToolFailure("A brightness can only be given for a light that is switched on.")
        self.set_light_in(self.rooms[light["room"]], power, brightness_percent or _FULL, light_id)
        return self.light(light_id)

    @tool
    def set_thermostat(
        self,
        thermostat_id: Annotated[str, "Id of the thermostat."],
        degrees: Annotated[float, "Temperature to keep, in degrees Celsius."],
    ) -> Heating:
        """Set the temperature that a thermostat keeps."""
        room, thermostat = self.thermostat(thermostat_id)
        low, high = thermostat["lowest_c"], thermostat["highest_c"]
        if not low <= degrees <= high:
            raise ToolFailure(f"Thermostat {thermostat_id} takes {low:g} to {high:g} degrees, not {degrees:g}.")
        if room["window_open"] and degrees > room["temperature_c"]:
            raise ToolFailure(f"The window in the {room['room']} is open; it is not heated until the window is closed.")
        thermostat["target_c"] = degrees
        return {
            "thermostat_id": thermostat_id,
            "room": room["room"],
            "temperature_c": room["temperature_c"],
            "target_c": degrees,
            "heating": degrees > room["temperature_c"],
        }

    @tool
    def check_home_security(self) -> Security:
        """Show how the alarm is set, which outer doors are locked, and what needs attention."""
        return {"alarm_mode": self.alarm_mode, "doors": list(self.doors.values()), "warnings": self.warnings()}

    @tool
    def lock_door(self, lock_id: LockId) -> Door:
        """Lock an outer door."""
        door = self.door(lock_id)
        door["lock_state"] = "locked"
        return door

    @tool
    def unlock_door(self, lock_id: LockId, pin: Pin) -> Door:
        """Unlock an outer door with the household PIN."""
        door = self.door(lock_id)
        self.check_pin(pin)
        if self.alarm_mode != "disarmed":
            raise ToolFailure(f"The {door['door_name']} stays locked while the alarm is set to {self.alarm_mode}.")
        door["lock_state"] = "unlocked"
        return door

    @tool
    def set_alarm_mode(self, mode: Annotated[AlarmMode, "What the alarm is set to."], pin: Pin) -> Alarm:
        """Set the burglar alarm of the home with the household PIN."""
        self.check_pin(pin)
        unlocked = self.unlocked_doors()
        if mode != "disarmed" and unlocked:
            raise ToolFailure(f"The alarm cannot be armed while a door is unlocked: {', '.join(unlocked)}.")
        self.alarm_mode = mode
        return {"alarm_mode": mode, "doors_locked": len(self.doors) - len(unlocked)}

    @tool
    def list_scenes(self) -> Scenes:
        """List the household's scenes, and when they run by themselves."""
        return {
            "scenes": [
                {
                    "scene_id": scene_id,
                    "scene_name": plan.name,
                    "rooms": list(dict.fromkeys(room for room, *_ in (*plan.lights, *plan.heating))),
                    "locks_doors": plan.locks,
                }
                for scene_id, plan in self.scenes.items()
            ],
            "schedules": list(self.schedules.values()),
        }

    @tool
    def run_scene(self, scene_id: SceneId) -> SceneRun:
        """Run a scene now: it sets lights and heating in several rooms, and may lock the doors."""
        plan = self.scene(scene_id)
        lights = sum(self.set_light_in(self.rooms[name], power, brightness) for name, power, brightness in plan.lights)
        for name, target in plan.heating:
            self.rooms[name]["thermostats"][0]["target_c"] = target
        newly_locked = len(self.unlocked_doors()) if plan.locks else 0
        for lock_id in self.doors if plan.locks else ():
            self.lock_door(lock_id)
        return {
            "scene_id": scene_id,
            "scene_name": plan.name,
            "lights_set": lights,
            "rooms": [room for room, *_ in plan.lights],
            "doors_locked": newly_locked,
        }

    @tool
    def schedule_scene(
        self,
        scene_id: SceneId,
        start_time: Annotated[
            str, "Local time at which it starts, HH:MM.", Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
        ],
        days: Annotated[Days, "Days on which it starts."],
    ) -> SceneSchedule:
        """Schedule a scene to run by itself at a time of day."""
        self.scene(scene_id)
        for other in self.schedules.values():
            same_days = days == other["days"] or "every_day" in (days, other["days"])
            if other["runs_at"] == start_time and same_days:
                raise ToolFailure(
                    f"Schedule {other['scene_schedule_id']} already starts {other['scene_name']} at {start_time} on those days."
                )
        return self.add_schedule(scene_id, start_time, days)

    @tool
    def cancel_scene_schedule(
        self, scene_schedule_id: Annotated[str, "Id of the schedule of a scene."]
    ) -> CancelledSchedule:
        """Cancel a schedule, so that its scene no longer runs by itself."""
        if scene_schedule_id not in self.schedules:
            raise ToolFailure(f"Schedule {scene_schedule_id} was not found.")
        gone = self.schedules.pop(scene_schedule_id)
        return {
            "scene_schedule_id": scene_schedule_id,
            "scene_name": gone["scene_name"],
            "schedules_left": len(self.schedules),
        }

    @tool
    def get_energy_use(
        self,
        period: Annotated[Period, "The days to add up."],
        room: Annotated[str | None, "Only appliances in this room; the whole home if left out."] = None,
    ) -> EnergyUse:
        """Show how much energy the appliances used, and what that cost."""
        rooms = [self.room(room)["room"]] if room is not None else list(self.rooms)
        used = {name: self.energy_tenths(name, period) for name, (place, _) in APPLIANCES.items() if place in rooms}
        if not used:
            raise ToolFailure(f"No appliance in the {rooms[0]} is metered.")
        ranked = sorted(used, key=lambda name: -used[name])
        return {
            "period": period,
            "total_kwh": sum(used.values()) / 10,
            "cost_usd": round(sum(used.values()) * _CENTS_PER_KWH / 1000, 2),
            "consumers": [
                {"appliance": name, "stands_in": APPLIANCES[name][0], "energy_kwh": used[name] / 10} for name in ranked
            ],
        }

    @tool
    def list_camera_recordings(
        self,
        camera: Annotated[str, "Name of the outdoor camera."],
        date: Annotated[dt.date, "Day of the recordings, YYYY-MM-DD."],
    ) -> Recordings:
        """List what an outdoor camera recorded on one day."""
        place = camera.strip().lower()
        if place not in self.cameras:
            raise ToolFailure(f"There is no camera {camera!r}. Cameras: {', '.join(self.cameras)}.")
        if date > self.today:
            raise ToolFailure(f"{date} is in the future; today is {self.today}.")
        if (self.today - date).days > _KEPT_DAYS:
            raise ToolFailure(f"Recordings are kept for {_KEPT_DAYS} days; those of {date} are deleted.")
        recordings: list[Recording] = []
        for number in range(steady(1, 3, self.meter, place, date)):
            key = (self.meter, place, date, number)
            minute = number * 360 + steady(330, 680, *key)
            recordings.append(
                {
                    "recording_id": f"REC-{steady(10_000, 99_999, *key, 'id')}",
                    "started_at": f"{date}T{minute // 60:02}:{minute % 60:02}",
                    "seconds": steady(8, 55, *key, "length"),
                    "shows": SEEN[steady(0, len(SEEN) - 1, *key, "shows")],
                }
            )
        return {"camera": place, "date": str(date), "recordings": recordings}
