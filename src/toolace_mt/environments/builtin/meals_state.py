"""What the meal service has: restaurants and menus, baskets, one customer's orders, and tables."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Sequence

from toolace_mt.environments.builtin.meals_menus import (
    COURIERS,
    RECIPES,
    RESTAURANTS,
    START_TIMES,
    STREETS,
    VOUCHERS,
)
from toolace_mt.environments.builtin.meals_records import (
    Area,
    Basket,
    Cuisine,
    Dish,
    Line,
    MealOrder,
    OrderLine,
    Place,
    Refund,
    Restaurant,
    Stage,
    TableBooking,
    TableSlot,
)
from toolace_mt.environments.builtin.world import new_ids, people, some_day, steady
from toolace_mt.environments.methods import ToolFailure

MOST_GUESTS, MOST_DAYS_AHEAD = 8, 60
REFUND_DAYS, VOUCHER_FROM_USD = 3, 25
_SLOT = re.compile(r"TB-([0-9]{4})-([0-9]{8})-([0-9]{4})-([1-8])")
_AREAS: tuple[Area, ...] = ("inside", "window", "terrace")
_HISTORY: tuple[tuple[Stage, int], ...] = (
    ("delivered", 19),
    ("cancelled", 11),
    ("delivered", 3),
    ("delivered", 3),
    ("delivered", 2),
    ("delivered", 2),
    ("delivered", 1),
    ("delivered", 1),
    ("on_its_way", 0),
    ("being_prepared", 0),
    ("received", 0),
    ("received", 0),
    ("received", 0),
)


class MealsState:
    """The service's books, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"meals/{seed}")
        self.today = some_day(rng)
        self.user, self.friend = people(rng, 2)
        self.ids = new_ids(rng)
        home, work = rng.sample(STREETS, 2)
        self.addresses: dict[Place, str] = {
            "home": f"{rng.randrange(2, 98)} {home}",
            "work": f"{rng.randrange(2, 98)} {work}",
        }
        self.restaurants: dict[str, Restaurant] = _restaurants(rng)
        self.menus: dict[str, dict[str, Dish]] = {i: _menu(r["cuisine"], rng) for i, r in self.restaurants.items()}
        self.favourites: list[Cuisine] = rng.sample(list(RESTAURANTS), 4)
        self.vouchers = rng.sample(sorted(VOUCHERS), 5)
        self.photos = [f"IMG-{number}" for number in rng.sample(range(10_000, 99_999), 2)]
        self.baskets: dict[str, Basket] = {}
        self.ordered: dict[str, str] = {}
        self.orders: dict[str, MealOrder] = {}
        self.refunds: dict[str, Refund] = {}
        self.bookings: dict[str, TableBooking] = {}
        self._make_history(rng)

    def order_ids(self, *statuses: Stage) -> list[str]:
        """Ids of the orders in these states that the customer would still bring up."""
        recent = str(self.today - dt.timedelta(days=REFUND_DAYS))
        return [i for i, o in self.orders.items() if o["status"] in statuses and o["ordered_on"] >= recent]

    def restaurant(self, restaurant_id: str) -> Restaurant:
        """The restaurant with this id."""
        if restaurant_id not in self.restaurants:
            raise ToolFailure(f"Restaurant {restaurant_id} was not found.")
        return self.restaurants[restaurant_id]

    def restaurant_named(self, name: str) -> Restaurant:
        """The restaurant of that name; no two share one."""
        return next(r for r in self.restaurants.values() if r["restaurant_name"] == name)

    def phone(self, restaurant_id: str) -> str:
        """Where to call a restaurant; the numbers are of those set aside for fiction."""
        return f"555-01{steady(10, 99, restaurant_id)}"

    def dish(self, dish_id: str) -> tuple[Restaurant, Dish]:
        """The dish with this id, and who serves it."""
        for restaurant_id, menu in self.menus.items():
            if dish_id in menu:
                return self.restaurants[restaurant_id], menu[dish_id]
        raise ToolFailure(f"Dish {dish_id} was not found.")

    def basket(self, basket_id: str) -> Basket:
        """The basket with this id, if it was not ordered yet."""
        if basket_id in self.ordered:
            raise ToolFailure(f"Basket {basket_id} was ordered already, as order {self.ordered[basket_id]}.")
        if basket_id not in self.baskets:
            raise ToolFailure(f"Basket {basket_id} was not found.")
        return self.baskets[basket_id]

    def new_basket(self, restaurant: Restaurant) -> Basket:
        """An empty basket; it is kept by whoever fills it."""
        return {
            "basket_id": self.ids.mint("BSK"),
            "restaurant_name": restaurant["restaurant_name"],
            "items": [],
            "subtotal_usd": 0.0,
            "discount_usd": None,
            "minimum_usd": restaurant["minimum_usd"],
        }

    def order(self, meal_order_id: str) -> MealOrder:
        """The order with this id."""
        if meal_order_id not in self.orders:
            raise ToolFailure(f"Order {meal_order_id} was not found.")
        return self.orders[meal_order_id]

    def untouched(self, meal_order_id: str) -> MealOrder:
        """The order with this id, if the kitchen has not begun with it."""
        order = self.order(meal_order_id)
        if order["status"] in ("being_prepared", "on_its_way"):
            raise ToolFailure(
                f"Order {meal_order_id} is {order['status'].replace('_', ' ')}; orders can be changed or cancelled only"
                " until the kitchen has begun."
            )
        if order["status"] != "received":
            raise ToolFailure(f"Order {meal_order_id} is {order['status']} and can no longer be changed.")
        return order

    def order_with(self, order_line_id: str) -> tuple[MealOrder, OrderLine]:
        """The order that has this line, and the line."""
        for order in self.orders.values():
            for line in order["items"]:
                if line["order_line_id"] == order_line_id:
                    return order, line
        raise ToolFailure(f"Order line {order_line_id} was not found.")

    def new_order(self, basket: Basket, place: Place, day: dt.date, status: Stage) -> MealOrder:
        """Note what is in a basket as an order."""
        restaurant, meal_order_id = self.restaurant_named(basket["restaurant_name"]), self.ids.mint("MO")
        order: MealOrder = {
            "meal_order_id": meal_order_id,
            "restaurant_name": basket["restaurant_name"],
            "status": status,
            "ordered_on": str(day),
            "items": [
                {"order_line_id": f"{meal_order_id}-{number}", **line}
                for number, line in enumerate(basket["items"], start=1)
            ],
            "delivery_address": self.addresses[place],
            "delivery_fee_usd": restaurant["delivery_fee_usd"],
            "discount_usd": basket["discount_usd"],
            "total_usd": 0.0,
            "expected_minutes": restaurant["delivery_minutes"],
            "courier": None,
        }
        order["total_usd"] = order_total(order)
        if status in ("on_its_way", "delivered"):
            order["courier"] = COURIERS[steady(0, len(COURIERS) - 1, meal_order_id)]
        self.orders[meal_order_id] = order
        return order

    def check_price(self, what: str, held: Basket | MealOrder, items: Sequence[Line]) -> None:
        """Refuse dishes that cost less than the restaurant delivers for, or than the voucher on them needs."""
        price, name = price_of(items), held["restaurant_name"]
        minimum = self.restaurant_named(name)["minimum_usd"]
        if price < minimum:
            raise ToolFailure(f"{what} {price:.2f} USD; {name} delivers from {minimum:.2f} USD.")
        if held["discount_usd"] and price < VOUCHER_FROM_USD:
            raise ToolFailure(f"{what} {price:.2f} USD; the voucher on it needs {VOUCHER_FROM_USD:.2f} USD.")

    def check_table_day(self, restaurant_id: str, day: dt.date, guests: int) -> None:
        """Refuse groups that are too large, and days that cannot be booked."""
        name = self.restaurant(restaurant_id)["restaurant_name"]
        if guests > MOST_GUESTS:
            raise ToolFailure(
                f"Tables for more than {MOST_GUESTS} guests are booked by phone only; call {name} at"
                f" {self.phone(restaurant_id)}."
            )
        if day < self.today:
            raise ToolFailure(f"{day} is in the past; today is {self.today}.")
        if (day - self.today).days > MOST_DAYS_AHEAD:
            raise ToolFailure(f"Tables can be booked up to {MOST_DAYS_AHEAD} days ahead; {day} is too far off.")

    def free_tables(self, restaurant_id: str, day: dt.date, guests: int) -> list[TableSlot]:
        """The tables that are free: some are taken by others, and one that the customer booked is gone."""
        number = restaurant_id.removeprefix("R-")
        name = self.restaurants[restaurant_id]["restaurant_name"]
        held = {
            (b["restaurant_name"], b["date"], b["start_time"])
            for b in self.bookings.values()
            if b["status"] == "booked"
        }
        slots: list[TableSlot] = []
        for start_time in START_TIMES:
            key = (restaurant_id, day, start_time)
            if steady(0, 9, *key) < 4 or (name, str(day), start_time) in held:
                continue
            slots.append(
                {
                    "table_slot_id": f"TB-{number}-{day:%Y%m%d}-{start_time.replace(':', '')}-{guests}",
                    "start_time": start_time,
                    "area": _AREAS[steady(0, len(_AREAS) - 1, *key, "area")],
                }
            )
        return slots

    def slot(self, table_slot_id: str) -> tuple[str, dt.date, int, TableSlot]:
        """Restaurant id, day, guests and table of a slot that is still free."""
        if match := _SLOT.fullmatch(table_slot_id):
            restaurant_id, digits, guests = f"R-{match[1]}", match[2], int(match[4])
            try:
                day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
            except ValueError:
                raise ToolFailure(f"Table {table_slot_id} was not found.") from None
            if restaurant_id in self.restaurants:
                self.check_table_day(restaurant_id, day, guests)
                for slot in self.free_tables(restaurant_id, day, guests):
                    if slot["table_slot_id"] == table_slot_id:
                        return restaurant_id, day, guests, slot
        raise ToolFailure(f"Table {table_slot_id} was not found, or is no longer free.")

    def new_booking(self, table_slot_id: str, guest_name: str) -> TableBooking:
        """Note a table as booked."""
        restaurant_id, day, guests, slot = self.slot(table_slot_id)
        booking: TableBooking = {
            "table_booking_id": self.ids.mint("TR"),
            "restaurant_name": self.restaurants[restaurant_id]["restaurant_name"],
            "date": str(day),
            "start_time": slot["start_time"],
            "guests": guests,
            "guest_name": guest_name,
            "area": slot["area"],
            "status": "booked",
        }
        self.bookings[booking["table_booking_id"]] = booking
        return booking

    def _make_history(self, rng: random.Random) -> None:
        """Orders in every state, a basket that is not ordered yet, and tables on five days, the first of them today."""
        for status, days in _HISTORY:
            basket, place = self._some_basket(rng, (1, 1, 2)), rng.choice(tuple(self.addresses))
            self.new_order(basket, place, self.today - dt.timedelta(days=days), status)
        left = self._some_basket(rng, (2,))
        self.baskets[left["basket_id"]] = left
        for days in (0, 6, 8, 15, 20):
            day, restaurant_id = self.today + dt.timedelta(days=days), rng.choice(list(self.restaurants))
            slots = [
                s for i in (restaurant_id, *self.restaurants) for s in self.free_tables(i, day, rng.choice((2, 4)))
            ]
            self.new_booking(slots[0]["table_slot_id"], self.user.name)

    def _some_basket(self, rng: random.Random, portions: tuple[int, ...]) -> Basket:
        """Two dishes of any restaurant."""
        restaurant_id = rng.choice(list(self.restaurants))
        basket = self.new_basket(self.restaurants[restaurant_id])
        for dish in rng.sample(list(self.menus[restaurant_id].values()), 2):
            basket["items"].append(new_line(dish, rng.choice(portions), None))
        basket["subtotal_usd"] = price_of(basket["items"])
        return basket


