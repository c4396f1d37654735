"""What the bank's books begin with: where money usually goes, and the rules that the bank has written down."""

from __future__ import annotations

from typing import NamedTuple

PAYEE_DAYS, NEW_PAYEE_USD = 7, 250
PAYMENT_USD, DAY_USD = 2000, 3000
STANDING_ORDER_USD, NOTICE_DAYS = 1000, 2
CARD_LIMIT_USD = 3000
DISPUTE_DAYS, CREDIT_USD = 60, 100

POLICY = (
    "Payments leave the everyday and household accounts only, never savings, and never exceed the balance. "
    f"One payment is at most ${PAYMENT_USD:,}, and at most ${DAY_USD:,} leaves an account in a day. "
    f"A payee added less than {PAYEE_DAYS} days ago gets at most ${NEW_PAYEE_USD} in one payment and no standing order. "
    f"Each payee has at most one standing order, of at most ${STANDING_ORDER_USD:,}; it can be cancelled until "
    f"{NOTICE_DAYS} days before its next payment. "
    "A card blocked as mislaid can be unblocked; one reported lost or stolen never is, and is replaced free of charge. "
    f"The daily limit of an active card is at most doubled in one step and never goes above ${CARD_LIMIT_USD:,}. "
    f"Only booked card payments of the last {DISPUTE_DAYS} days can be disputed, each once; up to ${CREDIT_USD} is "
    "credited at once, the rest after the decision."
)


class Shop(NamedTuple):
    """Where cards are used. low, high: what is usually paid there, in US dollars."""

    name: str
    low: int
    high: int


SHOPS: tuple[Shop, ...] = (
    Shop("Greenfield Market", 18, 96),
    Shop("Corner Bakery", 4, 17),
    Shop("Harbor Fuel", 32, 74),
    Shop("Lumen Electronics", 59, 340),
    Shop("Paperback Row", 9, 48),
    Shop("Tidewater Gym", 29, 59),
    Shop("Blue Door Pharmacy", 8, 44),
    Shop("Northline Rail", 21, 118),
    Shop("Skyward Streaming", 11, 19),
    Shop("Maple Garden Center", 15, 130),
    Shop("Velvet Cinema", 12, 52),
    Shop("Oakline Furniture", 85, 410),
)
EMPLOYERS = ("Brightwell Logistics", "Sundial Studios", "Castor Engineering", "Willow Park School")
LANDLORDS = ("Ridgeway Housing", "Lakeview Homes", "Stonegate Rentals")
UTILITIES = ("Clearstream Water", "Voltera Energy", "Beacon Broadband")
NOTES = ("Dinner on Saturday", "Concert tickets", "Share of the gas bill", "Thanks for the lift", "Birthday present")
