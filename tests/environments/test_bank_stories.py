"""The bank's rules: what is allowed goes through, and what is not is refused for its reason and changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.environments.test_stories import Story
from toolace_mt.environments.builtin.bank import Bank
from toolace_mt.environments.builtin.bank_ledger import POLICY
from toolace_mt.environments.builtin.bank_records import Account


@pytest.fixture
def story() -> Story:
    return Story("bank")


def refused(story: Story, tool: str, **arguments: Any) -> str:
    """The reason, after a look that the refused call left no trace."""
    before = story.environment.state()
    reason = story.refused(tool, **arguments)
    assert story.environment.state() == before
    return reason


def a_payee(story: Story, place: int = 0) -> str:
    return story.call("find_payee", payee_name=story.knows["payee_name"][place])["payee_id"]


def a_new_payee(story: Story) -> str:
    name, number = story.knows["add_payee.payee_name"][0], story.knows["account_number"][0]
    return story.call("add_payee", payee_name=name, account_number=number)["payee_id"]


def household_of(seed: int) -> Account:
    return list(Bank(seed).accounts.values())[1]


def test_money_goes_to_a_payee_and_shows_in_the_books(story: Story) -> None:
    everyday, household, savings = story.call("list_bank_accounts")["accounts"]
    paid = story.call("send_payment", payee_id=a_payee(story), amount_usd=120.5, note="Dinner")
    assert (paid["account_id"], paid["note"]) == (everyday["account_id"], "Dinner")
    assert paid["balance_usd"] == round(everyday["balance_usd"] - 120.5, 2)
    newest = story.call("search_transactions", account_id=everyday["account_id"])["transactions"][0]
    assert (newest["counterparty"], newest["amount_usd"], newest["kind"]) == (paid["payee_name"], 120.5, "transfer")
    assert story.call("list_bank_accounts")["accounts"][1:] == [household, savings]


def test_payments_keep_to_the_limits(story: Story) -> None:
    savings = story.call("list_bank_accounts")["accounts"][2]["account_id"]
    old, new = a_payee(story), a_new_payee(story)
    assert "cannot be made from savings" in refused(
        story, "send_payment", payee_id=old, amount_usd=5, account_id=savings
    )
    assert "at most 2000 USD" in refused(story, "send_payment", payee_id=old, amount_usd=2000.01)
    assert "at most 250 USD" in refused(story, "send_payment", payee_id=new, amount_usd=250.01)
    assert "at least 0.01 USD" in refused(story, "send_payment", payee_id=old, amount_usd=0.001)
    assert story.call("send_payment", payee_id=new, amount_usd=250)["amount_usd"] == 250
    assert "was not found" in refused(story, "send_payment", payee_id="PE-1", amount_usd=5)


def test_an_account_is_never_overdrawn() -> None:
    seed = next(seed for seed in range(50) if household_of(seed)["balance_usd"] < 1999)  # one payment could take it all
    household, story = household_of(seed), Story("bank", seed)
    paid = {"payee_id": a_payee(story), "account_id": household["account_id"]}
    assert f"holds {household['balance_usd']:.2f} USD, not enough" in refused(
        story, "send_payment", **paid, amount_usd=household["balance_usd"] + 0.01
    )
    assert story.call("send_payment", **paid, amount_usd=household["balance_usd"])["balance_usd"] == 0


def test_only_so_much_leaves_an_account_in_a_day() -> None:
    rich = next(seed for seed in range(50) if next(iter(Bank(seed).accounts.values()))["balance_usd"] > 3500)
    story = Story("bank", rich)
    payee = a_payee(story)
    story.call("send_payment", payee_id=payee, amount_usd=2000)
    assert "only 1000.00 USD are left today" in refused(story, "send_payment", payee_id=payee, amount_usd=1000.5)
    story.call("send_payment", payee_id=payee, amount_usd=1000)
    assert "only 0.00 USD are left today" in refused(story, "send_payment", payee_id=payee, amount_usd=1)


def test_a_payee_is_saved_once(story: Story) -> None:
    payee_id = a_new_payee(story)
    name, number = story.knows["add_payee.payee_name"][0], story.knows["account_number"][0]
    assert story.call("find_payee", payee_name=name.upper())["payee_id"] == payee_id
    assert f"already saved for {name}" in refused(story, "add_payee", payee_name="Ada Example", account_number=number)
    assert f"called {name} is already saved" in refused(
        story, "add_payee", payee_name=name, account_number=story.knows["account_number"][1]
    )
    assert name in refused(story, "find_payee", payee_name="Ada Example")


def test_standing_orders_start_and_stop_in_time(story: Story) -> None:
    friend, today = a_payee(story), dt.date.fromisoformat(story.environment.brief["today"])
    order = story.call("create_standing_order", payee_id=friend, amount_usd=60, day_of_month=5)
    first = dt.date.fromisoformat(order["next_payment_on"])
    assert first.day == 5
    assert 2 <= (first - today).days <= 33
    again = {"payee_id": friend, "amount_usd": 10, "day_of_month": 1}
    assert f"already has the standing order {order['standing_order_id']}" in refused(
        story, "create_standing_order", **again
    )
    assert "at least 7 days ago" in refused(story, "create_standing_order", **{**again, "payee_id": a_new_payee(story)})
    assert "at most 1000 USD" in refused(
        story, "create_standing_order", payee_id=a_payee(story, 1), amount_usd=1001, day_of_month=1
    )
    cancelled = story.call("cancel_standing_order", standing_order_id=order["standing_order_id"])
    assert cancelled["status"] == "cancelled"
    assert "already cancelled" in refused(story, "cancel_standing_order", standing_order_id=order["standing_order_id"])
    assert story.call("create_standing_order", **again)["amount_usd"] == 10


def test_a_standing_order_that_pays_tomorrow_cannot_be_stopped(story: Story) -> None:
    paid_tomorrow = next(
        order["standing_order_id"] for order in Bank(7).standing_orders.values() if not Bank(7).cancellable(order)
    )
    assert "only be cancelled until 2 days before" in refused(
        story, "cancel_standing_order", standing_order_id=paid_tomorrow
    )


def test_only_a_mislaid_card_comes_back(story: Story) -> None:
    mislaid, lost, stolen, _ = story.knows["card_id"]
    assert story.call("block_card", card_id=mislaid, reason="mislaid")["replacement_card_id"] is None
    assert "already blocked, reported as mislaid" in refused(story, "block_card", card_id=mislaid, reason="lost")
    assert "only the limit of an active card" in refused(story, "set_card_limit", card_id=mislaid, daily_limit_usd=300)
    assert story.call("unblock_card", card_id=mislaid)["status"] == "active"
    assert "is not blocked" in refused(story, "unblock_card", card_id=mislaid)
    for card_id, reason in ((lost, "lost"), (stolen, "stolen")):
        new = story.call("block_card", card_id=card_id, reason=reason)
        assert f"was reported {reason}" in refused(story, "unblock_card", card_id=card_id)
        assert "is in the post" in refused(
            story, "set_card_limit", card_id=new["replacement_card_id"], daily_limit_usd=300
        )
    assert len(story.call("list_bank_cards", status="in_the_post")["cards"]) == 2
    assert refused(story, "block_card", card_id="0000", reason="lost") == "There is no card ending in 0000."


def test_a_limit_is_doubled_at_most(story: Story) -> None:
    card = {"card_id": story.knows["card_id"][0]}
    assert "at most doubled in one step, to 1000.00 USD" in refused(
        story, "set_card_limit", **card, daily_limit_usd=1000.5
    )
    assert story.call("set_card_limit", **card, daily_limit_usd=1000)["previous_limit_usd"] == 500
    story.call("set_card_limit", **card, daily_limit_usd=2000)
    assert "at most 3000 USD" in refused(story, "set_card_limit", **card, daily_limit_usd=3001)
    assert story.call("set_card_limit", **card, daily_limit_usd=50)["daily_limit_usd"] == 50


def test_card_payments_are_disputed_once_and_in_time(story: Story) -> None:
    account_id = story.knows["account_id"][0]
    bank, reason = Bank(7), {"reason": "not_recognised"}
    paid = [each for each in bank.transactions_of(account_id) if each["kind"] == "card_payment"]
    pending, oldest = paid[0], paid[-1]
    assert "still pending" in refused(story, "dispute_transaction", transaction_id=pending["transaction_id"], **reason)
    assert "can be disputed for 60 days" in refused(
        story, "dispute_transaction", transaction_id=oldest["transaction_id"], **reason
    )
    wages = next(each for each in bank.transactions_of(account_id) if each["kind"] == "income")
    assert "is of type income" in refused(
        story, "dispute_transaction", transaction_id=wages["transaction_id"], **reason
    )
    assert "was not found" in refused(story, "dispute_transaction", transaction_id="TX-1", **reason)
    small = next(each for each in paid[2:-1] if each["amount_usd"] <= 100)
    before = story.call("list_bank_accounts")["accounts"][0]["balance_usd"]
    dispute = story.call("dispute_transaction", transaction_id=small["transaction_id"], **reason)
    assert dispute["credited_usd"] == small["amount_usd"]
    after = story.call("list_bank_accounts")["accounts"][0]["balance_usd"]
    assert after == round(before + small["amount_usd"], 2)
    assert story.call("check_dispute", dispute_id=dispute["dispute_id"]) == dispute
    assert f"already disputed under {dispute['dispute_id']}" in refused(
        story, "dispute_transaction", transaction_id=small["transaction_id"], **reason
    )


def test_a_large_disputed_sum_is_not_credited_at_once() -> None:
    for seed in range(40):
        bank = Bank(seed)
        account_id = next(iter(bank.accounts))
        for paid in bank.transactions_of(account_id):
            if paid["kind"] == "card_payment" and paid["status"] == "booked" and paid["amount_usd"] > 100:
                dispute = bank.dispute_transaction(paid["transaction_id"], "charged_twice")
                assert dispute["credited_usd"] is None
                return
    pytest.fail("no card payment above 100 USD")


def test_the_policy_has_the_numbers_that_the_tools_enforce() -> None:
    for said in ("$2,000", "$3,000", "7 days", "$250", "$1,000", "2 days", "60 days", "$100"):
        assert said in POLICY
    assert Story("bank").environment.brief["assistant_policy"] == POLICY
