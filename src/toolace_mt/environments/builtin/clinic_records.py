"""What the tools of the health service take and give back."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

Specialty = Literal["general_practice", "dentistry", "dermatology", "cardiology", "orthopedics"]
ReferredField = Literal["dermatology", "cardiology", "orthopedics"]
VisitType = Literal["check_up", "follow_up", "new_problem"]
AppointmentStatus = Literal["booked", "attended", "cancelled"]
ReferralReason = Literal["new_symptoms", "regular_monitoring", "second_opinion"]
Channel = Literal["text_message", "email", "phone_call"]
DoctorId = Annotated[str, "Id of the doctor."]
SlotId = Annotated[str, "Id of a free slot."]
AppointmentId = Annotated[str, "Id of the appointment."]
PrescriptionId = Annotated[str, "Id of the prescription."]


class Doctor(TypedDict):
    """A doctor of the network."""

    doctor_id: str
    doctor_name: str
    specialty: Specialty
    practice_name: str
    town: str
    needs_referral: bool


class Doctors(TypedDict):
    """The doctors of one field."""

    doctors: list[Doctor]


class Slot(TypedDict):
    """A time at which the doctor is free."""

    slot_id: str
    starts_at: str


class Slots(TypedDict):
    """The first free slots of a doctor."""

    doctor_id: str
    doctor_name: str
    slots: list[Slot]


class Appointment(TypedDict):
    """An appointment of the patient."""

    appointment_id: str
    doctor_id: str
    doctor_name: str
    specialty: Specialty
    practice_name: str
    starts_at: str
    visit_type: VisitType
    referral_id: str | None
    status: AppointmentStatus


class Appointments(TypedDict):
    """Appointments, the earliest first."""

    appointments: list[Appointment]


class MovedAppointment(TypedDict):
    """An appointment with its new time."""

    appointment_id: str
    doctor_name: str
    previous_starts_at: str
    starts_at: str


class CancelledAppointment(TypedDict):
    """An appointment that does not take place, and what that costs."""

    appointment_id: str
    doctor_name: str
    status: AppointmentStatus
    fee_usd: float


class Reminder(TypedDict):
    """A message before an appointment."""

    reminder_id: str
    appointment_id: str
    channel: Channel
    days_before: int
    sends_on: str


class Referral(TypedDict):
    """The family doctor's word that a specialist is needed."""

    referral_id: str
    specialty: ReferredField
    reason: ReferralReason
    issued_by: str
    valid_until: str


class Prescription(TypedDict):
    """A medicine that the patient takes. days_left: for how many days the supply lasts."""

    prescription_id: str
    medicine: str
    dose: str
    days_left: int
    refills_left: int
    valid_until: str


class Prescriptions(TypedDict):
    """The patient's prescriptions."""

    prescriptions: list[Prescription]


class Pharmacy(TypedDict):
    """A pharmacy where refills are picked up."""

    pharmacy_id: str
    pharmacy_name: str
    street: str
    town: str
    closes_at: str


class Pharmacies(TypedDict):
    """The pharmacies of a town."""

    pharmacies: list[Pharmacy]


class Refill(TypedDict):
    """A new supply of a medicine."""

    refill_id: str
    prescription_id: str
    medicine: str
    pharmacy_name: str
    ready_on: str
    refills_left: int


class TestSummary(TypedDict):
    """A test in one line."""

    result_id: str
    test_name: str
    taken_on: str
    status: Literal["released", "in_review"]


class TestResults(TypedDict):
    """The patient's tests, newest first."""

    results: list[TestSummary]


class TestResult(TypedDict):
    """What a test found."""

    result_id: str
    test_name: str
    taken_on: str
    finding: str
    usual_range: str
    reviewed_by: str
