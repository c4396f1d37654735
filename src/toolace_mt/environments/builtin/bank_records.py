"""What the bank tools take and give back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

AccountKind = Literal["everyday", "household", "savings"]
BlockReason = Literal["mislaid", "lost", "stolen"]
CardType = Literal["debit", "credit"]
CardStatus = Literal["active", "blocked", "in_the_post"]
DisputeReason = Literal["not_recognised", "charged_twice", "wrong_amount", "not_delivered"]
TransactionKind = Literal["card_payment", "transfer", "standing_order", "income"]
AccountId = Annotated[str, "Id of the account."]
PaidFrom = Annotated[str | None, "Id of the account to pay from; the everyday account where it is left out."]
PayeeId = Annotated[str, "Id of the saved payee."]
CardId = Annotated[str, "Last four digits of the card number."]
DisputeId = Annotated[str, "Id of the dispute."]
Amount = Annotated[float, "Amount in US dollars.", Field(gt=0)]


class Account(TypedDict):
    """An account."""

    account_id: str
    kind: AccountKind
    balance_usd: float


class Accounts(TypedDict):
    """The customer's accounts."""

    accounts: list[Account]


class Transaction(TypedDict):
    """Money that went `out` to the counterparty, or came `in` from it."""

    transaction_id: str
    kind: TransactionKind
    counterparty: str
    direction: Literal["in", "out"]
    amount_usd: float
    booked_on: str
    status: Literal["pending", "booked"]


class Transactions(TypedDict):
    """The newest transactions that match, newest first."""

    transactions: list[Transaction]


class Dispute(TypedDict):
    """A payment that the customer contests. credited_usd: what was given back until the decision, if anything."""

    dispute_id: str
    transaction_id: str
    counterparty: str
    reason: DisputeReason
    amount_usd: float
    status: Literal["under_review", "shop_contacted"]
    credited_usd: float | None
    decision_by: str


class Payee(TypedDict):
    """Somebody to whom the customer can send money."""

    payee_id: str
    payee_name: str
    account_number: str
    added_on: str


class Payment(TypedDict):
    """A payment that was sent. balance_usd: what is left on the account."""

    payment_id: str
    payee_id: str
    payee_name: str
    account_id: str
    amount_usd: float
    note: str | None
    arrives_on: str
    balance_usd: float


class StandingOrder(TypedDict):
    """A payment that is repeated each month."""

    standing_order_id: str
    payee_id: str
    payee_name: str
    account_id: str
    amount_usd: float
    day_of_month: int
    next_payment_on: str
    status: Literal["active", "cancelled"]


class CancelledStandingOrder(TypedDict):
    """A standing order that pays no more."""

    standing_order_id: str
    payee_name: str
    amount_usd: float
    status: Literal["active", "cancelled"]


class Card(TypedDict):
    """A card, named by the last four digits of its number."""

    card_id: str
    card_type: CardType
    account_kind: AccountKind
    status: CardStatus
    block_reason: BlockReason | None
    daily_limit_usd: float


class Cards(TypedDict):
    """The customer's cards."""

    cards: list[Card]


class BlockedCard(TypedDict):
    """A blocked card, and the new one where it gets one."""

    card_id: str
    status: CardStatus
    replacement_card_id: str | None
    replacement_arrives_on: str | None


class UnblockedCard(TypedDict):
    """A card that can be used again."""

    card_id: str
    status: CardStatus
    daily_limit_usd: float


class CardLimit(TypedDict):
    """The most that a card can spend in a day, before and now."""

    card_id: str
    previous_limit_usd: float
    daily_limit_usd: float
