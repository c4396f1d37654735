"""What the health service has: doctors and their slots, and one patient's appointments, medicines, referrals and tests."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from toolace_mt.environments.builtin.clinic_directory import (
    BOOKABLE_DAYS,
    LAB_TESTS,
    MEDICINES,
    NOTICE_DAYS,
    PHARMACIES,
    PRACTICES,
    REFERRAL_DAYS,
    REFERRED,
    SPECIALTIES,
    STREETS,
    TIMES,
    TOWNS,
)
from toolace_mt.environments.builtin.clinic_records import (
    Appointment,
    Doctor,
    Pharmacy,
    Prescription,
    Referral,
    ReferralReason,
    ReferredField,
    Reminder,
    TestResult,
    VisitType,
)
from toolace_mt.environments.builtin.world import new_ids, people, some_day, steady
from toolace_mt.environments.methods import ToolFailure

_SLOT = re.compile(r"(DR[0-9]+)-([0-9]{8})-([0-9]{4})")
_FREE_PERCENT = 45


class Time(NamedTuple):
    """A slot: who has it, and when it begins."""

    slot_id: str
    doctor: Doctor
    starts: dt.datetime


class ClinicState:
    """The books of the health service, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"clinic/{seed}")
        self.today = some_day(rng)
        while self.today.weekday() > 3:  # the practices are open today and tomorrow
            self.today += dt.timedelta(days=1)
        self.user, *doctors = people(rng, 1 + 2 * len(SPECIALTIES))
        self.ids = new_ids(rng)
        self.towns = rng.sample(TOWNS, 3)
        self.doctors = _doctors([person.name for person in doctors], self.towns, rng)
        self.pharmacies = _pharmacies(self.towns, rng)
        self.appointments: dict[str, Appointment] = {}
        self.reminders: dict[str, Reminder] = {}
        self.referrals: dict[str, Referral] = {}
        self.prescriptions: dict[str, Prescription] = {}
        self.tests: dict[str, tuple[TestResult, str | None]] = {}
        self._make_appointments(rng)
        self._make_prescriptions(rng)
        self._make_tests(rng)

    def doctor(self, doctor_id: str) -> Doctor:
        """The doctor with this id."""
        if doctor_id not in self.doctors:
            raise ToolFailure(f"Doctor {doctor_id} was not found.")
        return self.doctors[doctor_id]

    def served_town(self, name: str) -> str:
        """The town of that name, as the directory spells it."""
        for town in self.towns:
            if town.lower() == name.strip().lower():
                return town
        raise ToolFailure(f"The directory does not cover {name!r}. Towns: {', '.join(sorted(self.towns))}.")

    def day(self, days: int) -> dt.date:
        """The day that is `days` from today, or the next one on which the practices are open."""
        day = self.today + dt.timedelta(days=days)
        return day + dt.timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day

    def free_slots(self, doctor: Doctor, first: dt.date) -> list[Time]:
        """The free slots of a doctor from `first` on."""
        days = (first - self.today).days
        times = [
            self._time(doctor, self.today + dt.timedelta(days=each), time)
            for each in range(days, BOOKABLE_DAYS + 1)
            for time in TIMES
        ]
        return [time for time in times if self._is_open(time) and not self._is_taken(time)]

    def free_slot(self, slot_id: str) -> Time:
        """The slot with this id, if it can be booked."""
        found = _SLOT.fullmatch(slot_id)
        try:
            if found is None or found[1] not in self.doctors or found[3] not in TIMES:
                raise ValueError
            time = self._time(self.doctors[found[1]], dt.datetime.strptime(found[2], "%Y%m%d").date(), found[3])
        except ValueError:
            raise ToolFailure(f"Slot {slot_id} was not found.") from None
        if not 1 <= (time.starts.date() - self.today).days <= BOOKABLE_DAYS:
            last = self.today + dt.timedelta(days=BOOKABLE_DAYS)
            raise ToolFailure(f"Slots can be booked from tomorrow until {last}; {time.starts.date()} is outside.")
        if not self._is_open(time) or self._is_taken(time):
            raise ToolFailure(f"Slot {slot_id} is not free.")
        for other in self.upcoming():
            if other["starts_at"] == _shown(time.starts):
                raise ToolFailure(f"The patient already has appointment {other['appointment_id']} at that time.")
        return time

    def upcoming(self) -> list[Appointment]:
        """The appointments that are still to come, today's left out."""
        return [
            a for a in self.appointments.values() if a["status"] == "booked" and a["starts_at"][:10] > str(self.today)
        ]

    def booked(self, appointment_id: str) -> Appointment:
        """The appointment with this id, if it is still to take place."""
        appointment = self.appointments.get(appointment_id)
        if appointment is None:
            raise ToolFailure(f"Appointment {appointment_id} was not found.")
        if appointment["status"] != "booked":
            raise ToolFailure(f"Appointment {appointment_id} is {appointment['status']} and cannot be changed.")
        return appointment

    def days_until(self, appointment: Appointment) -> int:
        """Days from today to the day of an appointment."""
        return (dt.date.fromisoformat(appointment["starts_at"][:10]) - self.today).days

    def move_reminders(self, appointment: Appointment) -> None:
        """Send the reminders of an appointment on new days; those that would come too late are dropped."""
        for reminder in [r for r in self.reminders.values() if r["appointment_id"] == appointment["appointment_id"]]:
            days = self.days_until(appointment) - reminder["days_before"]
            if appointment["status"] == "cancelled" or days < 1:
                del self.reminders[reminder["reminder_id"]]
            else:
                reminder["sends_on"] = str(self.today + dt.timedelta(days=days))

    def early(self) -> list[str]:
        """Ids of the appointments that can still be moved or cancelled without a fee."""
        return [a["appointment_id"] for a in self.upcoming() if self.days_until(a) >= NOTICE_DAYS]

    def is_open_referral(self, referral: Referral) -> bool:
        """Whether no appointment has used the referral, and it is still valid."""
        used = {a["referral_id"] for a in self.appointments.values() if a["status"] != "cancelled"}
        return referral["referral_id"] not in used and referral["valid_until"] >= str(self.today)

    def new_referral(self, specialty: ReferredField, reason: ReferralReason, until: dt.date | None = None) -> Referral:
        """Note a referral by the family doctor."""
        referral: Referral = {
            "referral_id": self.ids.mint("RF"),
            "specialty": specialty,
            "reason": reason,
            "issued_by": next(iter(self.doctors.values()))["doctor_name"],
            "valid_until": str(until or self.today + dt.timedelta(days=REFERRAL_DAYS)),
        }
        self.referrals[referral["referral_id"]] = referral
        return referral

    def new_appointment(self, time: Time, visit_type: VisitType, referral_id: str | None = None) -> Appointment:
        """Note an appointment."""
        appointment: Appointment = {
            "appointment_id": self.ids.mint("AP"),
            "doctor_id": time.doctor["doctor_id"],
            "doctor_name": time.doctor["doctor_name"],
            "specialty": time.doctor["specialty"],
            "practice_name": time.doctor["practice_name"],
            "starts_at": _shown(time.starts),
            "visit_type": visit_type,
            "referral_id": referral_id,
            "status": "booked",
        }
        self.appointments[appointment["appointment_id"]] = appointment
        return appointment

    def _time(self, doctor: Doctor, day: dt.date, time: str) -> Time:
        starts = dt.datetime.combine(day, dt.time(int(time[:2]), int(time[2:])))
        return Time(f"{doctor['doctor_id']}-{day:%Y%m%d}-{time}", doctor, starts)

    def _is_open(self, time: Time) -> bool:
        """Whether the doctor works then, and no other patient was faster."""
        return time.starts.weekday() < 5 and steady(0, 99, time.slot_id, "free") < _FREE_PERCENT

    def _is_taken(self, time: Time) -> bool:
        """Whether this patient has the slot."""
        taken = (time.doctor["doctor_id"], _shown(time.starts), "booked")
        return any((a["doctor_id"], a["starts_at"], a["status"]) == taken for a in self.appointments.values())

    def _make_appointments(self, rng: random.Random) -> None:
        """One visit in the past, one today, one tomorrow, and two that can still be moved; a referral that is not used."""
        family, _, dentist, *_ = self.doctors.values()
        used, unused = rng.sample(REFERRED, 2)
        specialist = next(doctor for doctor in self.doctors.values() if doctor["specialty"] == used)
        referral = self.new_referral(used, "new_symptoms")
        visits: tuple[tuple[Doctor, int, VisitType, str | None], ...] = (
            (family, -21, "new_problem", None),
            (family, 0, "follow_up", None),
            (dentist, 1, "check_up", None),
            (family, 7, "check_up", None),
            (specialist, 12, "new_problem", referral["referral_id"]),
        )
        for doctor, days, visit_type, referral_id in visits:
            time = self._time(doctor, self.day(days), rng.choice(TIMES[3:]))
            self.new_appointment(time, visit_type, referral_id)["status"] = "attended" if days < 0 else "booked"
        self.new_referral(unused, "regular_monitoring", self.today + dt.timedelta(days=20))

    def _make_prescriptions(self, rng: random.Random) -> None:
        """Three that can be refilled now, one that lasts a while, one without refills, and one that has run out."""
        kinds = ((2, 3, 120), (5, 2, 200), (6, 4, 90), (23, 3, 150), (4, 0, 60), (3, 2, -12))
        for medicine, (left, refills, valid) in zip(rng.sample(MEDICINES, len(kinds)), kinds, strict=True):
            prescription_id = self.ids.mint("RX")
            self.prescriptions[prescription_id] = {
                "prescription_id": prescription_id,
                "medicine": medicine.name,
                "dose": medicine.dose,
                "days_left": left,
                "refills_left": refills,
                "valid_until": str(self.today + dt.timedelta(days=valid)),
            }

    def _make_tests(self, rng: random.Random) -> None:
        """Four tests, of which the newest is not reviewed yet: with each stands the day on which it will be."""
        family = next(iter(self.doctors.values()))["doctor_name"]
        for test, age in zip(rng.sample(LAB_TESTS, 4), (2, 21, 21, 160), strict=True):
            width = test.high - test.low
            found = rng.randrange(test.low - width // 5, test.high + width // 5)
            result: TestResult = {
                "result_id": self.ids.mint("LAB"),
                "test_name": test.name,
                "taken_on": str(self.today - dt.timedelta(days=age)),
                "finding": f"{found} {test.unit}",
                "usual_range": f"{test.low} to {test.high} {test.unit}",
                "reviewed_by": family,
            }
            self.tests[result["result_id"]] = result, str(self.day(3)) if age < 5 else None


def _shown(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _doctors(names: Sequence[str], towns: Sequence[str], rng: random.Random) -> dict[str, Doctor]:
    """Two doctors of each field by id; the first is the patient's own, in the patient's town."""
    numbers, practices = rng.sample(range(110, 990), len(names)), rng.sample(PRACTICES, len(names))
    doctors: dict[str, Doctor] = {}
    for place, (number, name) in enumerate(zip(numbers, names, strict=True)):
        specialty = SPECIALTIES[place // 2]
        doctors[f"DR{number}"] = {
            "doctor_id": f"DR{number}",
            "doctor_name": f"Dr. {name}",
            "specialty": specialty,
            "practice_name": practices[place],
            "town": towns[place % 2],
            "needs_referral": specialty in REFERRED,
        }
    return doctors


def _pharmacies(towns: Sequence[str], rng: random.Random) -> dict[str, Pharmacy]:
    """Two pharmacies in each town, by id."""
    pharmacies: dict[str, Pharmacy] = {}
    for town in towns:
        for name in rng.sample(PHARMACIES, 2):
            pharmacy_id = f"PH-{1000 + steady(0, 8999, town, name)}"
            pharmacies[pharmacy_id] = {
                "pharmacy_id": pharmacy_id,
                "pharmacy_name": name,
                "street": f"{rng.randrange(1, 60)} {rng.choice(STREETS)}",
                "town": town,
                "closes_at": rng.choice(("18:00", "19:30", "21:00")),
            }
    return pharmacies
