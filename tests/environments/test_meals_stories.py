"""Meals: from the menu to the refund; and the written policy refuses what it forbids, changing nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.environments.firm_story import FirmStory
from toolace_mt.environments.builtin.meals_menus import VOUCHERS


@pytest.fixture
def story() -> FirmStory:
    return FirmStory("meals")


def dishes(story: FirmStory, cuisine: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    restaurant = story.call("find_restaurants", cuisine=cuisine)["restaurants"][0]
    return restaurant, story.call("get_menu", restaurant_id=restaurant["restaurant_id"])["dishes"]


def in_days(story: FirmStory, days: int) -> str:
    return str(dt.date.fromisoformat(story.environment.brief["today"]) + dt.timedelta(days=days))


def test_a_meal_from_the_menu_to_the_door(story: FirmStory) -> None:
    restaurant, menu = dishes(story, "thai")
    basket = story.call("add_to_basket", dish_id=menu[0]["dish_id"], portions=3, note="extra spicy")
    held = {"basket_id": basket["basket_id"]}
    basket = story.call("add_to_basket", dish_id=menu[1]["dish_id"], portions=1, **held)
    price = round(3 * menu[0]["price_usd"] + menu[1]["price_usd"], 2)
    assert basket["subtotal_usd"] == price
    code = story.knows["voucher_code"][0]
    assert story.call("apply_voucher", **held, voucher_code=code.lower())["subtotal_usd"] == price - VOUCHERS[code]
    order = story.call("place_meal_order", **held, deliver_to="work")
    assert order["total_usd"] == pytest.approx(price - VOUCHERS[code] + restaurant["delivery_fee_usd"])
    assert order["delivery_address"] == story.environment.brief["user"]["work"]
    assert story.refused("place_meal_order", **held, deliver_to="home") == (
        f"Basket {basket['basket_id']} was ordered already, as order {order['meal_order_id']}."
    )
    changed = story.call("change_meal_order", order_line_id=order["items"][0]["order_line_id"], portions=4)
    assert changed["total_usd"] == pytest.approx(order["total_usd"] + menu[0]["price_usd"])
    seen = story.call("track_meal_order", meal_order_id=order["meal_order_id"])
    assert [item["portions"] for item in seen["items"]] == [4, 1]
    assert story.call("list_meal_orders")["orders"][0]["meal_order_id"] == order["meal_order_id"]
    cancelled = story.call("cancel_meal_order", meal_order_id=order["meal_order_id"], reason="plans_changed")
    assert cancelled["refund_usd"] == changed["total_usd"]
    assert "is cancelled and can no longer be changed" in story.refused(
        "change_meal_order", order_line_id=order["items"][0]["order_line_id"], portions=2
    )


def test_a_diet_narrows_restaurants_and_menus(story: FirmStory) -> None:
    for restaurant in story.call("find_restaurants", cuisine="indian", diet="vegan")["restaurants"]:
        menu = story.call("get_menu", restaurant_id=restaurant["restaurant_id"], diet="vegan")
        assert len(menu["dishes"]) > 1
        assert all("vegan" in dish["diets"] for dish in menu["dishes"])
    assert story.refused("get_menu", restaurant_id="R-1") == "Restaurant R-1 was not found."


def test_a_basket_is_of_one_restaurant_and_large_enough(story: FirmStory) -> None:
    thai, menu = dishes(story, "thai")
    _, other = dishes(story, "mexican")
    cheapest = min(menu, key=lambda dish: dish["price_usd"])
    held = {"basket_id": story.call("add_to_basket", dish_id=cheapest["dish_id"], portions=1)["basket_id"]}
    assert story.refused("add_to_basket", dish_id=other[0]["dish_id"], portions=1, **held).startswith(
        f"Basket {held['basket_id']} holds dishes of {thai['restaurant_name']}; {other[0]['dish_name']} is from "
    )
    assert story.refused("place_meal_order", **held, deliver_to="home") == (
        f"Basket {held['basket_id']} comes to {cheapest['price_usd']:.2f} USD; {thai['restaurant_name']} delivers"
        f" from {thai['minimum_usd']:.2f} USD."
    )


def test_a_voucher_needs_a_large_basket_and_works_once(story: FirmStory) -> None:
    first, second = story.knows["voucher_code"][:2]
    _, menu = dishes(story, "indian")
    cheapest = min(menu, key=lambda dish: dish["price_usd"])
    small = story.call("add_to_basket", dish_id=cheapest["dish_id"], portions=1)["basket_id"]
    large = story.call("add_to_basket", dish_id=cheapest["dish_id"], portions=3)["basket_id"]
    assert story.refused("apply_voucher", basket_id=small, voucher_code=first) == (
        f"A voucher needs a basket of at least 25.00 USD; basket {small} comes to {cheapest['price_usd']:.2f} USD."
    )
    story.call("apply_voucher", basket_id=large, voucher_code=first)
    assert story.refused("apply_voucher", basket_id=large, voucher_code=second) == (
        f"Basket {large} already has a voucher, and takes only one."
    )
    story.call("add_to_basket", dish_id=cheapest["dish_id"], portions=4, basket_id=small)
    assert story.refused("apply_voucher", basket_id=small, voucher_code=first) == (
        f"Voucher {first} is not valid, or was used already."
    )
    order = story.call("place_meal_order", basket_id=large, deliver_to="home")
    assert "the voucher on it needs 25.00 USD" in story.refused(
        "change_meal_order", order_line_id=order["items"][0]["order_line_id"], portions=2
    )


@pytest.mark.parametrize("status", ["being_prepared", "on_its_way"])
def test_an_order_stays_once_the_kitchen_has_begun(story: FirmStory, status: str) -> None:
    order_id = story.call("list_meal_orders", status=status)["orders"][0]["meal_order_id"]
    begun = (
        f"Order {order_id} is {status.replace('_', ' ')}; orders can be changed or cancelled only until the kitchen"
        " has begun."
    )
    line = story.call("track_meal_order", meal_order_id=order_id)["items"][0]
    assert story.refused("cancel_meal_order", meal_order_id=order_id, reason="plans_changed") == begun
    assert story.refused("change_meal_order", order_line_id=line["order_line_id"], portions=5) == begun
    assert "refunds are for delivered orders only" in story.refused(
        "request_meal_refund", meal_order_id=order_id, problem="arrived_late", percent=10
    )


def test_a_change_leaves_an_order_that_can_be_delivered(story: FirmStory) -> None:
    order_id = story.knows["cancel_meal_order.meal_order_id"][0]
    first, second = story.call("track_meal_order", meal_order_id=order_id)["items"]
    assert "already has" in story.refused(
        "change_meal_order", order_line_id=first["order_line_id"], portions=first["portions"]
    )
    story.call("change_meal_order", order_line_id=first["order_line_id"], portions=4)
    story.call("change_meal_order", order_line_id=second["order_line_id"], portions=0)
    assert len(story.call("track_meal_order", meal_order_id=order_id)["items"]) == 1
    assert f"Order {order_id} would come to 0.00 USD" in story.refused(
        "change_meal_order", order_line_id=first["order_line_id"], portions=0
    )


def test_a_refund_is_limited_without_a_photo_and_given_once(story: FirmStory) -> None:
    order_id = story.knows["request_meal_refund.meal_order_id"][0]
    claim = {"meal_order_id": order_id, "problem": "arrived_cold"}
    assert story.refused("request_meal_refund", **claim, percent=31) == (
        "Without a photo at most 30 percent can be refunded, not 31 percent."
    )
    assert story.refused("request_meal_refund", **claim, percent=80, photo_id="IMG-1") == (
        "Photo IMG-1 was not found among the uploads."
    )
    total = story.call("track_meal_order", meal_order_id=order_id)["total_usd"]
    refund = story.call("request_meal_refund", **claim, percent=80, photo_id=story.knows["photo_id"][0])
    assert refund["refund_usd"] == pytest.approx(total * 0.8, abs=0.01)
    assert story.refused("request_meal_refund", **claim, percent=10) == (
        f"Order {order_id} already has refund {refund['refund_id']}."
    )
    oldest = story.call("list_meal_orders", status="delivered")["orders"][-1]
    last_day = dt.date.fromisoformat(oldest["ordered_on"]) + dt.timedelta(days=3)
    assert story.refused(
        "request_meal_refund", meal_order_id=oldest["meal_order_id"], problem="spilled", percent=10
    ) == (f"A refund for order {oldest['meal_order_id']} could be requested until {last_day}.")


def test_a_table_is_booked_once_and_given_back_in_time(story: FirmStory) -> None:
    restaurant, _ = dishes(story, "italian")
    visit = {"restaurant_id": restaurant["restaurant_id"], "date": in_days(story, 5), "guests": 4}
    tables = story.call("find_free_tables", **visit)["tables"]
    slot, name = tables[0]["table_slot_id"], story.knows["guest_name"][1]
    booking = story.call("book_table", table_slot_id=slot, guest_name=name)
    assert (booking["guests"], booking["date"], booking["start_time"]) == (4, visit["date"], tables[0]["start_time"])
    assert story.call("find_free_tables", **visit)["tables"] == tables[1:]
    assert "no longer free" in story.refused("book_table", table_slot_id=slot, guest_name="Ada Example")
    assert story.refused("book_table", table_slot_id=tables[1]["table_slot_id"], guest_name=name.upper()).endswith(
        f"already has a table at {restaurant['restaurant_name']} on {visit['date']}; only one per day is possible."
    )
    story.call("cancel_table", table_booking_id=booking["table_booking_id"])
    assert story.call("find_free_tables", **visit)["tables"] == tables
    assert "already cancelled" in story.refused("cancel_table", table_booking_id=booking["table_booking_id"])
    story.call("book_table", table_slot_id=slot, guest_name=name)


def test_large_groups_far_days_and_the_same_day_are_for_the_phone(story: FirmStory) -> None:
    restaurant, _ = dishes(story, "lebanese")
    place, name = {"restaurant_id": restaurant["restaurant_id"]}, restaurant["restaurant_name"]
    assert story.refused("find_free_tables", **place, date=in_days(story, 5), guests=9).startswith(
        f"Tables for more than 8 guests are booked by phone only; call {name} at 555-01"
    )
    assert "up to 60 days ahead" in story.refused("find_free_tables", **place, date=in_days(story, 61), guests=2)
    assert "in the past" in story.refused("find_free_tables", **place, date=in_days(story, -1), guests=2)
    far = f"TB-{place['restaurant_id'][2:]}-20991231-1800-2"
    assert "too far off" in story.refused("book_table", table_slot_id=far, guest_name="Ada Example")
    booked: list[dict[str, str]] = []
    for days in (0, 1):
        tables = story.call("find_free_tables", **place, date=in_days(story, days), guests=2)["tables"]
        booking = story.call("book_table", table_slot_id=tables[0]["table_slot_id"], guest_name="Ada Example")
        booked.append({"table_booking_id": booking["table_booking_id"]})
    assert story.refused("cancel_table", **booked[0]).startswith(
        f"A table for the same day cannot be cancelled here; call {name} at 555-01"
    )
    assert story.call("cancel_table", **booked[1])["status"] == "cancelled"


def test_the_policy_has_the_numbers_that_the_tools_enforce(story: FirmStory) -> None:
    policy = story.environment.brief["assistant_policy"]
    for rule in ("at least 25 USD", "within 3 days", "at most 30 percent", "60 days ahead", "at most 8 guests"):
        assert rule in policy