def new_line(dish: Dish, portions: int, note: str | None) -> Line:
    """A line for a basket."""
    return {
        "dish_id": dish["dish_id"],
        "dish_name": dish["dish_name"],
        "portions": portions,
        "unit_price_usd": dish["price_usd"],
        "note": note,
    }


def price_of(items: Sequence[Line]) -> float:
    """What the dishes cost."""
    return round(sum(item["portions"] * item["unit_price_usd"] for item in items), 2)


def order_total(order: MealOrder) -> float:
    """Dishes and delivery, less what a voucher takes off."""
    return round(max(0.0, price_of(order["items"]) - (order["discount_usd"] or 0.0)) + order["delivery_fee_usd"], 2)


def _restaurants(rng: random.Random) -> dict[str, Restaurant]:
    """Two restaurants of each cuisine by id."""
    numbers = rng.sample(range(1000, 9999), 2 * len(RESTAURANTS))
    found: dict[str, Restaurant] = {}
    for cuisine, names in RESTAURANTS.items():
        for name in names:
            restaurant_id = f"R-{numbers.pop()}"
            found[restaurant_id] = {
                "restaurant_id": restaurant_id,
                "restaurant_name": name,
                "cuisine": cuisine,
                "rating": rng.randrange(36, 50) / 10,
                "delivery_minutes": rng.randrange(20, 60, 5),
                "delivery_fee_usd": rng.choice((0.0, 1.9, 2.5, 3.9)),
                "minimum_usd": rng.choice((12.0, 15.0, 18.0)),
            }
    return found


def _menu(cuisine: Cuisine, rng: random.Random) -> dict[str, Dish]:
    """Five dishes of a cuisine by id, each at the restaurant's own price."""
    dishes: dict[str, Dish] = {}
    for recipe in rng.sample(RECIPES[cuisine], 5):
        dish_id = f"D-{rng.randrange(10_000, 99_999)}"
        dishes[dish_id] = {
            "dish_id": dish_id,
            "dish_name": recipe.name,
            "price_usd": recipe.price + rng.choice((0.0, 0.5, 0.9, 1.5)),
            "diets": list(recipe.diets),
        }
    return dishes
