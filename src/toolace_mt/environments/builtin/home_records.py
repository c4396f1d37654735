"""What the smart home tools take and give back; temperatures are degrees Celsius."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

Power = Literal["on", "off"]
LockState = Literal["locked", "unlocked"]
AlarmMode = Literal["disarmed", "night", "away"]
Days = Literal["weekdays", "weekends", "every_day"]
Period = Literal["yesterday", "last_7_days", "last_30_days"]
Pin = Annotated[str, "The household PIN of six digits."]
LockId = Annotated[str, "Id of the door lock."]
SceneId = Annotated[str, "Id of the scene."]


class Light(TypedDict):
    """A light as it is now; one that is off has no brightness."""

    light_id: str
    light_name: str
    power: Power
    brightness_percent: int | None


class Thermostat(TypedDict):
    """A thermostat, and the range of temperatures that it takes."""

    thermostat_id: str
    target_c: float
    lowest_c: float
    highest_c: float


class RoomDevices(TypedDict):
    """A room with what can be controlled in it."""

    room: str
    temperature_c: float
    window_open: bool
    lights: list[Light]
    thermostats: list[Thermostat]


class LightChange(TypedDict):
    """A light after a change."""

    light_id: str
    light_name: str
    room: str
    power: Power
    brightness_percent: int | None


class Heating(TypedDict):
    """A thermostat after a change, and whether it heats now."""

    thermostat_id: str
    room: str
    temperature_c: float
    target_c: float
    heating: bool


class Door(TypedDict):
    """An outer door and its lock."""

    lock_id: str
    door_name: str
    lock_state: LockState
    battery_percent: int


class Security(TypedDict):
    """The alarm, all outer doors, and what needs attention."""

    alarm_mode: AlarmMode
    doors: list[Door]
    warnings: list[str]


class Alarm(TypedDict):
    """The alarm after a change."""

    alarm_mode: AlarmMode
    doors_locked: int


class SceneSchedule(TypedDict):
    """When a scene runs by itself; runs_at is local, HH:MM."""

    scene_schedule_id: str
    scene_id: str
    scene_name: str
    runs_at: str
    days: Days


class Scene(TypedDict):
    """A scene in one line."""

    scene_id: str
    scene_name: str
    rooms: list[str]
    locks_doors: bool


class Scenes(TypedDict):
    """The household's scenes, and when they run by themselves."""

    scenes: list[Scene]
    schedules: list[SceneSchedule]


class SceneRun(TypedDict):
    """What a scene has set."""

    scene_id: str
    scene_name: str
    lights_set: int
    rooms: list[str]
    doors_locked: int


class CancelledSchedule(TypedDict):
    """A schedule that is gone."""

    scene_schedule_id: str
    scene_name: str
    schedules_left: int


class Consumer(TypedDict):
    """An appliance and the energy that it used."""

    appliance: str
    stands_in: str
    energy_kwh: float


class EnergyUse(TypedDict):
    """The energy that was used in a period, and by what, the largest first."""

    period: Period
    total_kwh: float
    cost_usd: float
    consumers: list[Consumer]


class Recording(TypedDict):
    """A clip of a camera; started_at is local."""

    recording_id: str
    started_at: str
    seconds: int
    shows: str


class Recordings(TypedDict):
    """What a camera recorded on one day, in order."""

    camera: str
    date: str
    recordings: list[Recording]
