"""Meals from restaurants: menus, baskets and orders that are delivered, refunds, and tables. Its policy is `POLICY`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.meals_menus import NOTES, VOUCHERS
from toolace_mt.environments.builtin.meals_records import (
    Basket,
    BasketId,
    CancelledMeal,
    CancelledTable,
    CancelReason,
    ChangedOrder,
    Cuisine,
    Diet,
    DishId,
    FreeTables,
    MealOrder,
    MealOrderId,
    MealOrders,
    Menu,
    OrderLine,
    Place,
    Problem,
    Refund,
    RestaurantId,
    Restaurants,
    Stage,
    TableBooking,
    Voucher,
)
from toolace_mt.environments.builtin.meals_state import (
    MOST_DAYS_AHEAD,
    MOST_GUESTS,
    REFUND_DAYS,
    VOUCHER_FROM_USD,
    MealsState,
    new_line,
    order_total,
    price_of,
)
from toolace_mt.environments.builtin.world import filled
from toolace_mt.environments.methods import ToolFailure, tool

_MOST_WITHOUT_PHOTO = 30
_MOST_PORTIONS, _MOST_LISTED = 10, 10
POLICY = (
    "You are the assistant of a service for meal orders and tables at restaurants.",
    "A basket holds dishes of one restaurant, and is ordered only once it reaches that restaurant's minimum.",
    f"A voucher needs a basket of at least {VOUCHER_FROM_USD} USD; a basket takes one voucher, and a voucher works once.",
    "An order is changed or cancelled only while it is received, that is until the kitchen has begun.",
    f"A refund is given once per order and within {REFUND_DAYS} days of it, of at most {_MOST_WITHOUT_PHOTO} percent"
    " without a photo, and of up to 100 percent with the id of an uploaded one.",
    f"Tables are booked up to {MOST_DAYS_AHEAD} days ahead for at most {MOST_GUESTS} guests; larger groups phone the"
    " restaurant.",
    "A guest can hold one table per day, and a table is cancelled at the latest on the day before.",
)


class Meals(MealsState):
    """The service as one customer sees it."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows, and the policy that the assistant is given."""
        waiting = self.order_ids("received")
        ahead = [str(self.today + dt.timedelta(days=days)) for days in (2, 3, 5, 9, 12)]
        return {
            "today": str(self.today),
            "user": {"name": self.user.name, **self.addresses},
            "assistant_policy": " ".join(POLICY),
            "knows": {
                "cuisine": self.favourites,
                "portions": [2, 3, 4],
                "note": list(NOTES[:3]),
                "basket_id": list(self.baskets),
                "voucher_code": self.vouchers,
                "meal_order_id": [*waiting, *self.order_ids("being_prepared", "on_its_way", "delivered")],
                "cancel_meal_order.meal_order_id": waiting,
                "request_meal_refund.meal_order_id": self.order_ids("delivered"),
                "percent": [10, 20, 25, 30],
                "photo_id": self.photos,
                "date": ahead,
                "guests": [2, 3, 4, 6],
                "guest_name": [self.user.name, self.friend.name],
                "table_booking_id": [i for i, b in self.bookings.items() if b["date"] > str(self.today)],
            },
        }

    @tool
    def find_restaurants(
        self,
        cuisine: Annotated[Cuisine, "Kind of cooking."],
        diet: Annotated[Diet | None, "Only restaurants with at least two dishes for this diet."] = None,
    ) -> Restaurants:
        """Find restaurants that deliver, by cuisine and diet."""
        found = [
            restaurant
            for restaurant_id, restaurant in self.restaurants.items()
            if restaurant["cuisine"] == cuisine
            and (diet is None or sum(diet in dish["diets"] for dish in self.menus[restaurant_id].values()) > 1)
        ]
        return {"restaurants": sorted(found, key=lambda restaurant: -restaurant["rating"])}

    @tool
    def get_menu(
        self,
        restaurant_id: RestaurantId,
        diet: Annotated[Diet | None, "Only dishes for this diet; all where it is left out."] = None,
    ) -> Menu:
        """Show the dishes of a restaurant with their prices."""
        restaurant = self.restaurant(restaurant_id)
        dishes = [dish for dish in self.menus[restaurant_id].values() if diet is None or diet in dish["diets"]]
        return {"restaurant_name": restaurant["restaurant_name"], "dishes": dishes}

    @tool
    def add_to_basket(
        self,
        dish_id: DishId,
        portions: Annotated[int, "Number of portions.", Field(ge=1, le=_MOST_PORTIONS)],
        basket_id: Annotated[str | None, "Id of the basket to add to; a new basket if left out."] = None,
        note: Annotated[str | None, "A wish for the kitchen.", Field(max_length=80)] = None,
    ) -> Basket:
        """Add a dish to a basket, which holds dishes of one restaurant."""
        restaurant, dish = self.dish(dish_id)
        held = self.basket(basket_id) if basket_id is not None else None
        if held is not None and held["restaurant_name"] != restaurant["restaurant_name"]:
            raise ToolFailure(
                f"Basket {basket_id} holds dishes of {held['restaurant_name']}; {dish['dish_name']} is from"
                f" {restaurant['restaurant_name']} and needs a basket of its own."
            )
        line = new_line(dish, portions, filled(note, "note") if note is not None else None)
        basket = held if held is not None else self.new_basket(restaurant)
        basket["items"].append(line)
        basket["subtotal_usd"] = round(price_of(basket["items"]) - (basket["discount_usd"] or 0.0), 2)
        self.baskets[basket["basket_id"]] = basket
        return basket

    @tool
    def apply_voucher(self, basket_id: BasketId, voucher_code: Annotated[str, "Code of the voucher."]) -> Voucher:
        """Apply a voucher to a basket that is large enough for it."""
        basket, code = self.basket(basket_id), voucher_code.strip().upper()
        if code not in self.vouchers:
            raise ToolFailure(f"Voucher {voucher_code} is not valid, or was used already.")
        if basket["discount_usd"] is not None:
            raise ToolFailure(f"Basket {basket_id} already has a voucher, and takes only one.")
        if basket["subtotal_usd"] < VOUCHER_FROM_USD:
            raise ToolFailure(
                f"A voucher needs a basket of at least {VOUCHER_FROM_USD}.00 USD; basket {basket_id} comes to"
                f" {basket['subtotal_usd']:.2f} USD."
            )
        self.vouchers = [each for each in self.vouchers if each != code]
        basket["discount_usd"] = VOUCHERS[code]
        basket["subtotal_usd"] = round(basket["subtotal_usd"] - VOUCHERS[code], 2)
        return {
            "basket_id": basket_id,
            "voucher_code": code,
            "discount_usd": VOUCHERS[code],
            "subtotal_usd": basket["subtotal_usd"],
        }

    @tool
    def place_meal_order(
        self, basket_id: BasketId, deliver_to: Annotated[Place, "Saved address to deliver to."]
    ) -> MealOrder:
        """Place the order for what is in a basket."""
        basket = self.basket(basket_id)
        self.check_price(f"Basket {basket_id} comes to", basket, basket["items"])
        del self.baskets[basket_id]
        order = self.new_order(basket, deliver_to, self.today, "received")
        self.ordered[basket_id] = order["meal_order_id"]
        return order

    @tool
    def list_meal_orders(
        self, status: Annotated[Stage | None, "Only orders with this status; all where it is left out."] = None
    ) -> MealOrders:
        """List the customer's last ten meal orders, newest first."""
        chosen = [order for order in self.orders.values() if status in (None, order["status"])]
        chosen.sort(key=lambda order: (order["ordered_on"], order["meal_order_id"]), reverse=True)
        return {
            "orders": [
                {
                    "meal_order_id": order["meal_order_id"],
                    "restaurant_name": order["restaurant_name"],
                    "status": order["status"],
                    "ordered_on": order["ordered_on"],
                    "dish_names": [item["dish_name"] for item in order["items"]],
                    "total_usd": order["total_usd"],
                }
                for order in chosen[:_MOST_LISTED]
            ]
        }

    @tool
    def track_meal_order(self, meal_order_id: MealOrderId) -> MealOrder:
        """Track a meal order: its dishes, how far it is, and who brings it."""
        return self.order(meal_order_id)

    @tool
    def change_meal_order(
        self,
        order_line_id: Annotated[str, "Id of the dish's line in the order."],
        portions: Annotated[int, "Portions of the dish from now on; 0 takes it out.", Field(ge=0, le=_MOST_PORTIONS)],
    ) -> ChangedOrder:
        """Change how many portions of a dish an order has, until the kitchen has begun."""
        order, line = self.order_with(order_line_id)
        self.untouched(order["meal_order_id"])
        if portions == line["portions"]:
            raise ToolFailure(f"Order line {order_line_id} already has {portions} of {line['dish_name']}.")
        changed: list[OrderLine] = [{**line, "portions": portions}] if portions else []
        items = [kept for each in order["items"] for kept in (changed if each is line else [each])]
        self.check_price(f"Order {order['meal_order_id']} would come to", order, items)
        order["items"] = items
        order["total_usd"] = order_total(order)
        return {
            "meal_order_id": order["meal_order_id"],
            "order_line_id": order_line_id,
            "dish_name": line["dish_name"],
            "portions": portions,
            "total_usd": order["total_usd"],
        }

    @tool
    def cancel_meal_order(
        self, meal_order_id: MealOrderId, reason: Annotated[CancelReason, "Why the order is cancelled."]
    ) -> CancelledMeal:
        """Cancel a meal order that the kitchen has not begun."""
        order = self.untouched(meal_order_id)
        order["status"] = "cancelled"
        return {"meal_order_id": meal_order_id, "status": "cancelled", "refund_usd": order["total_usd"]}

    @tool
    def request_meal_refund(
        self,
        meal_order_id: MealOrderId,
        problem: Annotated[Problem, "What was wrong."],
        percent: Annotated[int, "Share of the price to give back, in percent.", Field(ge=5, le=100)],
        photo_id: Annotated[str | None, "Id of an uploaded photo that shows the problem."] = None,
    ) -> Refund:
        """Request money back for a problem with a delivered order."""
        order = self.order(meal_order_id)
        if order["status"] != "delivered":
            raise ToolFailure(
                f"Order {meal_order_id} is {order['status'].replace('_', ' ')}; refunds are for delivered orders only."
            )
        if meal_order_id in self.refunds:
            raise ToolFailure(f"Order {meal_order_id} already has refund {self.refunds[meal_order_id]['refund_id']}.")
        last_day = dt.date.fromisoformat(order["ordered_on"]) + dt.timedelta(days=REFUND_DAYS)
        if self.today > last_day:
            raise ToolFailure(f"A refund for order {meal_order_id} could be requested until {last_day}.")
        if photo_id is not None and photo_id not in self.photos:
            raise ToolFailure(f"Photo {photo_id} was not found among the uploads.")
        if photo_id is None and percent > _MOST_WITHOUT_PHOTO:
            raise ToolFailure(
                f"Without a photo at most {_MOST_WITHOUT_PHOTO} percent can be refunded, not {percent} percent."
            )
        refund: Refund = {
            "refund_id": self.ids.mint("RF"),
            "meal_order_id": meal_order_id,
            "problem": problem,
            "percent": percent,
            "refund_usd": round(order["total_usd"] * percent / 100, 2),
        }
        self.refunds[meal_order_id] = refund
        return refund

    @tool
    def find_free_tables(
        self,
        restaurant_id: RestaurantId,
        date: Annotated[dt.date, "Day of the visit, YYYY-MM-DD."],
        guests: Annotated[int, "Number of guests.", Field(ge=1)],
    ) -> FreeTables:
        """Find tables that are free at a restaurant on one evening."""
        self.check_table_day(restaurant_id, date, guests)
        return {
            "restaurant_name": self.restaurants[restaurant_id]["restaurant_name"],
            "date": str(date),
            "guests": guests,
            "tables": self.free_tables(restaurant_id, date, guests),
        }

    @tool
    def book_table(
        self,
        table_slot_id: Annotated[str, "Id of a free table at one time."],
        guest_name: Annotated[str, "Full name of the guest who books.", Field(min_length=2)],
    ) -> TableBooking:
        """Book a table that is free."""
        _, day, _, _ = self.slot(table_slot_id)
        name = filled(guest_name, "guest_name")
        for booking in self.bookings.values():
            same = (booking["guest_name"].lower(), booking["date"]) == (name.lower(), str(day))
            if same and booking["status"] == "booked":
                raise ToolFailure(
                    f"{name} already has a table at {booking['restaurant_name']} on {day}; only one per day is possible."
                )
        return self.new_booking(table_slot_id, name)

    @tool
    def cancel_table(self, table_booking_id: Annotated[str, "Id of the booked table."]) -> CancelledTable:
        """Cancel a booked table, at the latest on the day before."""
        if table_booking_id not in self.bookings:
            raise ToolFailure(f"Table booking {table_booking_id} was not found.")
        booking = self.bookings[table_booking_id]
        if booking["status"] == "cancelled":
            raise ToolFailure(f"Table booking {table_booking_id} is already cancelled.")
        name = booking["restaurant_name"]
        if booking["date"] <= str(self.today):
            phone = self.phone(self.restaurant_named(name)["restaurant_id"])
            raise ToolFailure(f"A table for the same day cannot be cancelled here; call {name} at {phone}.")
        booking["status"] = "cancelled"
        return {
            "table_booking_id": table_booking_id,
            "restaurant_name": name,
            "date": booking["date"],
            "status": "cancelled",
        }
