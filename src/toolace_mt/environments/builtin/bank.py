"""A retail bank: accounts, payments, payees, standing orders, cards, and disputes of one customer."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.bank_ledger import (
    CARD_LIMIT_USD,
    DAY_USD,
    DISPUTE_DAYS,
    NEW_PAYEE_USD,
    NOTES,
    NOTICE_DAYS,
    PAYEE_DAYS,
    PAYMENT_USD,
    POLICY,
    STANDING_ORDER_USD,
)
from toolace_mt.environments.builtin.bank_records import (
    AccountId,
    Accounts,
    Amount,
    BlockedCard,
    BlockReason,
    CancelledStandingOrder,
    CardId,
    CardLimit,
    Cards,
    CardStatus,
    Dispute,
    DisputeId,
    DisputeReason,
    PaidFrom,
    Payee,
    PayeeId,
    Payment,
    StandingOrder,
    Transactions,
    UnblockedCard,
)
from toolace_mt.environments.builtin.bank_state import BankState
from toolace_mt.environments.builtin.world import filled
from toolace_mt.environments.methods import ToolFailure, tool

_MOST_FOUND, _POST_DAYS = 6, 5


class Bank(BankState):
    """The bank as one customer sees it."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows, and the rules that the bank's assistant is given."""
        everyday, household, _ = self.accounts
        in_use = self.card_ids(None)
        paid = [transaction["counterparty"] for transaction in self.transactions_of(everyday)]
        return {
            "today": str(self.today),
            "user": {"name": self.user.name, "email": self.user.email},
            "knows": {
                "account_id": [everyday, household],
                "counterparty": list(dict.fromkeys(paid))[:4],
                "since": [str(self.today - dt.timedelta(days=days)) for days in (14, 30)],
                "payee_name": [payee["payee_name"] for payee in self.payees.values()],
                "add_payee.payee_name": self.newcomers,
                "account_number": [str(30_000_017 + 4871 * number) for number in self.digits[:6]],
                "amount_usd": [35, 80, 120, 240],
                "create_standing_order.amount_usd": [25, 60, 150],
                "note": list(NOTES),
                "day_of_month": [1, 5, 15],
                "standing_order_id": [o["standing_order_id"] for o in self.standing_orders.values()][:2],
                "card_id": in_use,
                "unblock_card.card_id": self.card_ids("mislaid"),
                "daily_limit_usd": [300, 750, 900],
                "dispute_id": list(self.disputes),
            },
            "assistant_policy": POLICY,
        }

    @tool
    def list_bank_accounts(self) -> Accounts:
        """List the customer's accounts with their balances."""
        return {"accounts": list(self.accounts.values())}

    @tool
    def search_transactions(
        self,
        account_id: AccountId,
        counterparty: Annotated[str | None, "Only transactions with this shop, company or person."] = None,
        since: Annotated[dt.date | None, "Only transactions from this day on, YYYY-MM-DD."] = None,
    ) -> Transactions:
        """Search the transactions of an account, newest first."""
        self.account(account_id)
        wanted = None if counterparty is None else filled(counterparty, "counterparty").lower()
        found = [
            transaction
            for transaction in self.transactions_of(account_id)
            if (wanted is None or wanted in transaction["counterparty"].lower())
            and (since is None or transaction["booked_on"] >= str(since))
        ]
        found.sort(key=lambda transaction: transaction["booked_on"])  # of one day, the last noted is the newest
        return {"transactions": found[::-1][:_MOST_FOUND]}

    @tool
    def dispute_transaction(
        self,
        transaction_id: Annotated[str, "Id of the transaction."],
        reason: Annotated[DisputeReason, "What is wrong with the payment."],
    ) -> Dispute:
        """Start a dispute about a card payment."""
        transaction = self.transactions.get(transaction_id)
        if transaction is None:
            raise ToolFailure(f"Transaction {transaction_id} was not found.")
        if transaction["kind"] != "card_payment":
            kind = transaction["kind"].replace("_", " ")
            raise ToolFailure(f"Only card payments can be disputed; transaction {transaction_id} is of type {kind}.")
        if transaction["status"] == "pending":
            raise ToolFailure(f"Transaction {transaction_id} is still pending and can be disputed once it is booked.")
        if (self.today - dt.date.fromisoformat(transaction["booked_on"])).days > DISPUTE_DAYS:
            raise ToolFailure(
                f"Transaction {transaction_id} was booked on {transaction['booked_on']}; "
                f"payments can be disputed for {DISPUTE_DAYS} days."
            )
        for dispute in self.disputes.values():
            if dispute["transaction_id"] == transaction_id:
                raise ToolFailure(f"Transaction {transaction_id} is already disputed under {dispute['dispute_id']}.")
        return self.new_dispute(transaction, reason, self.today)

    @tool
    def check_dispute(self, dispute_id: DisputeId) -> Dispute:
        """Check how far a dispute is."""
        if dispute_id not in self.disputes:
            raise ToolFailure(f"Dispute {dispute_id} was not found.")
        return self.disputes[dispute_id]

    @tool
    def find_payee(self, payee_name: Annotated[str, "Name under which the payee was saved."]) -> Payee:
        """Find a saved payee by name."""
        name = filled(payee_name, "payee_name")
        for payee in self.payees.values():
            if payee["payee_name"].lower() == name.lower():
                return payee
        saved = ", ".join(sorted(payee["payee_name"] for payee in self.payees.values()))
        raise ToolFailure(f"No payee is saved as {name}. Saved payees: {saved}.")

    @tool
    def add_payee(
        self,
        payee_name: Annotated[str, "Full name of the person or company.", Field(min_length=2)],
        account_number: Annotated[str, "Account number of eight digits.", Field(pattern="^[0-9]{8}$")],
    ) -> Payee:
        """Add a payee to whom money can be sent."""
        name = filled(payee_name, "payee_name")
        for payee in self.payees.values():
            if payee["account_number"] == account_number:
                raise ToolFailure(f"Account number {account_number} is already saved for {payee['payee_name']}.")
            if payee["payee_name"].lower() == name.lower():
                raise ToolFailure(f"A payee called {name} is already saved, with another account number.")
        return self.new_payee(name, account_number, self.today)

    @tool
    def send_payment(
        self,
        payee_id: PayeeId,
        amount_usd: Amount,
        account_id: PaidFrom = None,
        note: Annotated[str | None, "What the payee reads with the payment.", Field(max_length=60)] = None,
    ) -> Payment:
        """Send money to a saved payee."""
        payee, account, amount = self.payee(payee_id), self.paying_account(account_id), round(amount_usd, 2)
        self._check_payment(payee, account["account_id"], amount)
        if amount > account["balance_usd"]:
            raise ToolFailure(
                f"Account {account['account_id']} holds {account['balance_usd']:.2f} USD, not enough for {amount:.2f} USD."
            )
        account["balance_usd"] = round(account["balance_usd"] - amount, 2)
        self.sent_today[account["account_id"]] = self.sent_today.get(account["account_id"], 0.0) + amount
        self.note_transaction(account["account_id"], "transfer", payee["payee_name"], amount, self.today)
        return {
            "payment_id": self.ids.mint("PMT"),
            "payee_id": payee_id,
            "payee_name": payee["payee_name"],
            "account_id": account["account_id"],
            "amount_usd": amount,
            "note": note,
            "arrives_on": str(self.today + dt.timedelta(days=2 if self.is_new(payee) else 1)),
            "balance_usd": account["balance_usd"],
        }

    def _check_payment(self, payee: Payee, account_id: str, amount: float) -> None:
        """Refuse what the rules for payments do not allow."""
        if amount <= 0:
            raise ToolFailure("The amount must be at least 0.01 USD.")
        if amount > PAYMENT_USD:
            raise ToolFailure(f"One payment can be at most {PAYMENT_USD} USD; {amount:.2f} USD is too much.")
        if self.is_new(payee) and amount > NEW_PAYEE_USD:
            raise ToolFailure(
                f"Payee {payee['payee_id']} was added on {payee['added_on']}; for the first {PAYEE_DAYS} days "
                f"one payment to a new payee can be at most {NEW_PAYEE_USD} USD."
            )
        left = DAY_USD - self.sent_today.get(account_id, 0.0)
        if amount > left:
            raise ToolFailure(
                f"At most {DAY_USD} USD can leave account {account_id} in a day, and only {left:.2f} USD are left today."
            )

    @tool
    def create_standing_order(
        self,
        payee_id: PayeeId,
        amount_usd: Amount,
        day_of_month: Annotated[int, "Day of the month on which it pays.", Field(ge=1, le=28)],
        account_id: PaidFrom = None,
    ) -> StandingOrder:
        """Create a standing order that pays a saved payee each month."""
        payee, account, amount = self.payee(payee_id), self.paying_account(account_id), round(amount_usd, 2)
        if self.is_new(payee):
            raise ToolFailure(
                f"Payee {payee_id} was added on {payee['added_on']}; standing orders need a payee who was added "
                f"at least {PAYEE_DAYS} days ago."
            )
        if not 0 < amount <= STANDING_ORDER_USD:
            raise ToolFailure(
                f"A standing order can be at most {STANDING_ORDER_USD} USD a month, and at least 0.01 USD."
            )
        for order in self.standing_orders.values():
            if order["payee_id"] == payee_id and order["status"] == "active":
                raise ToolFailure(f"Payee {payee_id} already has the standing order {order['standing_order_id']}.")
        return self.new_standing_order(payee, account["account_id"], amount, day_of_month)

    @tool
    def cancel_standing_order(
        self, standing_order_id: Annotated[str, "Id of the standing order."]
    ) -> CancelledStandingOrder:
        """Cancel a standing order before its next payment."""
        order = self.standing_orders.get(standing_order_id)
        if order is None:
            raise ToolFailure(f"Standing order {standing_order_id} was not found.")
        if order["status"] == "cancelled":
            raise ToolFailure(f"Standing order {standing_order_id} is already cancelled.")
        if not self.cancellable(order):
            raise ToolFailure(
                f"Standing order {standing_order_id} pays next on {order['next_payment_on']}; "
                f"it can only be cancelled until {NOTICE_DAYS} days before."
            )
        order["status"] = "cancelled"
        return {
            "standing_order_id": standing_order_id,
            "payee_name": order["payee_name"],
            "amount_usd": order["amount_usd"],
            "status": "cancelled",
        }

    @tool
    def list_bank_cards(
        self, status: Annotated[CardStatus | None, "Only cards with this status; all where it is left out."] = None
    ) -> Cards:
        """List the customer's cards with their limits."""
        return {"cards": [card for card in self.cards.values() if status in (None, card["status"])]}

    @tool
    def block_card(self, card_id: CardId, reason: Annotated[BlockReason, "What happened to the card."]) -> BlockedCard:
        """Block a card; one that is lost or stolen is replaced."""
        card = self.card(card_id)
        if card["status"] == "blocked":
            raise ToolFailure(f"The card ending in {card_id} is already blocked, reported as {card['block_reason']}.")
        card["status"] = "blocked"
        card["block_reason"] = reason
        blocked: BlockedCard = {
            "card_id": card_id,
            "status": "blocked",
            "replacement_card_id": None,
            "replacement_arrives_on": None,
        }
        if reason != "mislaid":
            new = self.new_card(card["card_type"], card["account_kind"])
            new["status"] = "in_the_post"
            blocked["replacement_card_id"] = new["card_id"]
            blocked["replacement_arrives_on"] = str(self.today + dt.timedelta(days=_POST_DAYS))
        return blocked

    @tool
    def unblock_card(self, card_id: CardId) -> UnblockedCard:
        """Unblock a card that was mislaid and has turned up again."""
        card = self.card(card_id)
        if card["status"] != "blocked":
            raise ToolFailure(f"The card ending in {card_id} is not blocked.")
        if card["block_reason"] != "mislaid":
            raise ToolFailure(
                f"The card ending in {card_id} was reported {card['block_reason']}, so it stays blocked for good."
            )
        card["status"] = "active"
        card["block_reason"] = None
        return {"card_id": card_id, "status": "active", "daily_limit_usd": card["daily_limit_usd"]}

    @tool
    def set_card_limit(
        self, card_id: CardId, daily_limit_usd: Annotated[float, "New limit per day in US dollars.", Field(gt=0)]
    ) -> CardLimit:
        """Set how much can be spent with a card in a day."""
        card, limit = self.card(card_id), round(daily_limit_usd, 2)
        if card["status"] != "active":
            status = card["status"].replace("_", " ")
            raise ToolFailure(f"The card ending in {card_id} is {status}; only the limit of an active card can be set.")
        before = card["daily_limit_usd"]
        if limit > CARD_LIMIT_USD:
            raise ToolFailure(f"The daily limit of a card can be at most {CARD_LIMIT_USD} USD.")
        if limit > 2 * before:
            raise ToolFailure(
                f"The daily limit of the card ending in {card_id} is {before:.2f} USD and can be at most doubled in one "
                f"step, to {2 * before:.2f} USD."
            )
        card["daily_limit_usd"] = limit
        return {"card_id": card_id, "previous_limit_usd": before, "daily_limit_usd": limit}
