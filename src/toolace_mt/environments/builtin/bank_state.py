"""What the bank has: one customer's accounts, transactions, payees, standing orders, cards and disputes."""

from __future__ import annotations

import datetime as dt
import random

from toolace_mt.environments.builtin.bank_ledger import (
    CREDIT_USD,
    EMPLOYERS,
    LANDLORDS,
    NOTICE_DAYS,
    PAYEE_DAYS,
    SHOPS,
    UTILITIES,
)
from toolace_mt.environments.builtin.bank_records import (
    Account,
    AccountKind,
    BlockReason,
    Card,
    CardType,
    Dispute,
    DisputeReason,
    Payee,
    StandingOrder,
    Transaction,
    TransactionKind,
)
from toolace_mt.environments.builtin.world import new_ids, people, some_day, steady
from toolace_mt.environments.methods import ToolFailure

_DECISION_DAYS, _FIRST_LIMIT_USD = 10, 500.0
_CARD_AGES = (0, 1, 3, 4, 6, 9, 13, 18, 24, 31, 75)


class BankState:
    """The bank's books, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"bank/{seed}")
        self.today = some_day(rng)
        self.user, *others = people(rng, 10)
        self.ids = new_ids(rng)
        self.friends, self.newcomers = [p.name for p in others[:3]], [p.name for p in others[3:]]
        self.digits = rng.sample(range(1000, 9999), 40)
        self.accounts: dict[str, Account] = {}
        self.transactions: dict[str, Transaction] = {}
        self.account_of: dict[str, str] = {}
        self.payees: dict[str, Payee] = {}
        self.standing_orders: dict[str, StandingOrder] = {}
        self.cards: dict[str, Card] = {}
        self.disputes: dict[str, Dispute] = {}
        self.sent_today: dict[str, float] = {}
        self._open_accounts(rng)
        self._make_payees(rng)
        self._make_history(rng)
        self._make_cards()

    def account(self, account_id: str) -> Account:
        """The account with this id."""
        if account_id not in self.accounts:
            raise ToolFailure(f"Account {account_id} was not found.")
        return self.accounts[account_id]

    def paying_account(self, account_id: str | None) -> Account:
        """The account that a payment leaves: the everyday one, where none is named."""
        account = self.account(account_id) if account_id is not None else next(iter(self.accounts.values()))
        if account["kind"] == "savings":
            raise ToolFailure(f"Account {account_id} is a savings account, and payments cannot be made from savings.")
        return account

    def payee(self, payee_id: str) -> Payee:
        """The payee with this id."""
        if payee_id not in self.payees:
            raise ToolFailure(f"Payee {payee_id} was not found.")
        return self.payees[payee_id]

    def is_new(self, payee: Payee) -> bool:
        """Whether the payee was added only lately."""
        return (self.today - dt.date.fromisoformat(payee["added_on"])).days < PAYEE_DAYS

    def card(self, card_id: str) -> Card:
        """The card with these last four digits."""
        if card_id not in self.cards:
            raise ToolFailure(f"There is no card ending in {card_id}.")
        return self.cards[card_id]

    def card_ids(self, reason: BlockReason | None) -> list[str]:
        """The cards blocked for this reason; those in use for None."""
        return [
            card["card_id"]
            for card in self.cards.values()
            if card["block_reason"] == reason and card["status"] != "in_the_post"
        ]

    def cancellable(self, order: StandingOrder) -> bool:
        """Whether the next payment is still far enough ahead."""
        return (dt.date.fromisoformat(order["next_payment_on"]) - self.today).days >= NOTICE_DAYS

    def transactions_of(self, account_id: str) -> list[Transaction]:
        """The transactions of an account, in the order in which they were noted."""
        return [each for each in self.transactions.values() if self.account_of[each["transaction_id"]] == account_id]

    def note_transaction(
        self, account_id: str, kind: TransactionKind, counterparty: str, usd: float, day: dt.date
    ) -> Transaction:
        """Note money that moved on `day`; card payments of today and yesterday are pending."""
        pending = kind == "card_payment" and (self.today - day).days < 2
        transaction: Transaction = {
            "transaction_id": self.ids.mint("TX"),
            "kind": kind,
            "counterparty": counterparty,
            "direction": "in" if kind == "income" else "out",
            "amount_usd": usd,
            "booked_on": str(day),
            "status": "pending" if pending else "booked",
        }
        self.transactions[transaction["transaction_id"]] = transaction
        self.account_of[transaction["transaction_id"]] = account_id
        return transaction

    def new_payee(self, name: str, account_number: str, day: dt.date) -> Payee:
        """Note a payee."""
        payee: Payee = {
            "payee_id": self.ids.mint("PE"),
            "payee_name": name,
            "account_number": account_number,
            "added_on": str(day),
        }
        self.payees[payee["payee_id"]] = payee
        return payee

    def new_standing_order(self, payee: Payee, account_id: str, usd: float, day_of_month: int) -> StandingOrder:
        """Note a standing order; its first payment leaves time to cancel it."""
        first = self.today + dt.timedelta(days=NOTICE_DAYS)
        while first.day != day_of_month:
            first += dt.timedelta(days=1)
        order: StandingOrder = {
            "standing_order_id": self.ids.mint("SO"),
            "payee_id": payee["payee_id"],
            "payee_name": payee["payee_name"],
            "account_id": account_id,
            "amount_usd": usd,
            "day_of_month": day_of_month,
            "next_payment_on": str(first),
            "status": "active",
        }
        self.standing_orders[order["standing_order_id"]] = order
        return order

    def new_card(self, card_type: CardType, account_kind: AccountKind) -> Card:
        """Note a card with a number that no other card ends in."""
        card: Card = {
            "card_id": str(self.digits.pop()),
            "card_type": card_type,
            "account_kind": account_kind,
            "status": "active",
            "block_reason": None,
            "daily_limit_usd": _FIRST_LIMIT_USD,
        }
        self.cards[card["card_id"]] = card
        return card

    def new_dispute(self, transaction: Transaction, reason: DisputeReason, day: dt.date) -> Dispute:
        """Note a dispute, and credit small sums at once."""
        amount = transaction["amount_usd"]
        credited = amount if amount <= CREDIT_USD else None
        dispute: Dispute = {
            "dispute_id": self.ids.mint("DSP"),
            "transaction_id": transaction["transaction_id"],
            "counterparty": transaction["counterparty"],
            "reason": reason,
            "amount_usd": amount,
            "status": "under_review",
            "credited_usd": credited,
            "decision_by": str(day + dt.timedelta(days=_DECISION_DAYS)),
        }
        self.disputes[dispute["dispute_id"]] = dispute
        account = self.account(self.account_of[transaction["transaction_id"]])
        account["balance_usd"] = round(account["balance_usd"] + (credited or 0.0), 2)
        return dispute

    def _open_accounts(self, rng: random.Random) -> None:
        """The everyday account comes first: it is the one that pays, where none is named."""
        kinds: tuple[tuple[AccountKind, int, int], ...] = (
            ("everyday", 2400, 4800),
            ("household", 1500, 3200),
            ("savings", 5000, 22_000),
        )
        for kind, low, high in kinds:
            account_id = self.ids.mint("AC")
            balance = float(rng.randrange(low, high)) + rng.randrange(100) / 100
            self.accounts[account_id] = {"account_id": account_id, "kind": kind, "balance_usd": round(balance, 2)}

    def _make_payees(self, rng: random.Random) -> None:
        """Friends and companies who were added long ago; the companies get money each month, one of them tomorrow."""
        _, household, _ = self.accounts
        for name in (*self.friends, rng.choice(LANDLORDS), *rng.sample(UTILITIES, 2)):
            day = self.today - dt.timedelta(days=rng.randrange(40, 600))
            self.new_payee(name, str(rng.randrange(10_000_000, 99_999_999)), day)
        landlord, water, power = list(self.payees.values())[-3:]
        for payee, usd, days in ((landlord, 850.0, 9), (water, 45.0, 14), (power, 90.0, 1)):
            next_on = self.today + dt.timedelta(days=days)
            order = self.new_standing_order(payee, household, usd, min(next_on.day, 28))
            order["next_payment_on"] = str(next_on if next_on.day <= 28 else next_on.replace(day=28))

    def _make_history(self, rng: random.Random) -> None:
        """Card payments of the last weeks, wages, rent, and a dispute that is being looked at."""
        everyday, household, savings = self.accounts
        employer = rng.choice(EMPLOYERS)
        for account_id in (everyday, household):
            shops = rng.sample(SHOPS, 6)
            for place, age in enumerate(_CARD_AGES):
                shop = shops[place % len(shops)]
                usd = rng.randrange(shop.low, shop.high) + rng.randrange(100) / 100
                self.note_transaction(account_id, "card_payment", shop.name, usd, self.today - dt.timedelta(days=age))
        for age in (12, 42):
            wages = 2600.0 + steady(0, 900, self.user.name)
            self.note_transaction(everyday, "income", employer, wages, self.today - dt.timedelta(days=age))
            self.note_transaction(savings, "income", self.user.name, 200.0, self.today - dt.timedelta(days=age - 2))
        for order in self.standing_orders.values():
            paid = dt.date.fromisoformat(order["next_payment_on"]) - dt.timedelta(days=30)
            self.note_transaction(order["account_id"], "standing_order", order["payee_name"], order["amount_usd"], paid)
        paid = [t for t in self.transactions_of(household) if t["kind"] == "card_payment"]
        dispute = self.new_dispute(paid[7], rng.choice(("charged_twice", "not_delivered")), self.today)
        dispute["status"] = "shop_contacted"
        dispute["decision_by"] = str(self.today + dt.timedelta(days=4))

    def _make_cards(self) -> None:
        """Four cards in use, one mislaid, and one stolen."""
        self.new_card("debit", "everyday")
        self.new_card("debit", "household")
        self.new_card("credit", "everyday")
        self.new_card("credit", "household")
        blocked: tuple[tuple[BlockReason, CardType], ...] = (("mislaid", "credit"), ("stolen", "debit"))
        for reason, card_type in blocked:
            self.new_card(card_type, "household").update(status="blocked", block_reason=reason)
