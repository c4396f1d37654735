"""What the shop has: a catalogue, one customer's orders, returns and tickets, and what happened before the dialogue."""

from __future__ import annotations

import datetime as dt
import random

from toolace_mt.environments.builtin.shop_catalogue import ARTICLES, CARRIERS, COLORS, COUPONS, STREETS, TOWNS
from toolace_mt.environments.builtin.shop_records import (
    Address,
    CancelReason,
    Category,
    Item,
    Order,
    OrderStatus,
    Product,
    ProductDetails,
    Return,
    ReturnReason,
    ShippingSpeed,
    Ticket,
    Topic,
    Tracking,
)
from toolace_mt.environments.builtin.world import new_ids, people, some_day, steady
from toolace_mt.environments.methods import ToolFailure

_SHIPPING_USD: dict[ShippingSpeed, float] = {"standard": 4.9, "express": 12.9}
_DELIVERY_DAYS: dict[ShippingSpeed, int] = {"standard": 5, "express": 2}
_RETURN_DAYS, _DROP_OFF_DAYS = 30, 14
_HISTORY: tuple[tuple[OrderStatus, int], ...] = (
    ("delivered", 75),
    ("cancelled", 40),
    ("delivered", 24),
    ("delivered", 16),
    ("delivered", 12),
    ("shipped", 3),
    ("processing", 1),
    ("processing", 0),
)


class ShopState:
    """The shop's books, and how they are looked up; look-ups raise ToolFailure."""

    def __init__(self, seed: int = 0) -> None:
        rng = random.Random(f"shop/{seed}")
        self.today = some_day(rng)
        (self.user,) = people(rng, 1)
        self.ids = new_ids(rng)
        self.address, self.new_address = _addresses(rng)
        self.favourite: Category = rng.choice(ARTICLES).category
        self.products = _catalogue(self.favourite, rng)
        self.coupons = rng.sample(sorted(COUPONS), 2)
        self.orders: dict[str, Order] = {}
        self.returns: dict[str, Return] = {}
        self.tickets: dict[str, Ticket] = {}
        self.cancel_reasons: dict[str, CancelReason] = {}
        self._make_history(rng)

    def order_ids(self, *statuses: OrderStatus) -> list[str]:
        """Ids of the orders in these states that the customer would still bring up."""
        recent = str(self.today - dt.timedelta(days=_RETURN_DAYS))
        return [o["order_id"] for o in self.orders.values() if o["status"] in statuses and o["placed_on"] >= recent]

    def product(self, product_id: str) -> ProductDetails:
        """The product with this id."""
        if product_id not in self.products:
            raise ToolFailure(f"Product {product_id} was not found.")
        return self.products[product_id]

    def summary(self, product: ProductDetails) -> Product:
        """A product as search results show it."""
        return {
            "product_id": product["product_id"],
            "product_name": product["product_name"],
            "category": product["category"],
            "price_usd": product["price_usd"],
            "rating": product["rating"],
            "in_stock": product["in_stock"],
        }

    def restock(self, product_id: str, pieces: int) -> None:
        """Put `pieces` into stock, or take them out where negative."""
        product = self.products[product_id]
        product["stock"] += pieces
        product["in_stock"] = product["stock"] > 0

    def order(self, order_id: str) -> Order:
        """The order with this id."""
        if order_id not in self.orders:
            raise ToolFailure(f"Order {order_id} was not found.")
        return self.orders[order_id]

    def unshipped(self, order_id: str) -> Order:
        """The order with this id, if it can still be changed."""
        order = self.order(order_id)
        if order["status"] != "processing":
            raise ToolFailure(f"Order {order_id} is {order['status']} and can no longer be changed.")
        return order

    def new_order(
        self, lines: list[tuple[ProductDetails, int]], speed: ShippingSpeed, day: dt.date, status: OrderStatus
    ) -> Order:
        """Note an order to the saved address."""
        items: list[Item] = [
            {
                "product_id": product["product_id"],
                "product_name": product["product_name"],
                "quantity": quantity,
                "unit_price_usd": product["price_usd"],
            }
            for product, quantity in lines
        ]
        order: Order = {
            "order_id": self.ids.mint("ORD"),
            "status": status,
            "placed_on": str(day),
            "items": items,
            "shipping_speed": speed,
            "shipping_usd": _SHIPPING_USD[speed],
            "discount_usd": 0.0,
            "total_usd": round(_price(items) + _SHIPPING_USD[speed], 2),
            "delivery_address": self.address,
        }
        self.orders[order["order_id"]] = order
        return order

    def tracking(self, order: Order) -> Tracking:
        """Where the parcel of `order` is."""
        order_id, town = order["order_id"], order["delivery_address"]["city"]
        places = {"processing": "Warehouse, being packed", "shipped": f"In transit to {town}"}
        return {
            "order_id": order_id,
            "status": order["status"],
            "carrier": CARRIERS[steady(0, len(CARRIERS) - 1, order_id)],
            "tracking_number": f"TR{steady(10_000_000, 99_999_999, order_id, 'parcel')}",
            "last_location": places.get(order["status"], f"Delivered in {town}"),
            "expected_on": str(_delivery_day(order)),
        }

    def returnable_until(self, order_id: str) -> dt.date:
        """The last day on which a delivered order can be sent back."""
        return _delivery_day(self.order(order_id)) + dt.timedelta(days=_RETURN_DAYS)

    def new_return(self, order_id: str, items: list[Item], reason: ReturnReason) -> Return:
        """Note a return; the money back is what was paid for the goods, without shipping."""
        order = self.order(order_id)
        paid = 1 - order["discount_usd"] / (order["total_usd"] + order["discount_usd"])
        back: Return = {
            "return_id": self.ids.mint("RET"),
            "order_id": order_id,
            "product_ids": [item["product_id"] for item in items],
            "reason": reason,
            "status": "label_sent",
            "refund_usd": round(_price(items) * paid, 2),
            "drop_off_by": str(self.today + dt.timedelta(days=_DROP_OFF_DAYS)),
        }
        self.returns[back["return_id"]] = back
        return back

    def new_ticket(self, topic: Topic, message: str, order_id: str | None) -> Ticket:
        """Note a support ticket."""
        ticket: Ticket = {
            "ticket_id": self.ids.mint("TCK"),
            "topic": topic,
            "status": "open",
            "order_id": order_id,
            "messages": [message],
        }
        self.tickets[ticket["ticket_id"]] = ticket
        return ticket

    def _make_history(self, rng: random.Random) -> None:
        """Orders in every state, one return on its way, and one ticket."""
        for status, days in _HISTORY:
            products = rng.sample(list(self.products.values()), rng.choice((1, 1, 2)))
            lines = [(product, rng.choice((1, 1, 2))) for product in products]
            speed: ShippingSpeed = "express" if rng.random() < 0.3 else "standard"
            self.new_order(lines, speed, self.today - dt.timedelta(days=days), status)
        returned = self.order_ids("delivered")[0]
        sent_back = self.new_return(returned, self.order(returned)["items"], "not_as_described")
        sent_back.update(status="received", drop_off_by=str(self.today - dt.timedelta(days=2)))
        self.new_ticket("delivery", "Please leave the parcel with my neighbour.", self.order_ids("shipped")[0])


