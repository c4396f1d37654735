"""What the meal service's tools take and give back."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

Cuisine = Literal["italian", "indian", "thai", "mexican", "japanese", "lebanese"]
Diet = Literal["vegetarian", "vegan", "gluten_free"]
Place = Literal["home", "work"]
Stage = Literal["received", "being_prepared", "on_its_way", "delivered", "cancelled"]
CancelReason = Literal["ordered_by_mistake", "wait_too_long", "plans_changed", "wrong_address"]
Area = Literal["inside", "window", "terrace"]
Problem = Literal["arrived_cold", "arrived_late", "dish_missing", "wrong_dish", "spilled"]
RestaurantId = Annotated[str, "Id of the restaurant."]
DishId = Annotated[str, "Id of the dish."]
BasketId = Annotated[str, "Id of the basket."]
MealOrderId = Annotated[str, "Id of the meal order."]


class Restaurant(TypedDict):
    """A restaurant as the search shows it."""

    restaurant_id: str
    restaurant_name: str
    cuisine: Cuisine
    rating: float
    delivery_minutes: int
    delivery_fee_usd: float
    minimum_usd: float


class Restaurants(TypedDict):
    """The restaurants found, best rated first."""

    restaurants: list[Restaurant]


class Dish(TypedDict):
    """A dish on a menu."""

    dish_id: str
    dish_name: str
    price_usd: float
    diets: list[Diet]


class Menu(TypedDict):
    """What a restaurant serves."""

    restaurant_name: str
    dishes: list[Dish]


class Line(TypedDict):
    """One dish in a basket."""

    dish_id: str
    dish_name: str
    portions: int
    unit_price_usd: float
    note: str | None


class OrderLine(Line):
    """One dish in an order."""

    order_line_id: str


class Basket(TypedDict):
    """A basket that can be ordered once it reaches the restaurant's minimum; the subtotal is without delivery."""

    basket_id: str
    restaurant_name: str
    items: list[Line]
    subtotal_usd: float
    discount_usd: float | None
    minimum_usd: float


class Voucher(TypedDict):
    """A basket with its voucher."""

    basket_id: str
    voucher_code: str
    discount_usd: float
    subtotal_usd: float


class MealOrder(TypedDict):
    """An order; expected_minutes counts from when it was placed."""

    meal_order_id: str
    restaurant_name: str
    status: Stage
    ordered_on: str
    items: list[OrderLine]
    delivery_address: str
    delivery_fee_usd: float
    discount_usd: float | None
    total_usd: float
    expected_minutes: int
    courier: str | None


class OrderSummary(TypedDict):
    """An order in the list of orders."""

    meal_order_id: str
    restaurant_name: str
    status: Stage
    ordered_on: str
    dish_names: list[str]
    total_usd: float


class MealOrders(TypedDict):
    """The customer's last orders, newest first."""

    orders: list[OrderSummary]


class ChangedOrder(TypedDict):
    """An order after a change of one dish."""

    meal_order_id: str
    order_line_id: str
    dish_name: str
    portions: int
    total_usd: float


class CancelledMeal(TypedDict):
    """A cancelled order."""

    meal_order_id: str
    status: Stage
    refund_usd: float


class Refund(TypedDict):
    """Money back for a problem with an order."""

    refund_id: str
    meal_order_id: str
    problem: Problem
    percent: int
    refund_usd: float


class TableSlot(TypedDict):
    """A table that is free."""

    table_slot_id: str
    start_time: str
    area: Area


class FreeTables(TypedDict):
    """The tables that a restaurant has free on one day."""

    restaurant_name: str
    date: str
    guests: int
    tables: list[TableSlot]


class TableBooking(TypedDict):
    """A table that is booked."""

    table_booking_id: str
    restaurant_name: str
    date: str
    start_time: str
    guests: int
    guest_name: str
    area: Area
    status: Literal["booked", "cancelled"]


class CancelledTable(TypedDict):
    """A table that is given back."""

    table_booking_id: str
    restaurant_name: str
    date: str
    status: Literal["booked", "cancelled"]
