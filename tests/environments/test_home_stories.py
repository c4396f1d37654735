"""The smart home: what one call sets, later calls see; and its safety rules refuse what they forbid, changing nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.environments.firm_story import FirmStory
from toolace_mt.environments.builtin.home_plan import APPLIANCES, DOORS, ROOMS, SCENES


@pytest.fixture
def story() -> FirmStory:
    return FirmStory("home")


def lock_of(story: FirmStory, door: str) -> str:
    return next(d["lock_id"] for d in story.call("check_home_security")["doors"] if d["door_name"] == door)


def scene_of(story: FirmStory, name: str) -> str:
    return next(s["scene_id"] for s in story.call("list_scenes")["scenes"] if s["scene_name"] == name)


def test_a_light_is_dimmed_and_switched_off(story: FirmStory) -> None:
    light = story.call("list_devices_in_room", room="Living Room ")["lights"][1]
    dimmed = story.call("set_light", light_id=light["light_id"], power="on", brightness_percent=35)
    assert (dimmed["room"], dimmed["power"], dimmed["brightness_percent"]) == ("living room", "on", 35)
    assert story.call("list_devices_in_room", room="living room")["lights"][1]["brightness_percent"] == 35
    assert "only be given for a light that is switched on" in story.refused(
        "set_light", light_id=light["light_id"], power="off", brightness_percent=35
    )
    off = story.call("set_light", light_id=light["light_id"], power="off")
    assert (off["power"], off["brightness_percent"]) == ("off", None)
    assert story.call("set_light", light_id=light["light_id"], power="on")["brightness_percent"] == 100
    assert story.refused("set_light", light_id="LT-1", power="on") == "Light LT-1 was not found."
    assert "Rooms: living room, kitchen" in story.refused("list_devices_in_room", room="ballroom")


def test_a_thermostat_keeps_to_its_range_and_heats_no_open_window(story: FirmStory) -> None:
    rooms = [story.call("list_devices_in_room", room=name) for name in story.knows["room"]]
    closed = next(room for room in rooms if room["thermostats"] and not room["window_open"])
    airy = next(room for room in rooms if room["thermostats"] and room["window_open"])
    thermostat = closed["thermostats"][0]
    set_to = {"thermostat_id": thermostat["thermostat_id"]}
    warm = story.call("set_thermostat", **set_to, degrees=thermostat["highest_c"])
    assert warm["heating"] is True
    assert story.refused("set_thermostat", **set_to, degrees=30) == (
        f"Thermostat {thermostat['thermostat_id']} takes {thermostat['lowest_c']:g} to {thermostat['highest_c']:g}"
        " degrees, not 30."
    )
    seen = story.call("list_devices_in_room", room=closed["room"])
    assert seen["thermostats"][0]["target_c"] == thermostat["highest_c"]
    window = {"thermostat_id": airy["thermostats"][0]["thermostat_id"]}
    assert story.refused("set_thermostat", **window, degrees=21) == (
        f"The window in the {airy['room']} is open; it is not heated until the window is closed."
    )
    low = airy["thermostats"][0]["lowest_c"]
    assert low <= airy["temperature_c"]
    assert story.call("set_thermostat", **window, degrees=low)["heating"] is False


def test_doors_open_with_the_pin_and_never_under_the_alarm(story: FirmStory) -> None:
    pin, front = story.knows["pin"][0], {"lock_id": lock_of(story, "front door")}
    wrong = pin[:-1] + ("1" if pin[-1] != "1" else "2")
    assert story.refused("unlock_door", **front, pin=wrong) == "The household PIN is wrong."
    assert story.refused("set_alarm_mode", mode="away", pin=wrong) == "The household PIN is wrong."
    assert story.call("unlock_door", **front, pin=pin)["lock_state"] == "unlocked"
    assert story.refused("set_alarm_mode", mode="night", pin=pin) == (
        "The alarm cannot be armed while a door is unlocked: front door."
    )
    assert story.call("lock_door", **front)["lock_state"] == "locked"
    assert story.call("set_alarm_mode", mode="away", pin=pin) == {"alarm_mode": "away", "doors_locked": len(DOORS)}
    assert story.refused("unlock_door", **front, pin=pin) == (
        "The front door stays locked while the alarm is set to away."
    )
    assert story.call("check_home_security")["alarm_mode"] == "away"
    story.call("set_alarm_mode", mode="disarmed", pin=pin)
    assert story.call("unlock_door", **front, pin=pin)["lock_state"] == "unlocked"


def test_a_scene_sets_lights_heating_and_doors(story: FirmStory) -> None:
    back = lock_of(story, "back door")
    story.call("unlock_door", lock_id=back, pin=story.knows["pin"][0])
    ran = story.call("run_scene", scene_id=scene_of(story, "bedtime"))
    assert (ran["rooms"], ran["doors_locked"]) == (["living room", "main bedroom"], 1)
    assert {d["lock_state"] for d in story.call("check_home_security")["doors"]} == {"locked"}
    bedroom = story.call("list_devices_in_room", room="main bedroom")
    assert {light["brightness_percent"] for light in bedroom["lights"]} == {25}
    assert bedroom["thermostats"][0]["target_c"] == 17
    assert {light["power"] for light in story.call("list_devices_in_room", room="living room")["lights"]} == {"off"}
    assert story.refused("run_scene", scene_id="SC-1") == "Scene SC-1 was not found."


def test_scenes_ask_no_thermostat_for_more_than_it_takes() -> None:
    for plan in SCENES:
        for room, target in plan.heating:
            heating = ROOMS[room].heating
            assert heating is not None
            assert heating[0] <= target <= heating[1]


def test_no_two_schedules_start_together(story: FirmStory) -> None:
    scene = {"scene_id": scene_of(story, "movie night")}
    set_up = story.call("schedule_scene", **scene, start_time="19:00", days="weekends")
    other = {"scene_id": scene_of(story, "dinner time"), "start_time": "19:00"}
    assert story.refused("schedule_scene", **other, days="every_day") == (
        f"Schedule {set_up['scene_schedule_id']} already starts movie night at 19:00 on those days."
    )
    assert story.call("schedule_scene", **other, days="weekdays")["scene_name"] == "dinner time"
    assert "Invalid arguments" in story.refused("schedule_scene", **scene, start_time="25:00", days="weekends")
    gone = {"scene_schedule_id": set_up["scene_schedule_id"]}
    left = len(story.call("list_scenes")["schedules"]) - 1
    assert story.call("cancel_scene_schedule", **gone)["schedules_left"] == left
    assert "was not found" in story.refused("cancel_scene_schedule", **gone)
    assert story.call("schedule_scene", **scene, start_time="19:00", days="weekends")["runs_at"] == "19:00"


def test_energy_adds_up(story: FirmStory) -> None:
    whole = story.call("get_energy_use", period="last_7_days")
    assert whole["total_kwh"] == pytest.approx(sum(c["energy_kwh"] for c in whole["consumers"]))
    assert whole["cost_usd"] == pytest.approx(whole["total_kwh"] * 0.31, abs=0.01)
    rooms = [story.call("get_energy_use", period="last_7_days", room=r) for r in story.knows["get_energy_use.room"]]
    assert sum(room["total_kwh"] for room in rooms) == pytest.approx(whole["total_kwh"])
    assert story.call("get_energy_use", period="yesterday")["total_kwh"] < whole["total_kwh"]
    assert "hallway" not in {room for room, _ in APPLIANCES.values()}
    assert story.refused("get_energy_use", period="yesterday", room="hallway") == (
        "No appliance in the hallway is metered."
    )


def test_recordings_are_in_order_and_deleted_after_two_weeks(story: FirmStory) -> None:
    today = dt.date.fromisoformat(story.environment.brief["today"])
    camera = story.knows["camera"][0]
    for back in range(15):
        day = str(today - dt.timedelta(days=back))
        times = [r["started_at"] for r in story.call("list_camera_recordings", camera=camera, date=day)["recordings"]]
        assert times == sorted(times)
        assert all(time.startswith(day) for time in times)
    old = today - dt.timedelta(days=15)
    assert story.refused("list_camera_recordings", camera=camera, date=str(old)) == (
        f"Recordings are kept for 14 days; those of {old} are deleted."
    )
    tomorrow = str(today + dt.timedelta(days=1))
    assert "in the future" in story.refused("list_camera_recordings", camera=camera, date=tomorrow)
    assert "Cameras: " in story.refused("list_camera_recordings", camera="attic", date=str(today))
