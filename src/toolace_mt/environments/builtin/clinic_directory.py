"""Who works where in the health service, what is prescribed and tested, and the rules that are written down."""

from __future__ import annotations

from typing import NamedTuple

from toolace_mt.environments.builtin.clinic_records import ReferredField, Specialty

NOTICE_DAYS, LATE_FEE_USD = 2, 30.0
PER_DOCTOR, REMINDERS = 2, 2
REFERRAL_DAYS = 90
REFILL_AT_DAYS, SUPPLY_DAYS = 7, 30
BOOKABLE_DAYS = 28

POLICY = (
    "General practitioners and dentists can be booked directly. Dermatology, cardiology and orthopedics need a referral to "
    "that field which is still valid on the day of the visit; each referral covers one appointment. "
    f"A patient has at most {PER_DOCTOR} upcoming appointments with one doctor, and at most {REMINDERS} reminders for each. "
    f"Appointments can be moved until {NOTICE_DAYS} days before, and only to a slot with the same doctor. "
    f"Cancelling is free until {NOTICE_DAYS} days before, costs ${LATE_FEE_USD:g} on the day before, and is refused on the "
    "day itself. "
    f"A refill needs a valid prescription with refills left and a supply of at most {REFILL_AT_DAYS} days. "
    "Test results are only shown after a doctor has reviewed them."
)

SPECIALTIES: tuple[Specialty, ...] = ("general_practice", "dentistry", "dermatology", "cardiology", "orthopedics")
REFERRED: tuple[ReferredField, ...] = ("dermatology", "cardiology", "orthopedics")
TIMES = ("0840", "0920", "1010", "1130", "1400", "1450", "1620")
TOWNS = ("Elmhurst Bay", "Corran", "Millbrook Heath", "Saltmarsh", "Fenwick Green")
PRACTICES = (
    "Riverside Practice",
    "Lindenhof House",
    "The Old Schoolhouse Surgery",
    "Parkview Health Centre",
    "Kingfisher Practice",
    "Sunny Corner Clinic",
    "Bellevue Medical Rooms",
    "Harvest Lane Practice",
    "Millpond Surgery",
    "Cedar Court Clinic",
)
PHARMACIES = ("Willow Pharmacy", "Crossroads Chemist", "Sunrise Pharmacy", "Market Square Pharmacy", "Heron Pharmacy")
STREETS = ("Church Street", "Linden Road", "Market Square", "Bridge Street", "Garden Row", "High Street")


class Medicine(NamedTuple):
    """name: how it is asked for. dose: how it is taken."""

    name: str
    dose: str


MEDICINES: tuple[Medicine, ...] = (
    Medicine("levothyroxine", "50 micrograms each morning"),
    Medicine("lisinopril", "10 mg once a day"),
    Medicine("metformin", "500 mg with breakfast and dinner"),
    Medicine("cetirizine", "10 mg in the evening"),
    Medicine("omeprazole", "20 mg before breakfast"),
    Medicine("atorvastatin", "20 mg at bedtime"),
    Medicine("vitamin D3", "one capsule a week"),
    Medicine("folic acid", "400 micrograms a day"),
)


class LabTest(NamedTuple):
    """low, high: the usual range in `unit`; findings lie around it."""

    name: str
    low: int
    high: int
    unit: str


LAB_TESTS: tuple[LabTest, ...] = (
    LabTest("total cholesterol", 125, 200, "mg/dL"),
    LabTest("fasting glucose", 70, 99, "mg/dL"),
    LabTest("ferritin", 30, 300, "ng/mL"),
    LabTest("vitamin B12", 200, 900, "pg/mL"),
    LabTest("vitamin D", 20, 50, "ng/mL"),
    LabTest("serum sodium", 135, 145, "mmol/L"),
)
