"""An online shop: products, orders and their delivery, coupons, returns, and support tickets."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from toolace_mt.environments.builtin.shop_catalogue import COUPONS, MESSAGES, TICKETS
from toolace_mt.environments.builtin.shop_records import (
    CancelledOrder,
    CancelReason,
    Category,
    ChangedAddress,
    Discount,
    Order,
    OrderId,
    Orders,
    OrderStatus,
    ProductDetails,
    ProductId,
    Products,
    Return,
    ReturnReason,
    ShippingSpeed,
    Ticket,
    Topic,
    Tracking,
)
from toolace_mt.environments.builtin.shop_state import ShopState
from toolace_mt.environments.builtin.world import best_matches, filled
from toolace_mt.environments.methods import ToolFailure, tool

_MOST_FOUND = 5


class Shop(ShopState):
    """The shop as one customer sees it."""

    @property
    def brief(self) -> dict[str, Any]:
        """What the user knows; `TOOL.PARAMETER` narrows down what works with one tool."""
        waiting = self.order_ids("processing")
        returned = {back["order_id"] for back in self.returns.values()}
        wanted = [p for p in self.products.values() if p["category"] == self.favourite]
        return {
            "today": str(self.today),
            "user": {"name": self.user.name, "email": self.user.email, "address": self.address},
            "knows": {
                "query": [self.favourite, *(product["product_name"].split()[-1].lower() for product in wanted)],
                "category": [self.favourite],
                "max_price_usd": [200, 250],
                "quantity": [1, 2],
                "order_id": self.order_ids("processing", "shipped", "delivered"),
                "cancel_order.order_id": waiting,
                "change_delivery_address.order_id": waiting,
                "apply_coupon.order_id": waiting,
                "start_return.order_id": [i for i in self.order_ids("delivered") if i not in returned],
                "return_id": list(self.returns),
                "ticket_id": list(self.tickets),
                "street": [self.new_address["street"]],
                "city": [self.new_address["city"]],
                "postal_code": [self.new_address["postal_code"]],
                "coupon_code": self.coupons,
                "message": list(MESSAGES),
                "open_ticket": [{"topic": topic, "message": message} for topic, message in TICKETS],
            },
        }

    @tool
    def search_products(
        self,
        query: Annotated[str, "What to look for, in a word or two.", Field(min_length=1)],
        category: Annotated[Category | None, "Only products of this category."] = None,
        max_price_usd: Annotated[float | None, "Highest price in US dollars."] = None,
    ) -> Products:
        """Search the catalogue for products by name or kind."""
        pool = [
            (f"{product['product_name']} {product['category']} {product['description']}", product)
            for product in self.products.values()
            if category in (None, product["category"])
            and (max_price_usd is None or product["price_usd"] <= max_price_usd)
        ]
        found = best_matches(filled(query, "query").lower().split(), pool)
        return {"products": [self.summary(product) for product in found[:_MOST_FOUND]]}

    @tool
    def get_product(self, product_id: ProductId) -> ProductDetails:
        """Show the details of a product: description, stock, colour and warranty."""
        return self.product(product_id)

    @tool
    def place_order(
        self,
        product_id: ProductId,
        quantity: Annotated[int, "Number of pieces.", Field(ge=1, le=5)] = 1,
        shipping_speed: Annotated[ShippingSpeed, "How fast the order is delivered."] = "standard",
    ) -> Order:
        """Order a product to the customer's saved address."""
        product = self.product(product_id)
        if quantity > product["stock"]:
            raise ToolFailure(f"Product {product_id} has only {product['stock']} pieces in stock.")
        self.restock(product_id, -quantity)
        return self.new_order([(product, quantity)], shipping_speed, self.today, "processing")

    @tool
    def list_orders(
        self, status: Annotated[OrderStatus | None, "Only orders with this status; all where it is left out."] = None
    ) -> Orders:
        """List the customer's orders, newest first."""
        chosen = [order for order in self.orders.values() if status in (None, order["status"])]
        chosen.sort(key=lambda order: (order["placed_on"], order["order_id"]), reverse=True)
        return {
            "orders": [
                {
                    "order_id": order["order_id"],
                    "status": order["status"],
                    "placed_on": order["placed_on"],
                    "product_names": [item["product_name"] for item in order["items"]],
                    "total_usd": order["total_usd"],
                }
                for order in chosen
            ]
        }

    @tool
    def get_order(self, order_id: OrderId) -> Order:
        """Show an order with its items, costs and delivery address."""
        return self.order(order_id)

    @tool
    def track_order(self, order_id: OrderId) -> Tracking:
        """Track the delivery of an order."""
        order = self.order(order_id)
        if order["status"] == "cancelled":
            raise ToolFailure(f"Order {order_id} is cancelled, so there is no delivery to track.")
        return self.tracking(order)

    @tool
    def cancel_order(
        self, order_id: OrderId, reason: Annotated[CancelReason, "Why the order is cancelled."]
    ) -> CancelledOrder:
        """Cancel an order that has not been shipped yet."""
        order = self.unshipped(order_id)
        order["status"] = "cancelled"
        self.cancel_reasons[order_id] = reason
        for item in order["items"]:
            self.restock(item["product_id"], item["quantity"])
        return {"order_id": order_id, "status": "cancelled", "refund_usd": order["total_usd"]}

    @tool
    def change_delivery_address(
        self,
        order_id: OrderId,
        street: Annotated[str, "Street and house number.", Field(min_length=3)],
        city: Annotated[str, "City or town.", Field(min_length=2)],
        postal_code: Annotated[str, "Postal code of five digits.", Field(pattern="^[0-9]{5}$")],
    ) -> ChangedAddress:
        """Change the delivery address of an order that has not been shipped yet."""
        order = self.unshipped(order_id)
        order["delivery_address"] = {
            "street": filled(street, "street"),
            "city": filled(city, "city"),
            "postal_code": postal_code,
        }
        return {"order_id": order_id, "delivery_address": order["delivery_address"]}

    @tool
    def apply_coupon(self, order_id: OrderId, coupon_code: Annotated[str, "Code of the coupon."]) -> Discount:
        """Apply a coupon to an order that has not been shipped yet."""
        order, code = self.unshipped(order_id), coupon_code.strip().upper()
        if code not in self.coupons:
            raise ToolFailure(f"Coupon {coupon_code} is not valid for this account.")
        if order["discount_usd"]:
            raise ToolFailure(f"Order {order_id} already has a discount of {order['discount_usd']:.2f} USD.")
        order["discount_usd"] = round(order["total_usd"] * COUPONS[code] / 100, 2)
        order["total_usd"] = round(order["total_usd"] - order["discount_usd"], 2)
        return {
            "order_id": order_id,
            "coupon_code": code,
            "discount_usd": order["discount_usd"],
            "total_usd": order["total_usd"],
        }

    @tool
    def start_return(
        self,
        order_id: OrderId,
        reason: Annotated[ReturnReason, "Why the goods go back."],
        product_id: Annotated[str | None, "Id of the one product to send back; the whole order if left out."] = None,
    ) -> Return:
        """Start the return of a delivered order, or of one product in it."""
        order = self.order(order_id)
        if order["status"] != "delivered":
            raise ToolFailure(f"Order {order_id} is {order['status']}; only delivered orders can be returned.")
        last_day = self.returnable_until(order_id)
        if last_day < self.today:
            raise ToolFailure(f"The return window of order {order_id} closed on {last_day}.")
        gone = {each for back in self.returns.values() if back["order_id"] == order_id for each in back["product_ids"]}
        if product_id is not None and product_id not in {item["product_id"] for item in order["items"]}:
            raise ToolFailure(f"Order {order_id} does not contain product {product_id}.")
        items = [i for i in order["items"] if i["product_id"] not in gone and product_id in (None, i["product_id"])]
        if not items:
            raise ToolFailure(f"A return of these goods from order {order_id} has already been started.")
        return self.new_return(order_id, items, reason)

    @tool
    def get_return(self, return_id: Annotated[str, "Id of the return."]) -> Return:
        """Show how far a return and its refund are."""
        if return_id not in self.returns:
            raise ToolFailure(f"Return {return_id} was not found.")
        return self.returns[return_id]

    @tool
    def open_ticket(
        self,
        topic: Annotated[Topic, "What the ticket is about."],
        message: Annotated[str, "What the customer wants to tell the support team.", Field(min_length=5)],
        order_id: Annotated[str | None, "Id of the order concerned, if there is one."] = None,
    ) -> Ticket:
        """Open a support ticket for the customer."""
        if order_id is not None:
            self.order(order_id)
        return self.new_ticket(topic, filled(message, "message"), order_id)

    @tool
    def add_ticket_message(
        self,
        ticket_id: Annotated[str, "Id of the support ticket."],
        message: Annotated[str, "What the customer wants to add.", Field(min_length=5)],
    ) -> Ticket:
        """Add a message to a support ticket."""
        if ticket_id not in self.tickets:
            raise ToolFailure(f"Ticket {ticket_id} was not found.")
        ticket = self.tickets[ticket_id]
        ticket["messages"].append(filled(message, "message"))
        ticket["status"] = "waiting_for_support"
        return ticket