def _addresses(rng: random.Random) -> tuple[Address, Address]:
    """Where the customer lives, and where parcels could go instead."""
    streets, towns = rng.sample(STREETS, 2), rng.sample(TOWNS, 2)
    home, other = (
        Address(street=f"{rng.randrange(2, 98)} {street}", city=town, postal_code=code)
        for street, (town, code) in zip(streets, towns, strict=True)
    )
    return home, other


def _catalogue(favourite: Category, rng: random.Random) -> dict[str, ProductDetails]:
    """All products by id; those of the customer's favourite category are in stock, of the others some are not."""
    numbers = rng.sample(range(10_000, 99_999), len(ARTICLES))
    products: dict[str, ProductDetails] = {}
    for number, article in zip(numbers, ARTICLES, strict=True):
        stock = rng.randrange(12, 60) if article.category == favourite else rng.choice((0, 3, 8, 25))
        product_id = f"P-{number}"
        products[product_id] = {
            "product_id": product_id,
            "product_name": article.name,
            "category": article.category,
            "price_usd": article.price + rng.randrange(0, 20) + 0.99,
            "rating": rng.randrange(34, 50) / 10,
            "in_stock": stock > 0,
            "stock": stock,
            "color": rng.choice(COLORS),
            "warranty_months": article.warranty_months,
            "description": article.description,
        }
    return products


def _price(items: list[Item]) -> float:
    return sum(item["quantity"] * item["unit_price_usd"] for item in items)


def _delivery_day(order: Order) -> dt.date:
    return dt.date.fromisoformat(order["placed_on"]) + dt.timedelta(days=_DELIVERY_DAYS[order["shipping_speed"]])
