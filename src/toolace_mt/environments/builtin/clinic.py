"""A health service: doctors and free slots, appointments, reminders, referrals, prescriptions, and test results."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.clinic_directory import (
    BOOKABLE_DAYS,
    LATE_FEE_USD,
    NOTICE_DAYS,
    PER_DOCTOR,
    POLICY,
    REFERRED,
    REFILL_AT_DAYS,
    REMINDERS,
    SUPPLY_DAYS,
)
from toolace_mt.environments.builtin.clinic_records import (
    Appointment,
    AppointmentId,
    Appointments,
    AppointmentStatus,
    CancelledAppointment,
    Channel,
    DoctorId,
    Doctors,
    MovedAppointment,
    Pharmacies,
    PrescriptionId,
    Prescriptions,
    Referral,
    ReferralReason,
    ReferredField,
    Refill,
    Reminder,
    SlotId,
    Slots,
    Specialty,
    TestResult,
    TestResults,
    VisitType,
)
from toolace_mt.environments.builtin.clinic_state import ClinicState, Time
from toolace_mt.environments.methods import ToolFailure, tool

_MOST_SLOTS, _READY_DAYS = 5, 1


class Clinic(ClinicState):
    """The health service as one patient sees it."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows, and the rules that the service's assistant is given."""
        refillable = [each for each in self.prescriptions if not self._refill_problem(each)]
        referrals = [each for each in self.referrals.values() if self.is_open_referral(each)]
        return {
            "today": str(self.today),
            "user": {"name": self.user.name, "email": self.user.email, "town": self.towns[0]},
            "knows": {
                "town": self.towns[:2],
                "find_pharmacies.town": self.towns,
                "earliest_date": [str(self.today + dt.timedelta(days=days)) for days in (3, 6, 9, 13)],
                "appointment_id": self.early(),
                "doctor_id": list(dict.fromkeys(each["doctor_id"] for each in self.upcoming())),
                "days_before": [1, 2, 3],
                "referral_id": [each["referral_id"] for each in referrals],
                "request_referral.specialty": [
                    f for f in REFERRED if f not in {each["specialty"] for each in referrals}
                ],
                "prescription_id": refillable,
                "result_id": [each for each, (_, due) in self.tests.items() if due is None],
            },
            "assistant_policy": POLICY,
        }

    @tool
    def find_doctors(
        self,
        specialty: Annotated[Specialty, "Field of medicine."],
        town: Annotated[str | None, "Only doctors in this town."] = None,
    ) -> Doctors:
        """Find doctors of a field of medicine."""
        place = None if town is None else self.served_town(town)
        return {
            "doctors": [
                doctor
                for doctor in self.doctors.values()
                if doctor["specialty"] == specialty and place in (None, doctor["town"])
            ]
        }

    @tool
    def list_free_slots(
        self,
        doctor_id: DoctorId,
        earliest_date: Annotated[dt.date | None, "Earliest day, YYYY-MM-DD; tomorrow where it is left out."] = None,
    ) -> Slots:
        """List the next free slots of a doctor."""
        doctor, tomorrow = self.doctor(doctor_id), self.today + dt.timedelta(days=1)
        first, last = earliest_date or tomorrow, self.today + dt.timedelta(days=BOOKABLE_DAYS)
        if not self.today <= first <= last:
            raise ToolFailure(f"Slots are open from {tomorrow} until {last}; {first} is outside.")
        free = self.free_slots(doctor, max(first, tomorrow))[:_MOST_SLOTS]
        return {
            "doctor_id": doctor_id,
            "doctor_name": doctor["doctor_name"],
            "slots": [
                {"slot_id": each.slot_id, "starts_at": each.starts.isoformat(timespec="minutes")} for each in free
            ],
        }

    @tool
    def book_appointment_slot(
        self,
        slot_id: SlotId,
        visit_type: Annotated[VisitType, "What the visit is for."],
        referral_id: Annotated[str | None, "Id of the referral, where the field needs one."] = None,
    ) -> Appointment:
        """Book a free slot with a doctor."""
        time = self.free_slot(slot_id)
        name = time.doctor["doctor_name"]
        if sum(each["doctor_id"] == time.doctor["doctor_id"] for each in self.upcoming()) >= PER_DOCTOR:
            raise ToolFailure(
                f"The patient already has {PER_DOCTOR} upcoming appointments with {name}; more are not allowed."
            )
        if referral_id is not None:
            self._check_referral(referral_id, time)
        elif time.doctor["needs_referral"]:
            raise ToolFailure(f"{name} works in {time.doctor['specialty']}, which needs a referral; give its id.")
        return self.new_appointment(time, visit_type, referral_id)

    def _check_referral(self, referral_id: str, time: Time, own: str = "") -> None:
        """Refuse a referral that does not fit a slot. own: the appointment that it is already used for."""
        referral = self.referrals.get(referral_id)
        if referral is None:
            raise ToolFailure(f"Referral {referral_id} was not found.")
        if referral["specialty"] != time.doctor["specialty"]:
            field = time.doctor["specialty"].replace("_", " ")
            raise ToolFailure(f"Referral {referral_id} is for {referral['specialty']}, not for {field}.")
        if referral["valid_until"] < str(time.starts.date()):
            raise ToolFailure(
                f"Referral {referral_id} is valid until {referral['valid_until']}, so not on {time.starts.date()}."
            )
        for other in self.appointments.values():
            if (
                other["referral_id"] == referral_id
                and other["status"] != "cancelled"
                and other["appointment_id"] != own
            ):
                raise ToolFailure(f"Referral {referral_id} is already used for appointment {other['appointment_id']}.")

    @tool
    def list_appointments(
        self, status: Annotated[AppointmentStatus, "Which appointments to list."] = "booked"
    ) -> Appointments:
        """List the patient's appointments, earliest first."""
        chosen = [each for each in self.appointments.values() if each["status"] == status]
        return {"appointments": sorted(chosen, key=lambda each: each["starts_at"])}

    @tool
    def reschedule_appointment(self, appointment_id: AppointmentId, slot_id: SlotId) -> MovedAppointment:
        """Move an appointment to another free slot with the same doctor."""
        appointment = self.booked(appointment_id)
        if self.days_until(appointment) < NOTICE_DAYS:
            raise ToolFailure(
                f"Appointment {appointment_id} is on {appointment['starts_at'][:10]}; "
                f"it could only be moved until {NOTICE_DAYS} days before."
            )
        time = self.free_slot(slot_id)
        if time.doctor["doctor_id"] != appointment["doctor_id"]:
            raise ToolFailure(
                f"Appointment {appointment_id} is with {appointment['doctor_name']}, "
                f"but slot {slot_id} is with {time.doctor['doctor_name']}."
            )
        if appointment["referral_id"] is not None:
            self._check_referral(appointment["referral_id"], time, own=appointment_id)
        before, appointment["starts_at"] = appointment["starts_at"], time.starts.isoformat(timespec="minutes")
        self.move_reminders(appointment)
        return {
            "appointment_id": appointment_id,
            "doctor_name": appointment["doctor_name"],
            "previous_starts_at": before,
            "starts_at": appointment["starts_at"],
        }

    @tool
    def cancel_appointment(self, appointment_id: AppointmentId) -> CancelledAppointment:
        """Cancel an appointment; late cancellations cost a fee."""
        appointment = self.booked(appointment_id)
        days = self.days_until(appointment)
        if days < 1:
            raise ToolFailure(
                f"Appointment {appointment_id} is today and can no longer be cancelled; "
                f"please call {appointment['practice_name']}."
            )
        appointment["status"] = "cancelled"
        self.move_reminders(appointment)
        return {
            "appointment_id": appointment_id,
            "doctor_name": appointment["doctor_name"],
            "status": "cancelled",
            "fee_usd": 0.0 if days >= NOTICE_DAYS else LATE_FEE_USD,
        }

    @tool
    def set_appointment_reminder(
        self,
        appointment_id: AppointmentId,
        channel: Annotated[Channel, "How the reminder is sent."],
        days_before: Annotated[int, "How many days before the appointment.", Field(ge=1, le=14)] = 1,
    ) -> Reminder:
        """Set a reminder for an appointment."""
        appointment = self.booked(appointment_id)
        sends_on = self.days_until(appointment) - days_before
        if sends_on < 1:
            raise ToolFailure(
                f"Appointment {appointment_id} is on {appointment['starts_at'][:10]}; "
                f"a reminder {days_before} days before would come too late to be sent."
            )
        if sum(each["appointment_id"] == appointment_id for each in self.reminders.values()) >= REMINDERS:
            raise ToolFailure(f"Appointment {appointment_id} already has {REMINDERS} reminders; more are not allowed.")
        reminder: Reminder = {
            "reminder_id": self.ids.mint("RM"),
            "appointment_id": appointment_id,
            "channel": channel,
            "days_before": days_before,
            "sends_on": str(self.today + dt.timedelta(days=sends_on)),
        }
        self.reminders[reminder["reminder_id"]] = reminder
        return reminder

    @tool
    def request_referral(
        self,
        specialty: Annotated[ReferredField, "Field that the patient needs a referral to."],
        reason: Annotated[ReferralReason, "Why the patient needs it."],
    ) -> Referral:
        """Request a referral to a specialist from the family doctor."""
        for referral in self.referrals.values():
            if referral["specialty"] == specialty and self.is_open_referral(referral):
                raise ToolFailure(
                    f"Referral {referral['referral_id']} to {specialty} is still unused and valid until "
                    f"{referral['valid_until']}."
                )
        return self.new_referral(specialty, reason)

    @tool
    def list_prescriptions(self) -> Prescriptions:
        """List the patient's prescriptions with the supply and refills left."""
        return {"prescriptions": list(self.prescriptions.values())}

    @tool
    def find_pharmacies(self, town: Annotated[str, "Town to look in."]) -> Pharmacies:
        """Find the pharmacies of a town."""
        place = self.served_town(town)
        return {"pharmacies": [each for each in self.pharmacies.values() if each["town"] == place]}

    @tool
    def request_refill(
        self, prescription_id: PrescriptionId, pharmacy_id: Annotated[str, "Id of the pharmacy that prepares it."]
    ) -> Refill:
        """Request a refill of a prescription at a pharmacy."""
        prescription, pharmacy = self.prescriptions.get(prescription_id), self.pharmacies.get(pharmacy_id)
        if prescription is None:
            raise ToolFailure(f"Prescription {prescription_id} was not found.")
        if pharmacy is None:
            raise ToolFailure(f"Pharmacy {pharmacy_id} was not found.")
        if problem := self._refill_problem(prescription_id):
            raise ToolFailure(problem)
        prescription["refills_left"] -= 1
        prescription["days_left"] += SUPPLY_DAYS
        return {
            "refill_id": self.ids.mint("RFL"),
            "prescription_id": prescription_id,
            "medicine": prescription["medicine"],
            "pharmacy_name": pharmacy["pharmacy_name"],
            "ready_on": str(self.today + dt.timedelta(days=_READY_DAYS)),
            "refills_left": prescription["refills_left"],
        }

    def _refill_problem(self, prescription_id: str) -> str:
        """Why a prescription cannot be refilled now; nothing where it can."""
        prescription = self.prescriptions[prescription_id]
        if prescription["valid_until"] < str(self.today):
            return f"Prescription {prescription_id} expired on {prescription['valid_until']}; a doctor has to renew it."
        if not prescription["refills_left"]:
            return f"Prescription {prescription_id} has no refills left; a doctor has to renew it."
        if prescription["days_left"] > REFILL_AT_DAYS:
            return (
                f"Prescription {prescription_id} still has a supply of {prescription['days_left']} days; "
                f"refills are given when at most {REFILL_AT_DAYS} days are left."
            )
        return ""

    @tool
    def list_test_results(self) -> TestResults:
        """List the patient's lab tests, newest first."""
        return {
            "results": [
                {
                    "result_id": result["result_id"],
                    "test_name": result["test_name"],
                    "taken_on": result["taken_on"],
                    "status": "released" if due is None else "in_review",
                }
                for result, due in self.tests.values()
            ]
        }

    @tool
    def get_test_result(self, result_id: Annotated[str, "Id of the test result."]) -> TestResult:
        """Show what a lab test found."""
        if result_id not in self.tests:
            raise ToolFailure(f"Test result {result_id} was not found.")
        result, due = self.tests[result_id]
        if due is not None:
            raise ToolFailure(f"Test result {result_id} is still being reviewed by a doctor; it is expected on {due}.")
        return result
