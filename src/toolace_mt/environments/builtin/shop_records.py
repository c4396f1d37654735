"""What the shop tools take and give back."""

from __future__ import annotations

from typing import Annotated, Literal

from typing_extensions import TypedDict

Category = Literal["audio", "kitchen", "fitness", "office", "outdoor", "home"]
OrderStatus = Literal["processing", "shipped", "delivered", "cancelled"]
ShippingSpeed = Literal["standard", "express"]
CancelReason = Literal["ordered_by_mistake", "found_cheaper", "arrives_too_late", "no_longer_needed"]
ReturnReason = Literal["damaged", "wrong_item", "not_as_described", "no_longer_needed"]
Topic = Literal["delivery", "billing", "product", "account"]
OrderId = Annotated[str, "Id of the order."]
ProductId = Annotated[str, "Id of the product."]


class Product(TypedDict):
    """A product as search results show it."""

    product_id: str
    product_name: str
    category: Category
    price_usd: float
    rating: float
    in_stock: bool


class Products(TypedDict):
    """The products that match best."""

    products: list[Product]


class ProductDetails(Product):
    """A product with everything that its page says."""

    stock: int
    color: str
    warranty_months: int
    description: str


class Address(TypedDict):
    """Where an order goes."""

    street: str
    city: str
    postal_code: str


class Item(TypedDict):
    """One line of an order."""

    product_id: str
    product_name: str
    quantity: int
    unit_price_usd: float


class Order(TypedDict):
    """An order."""

    order_id: str
    status: OrderStatus
    placed_on: str
    items: list[Item]
    shipping_speed: ShippingSpeed
    shipping_usd: float
    discount_usd: float
    total_usd: float
    delivery_address: Address


class OrderSummary(TypedDict):
    """An order in one line."""

    order_id: str
    status: OrderStatus
    placed_on: str
    product_names: list[str]
    total_usd: float


class Orders(TypedDict):
    """The customer's orders, newest first."""

    orders: list[OrderSummary]


class Tracking(TypedDict):
    """Where a parcel is."""

    order_id: str
    status: OrderStatus
    carrier: str
    tracking_number: str
    last_location: str
    expected_on: str


class CancelledOrder(TypedDict):
    """A cancelled order."""

    order_id: str
    status: OrderStatus
    refund_usd: float


class ChangedAddress(TypedDict):
    """An order with its new address."""

    order_id: str
    delivery_address: Address


class Discount(TypedDict):
    """An order with its coupon."""

    order_id: str
    coupon_code: str
    discount_usd: float
    total_usd: float


class Return(TypedDict):
    """Goods that go back, and the money for them."""

    return_id: str
    order_id: str
    product_ids: list[str]
    reason: ReturnReason
    status: Literal["label_sent", "received", "refunded"]
    refund_usd: float
    drop_off_by: str


class Ticket(TypedDict):
    """A question to the shop's support team."""

    ticket_id: str
    topic: Topic
    status: Literal["open", "waiting_for_support"]
    order_id: str | None
    messages: list[str]
