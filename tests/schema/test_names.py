from __future__ import annotations

import pytest

from toolace_mt.schema.names import entity_words, is_id_like, name_in_words, singular, words


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("get_order_details", ("get", "order", "details")),
        ("getOrderIDs", ("get", "order", "ids")),
        ("HTTPServerURL", ("http", "server", "url")),
        ("uber.ride", ("uber", "ride")),
        ("Hotels_2_SearchHouse", ("hotels", "2", "search", "house")),
        ("check-in", ("check", "in")),
        ("查询_weather", ("查询", "weather")),
        ("", ()),
        ("__", ()),
    ],
)
def test_words(name: str, found: tuple[str, ...]) -> None:
    assert words(name) == found


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("orders", "order"),
        ("cities", "city"),
        ("boxes", "box"),
        ("classes", "class"),
        ("addresses", "address"),
        ("matches", "match"),
        ("ids", "id"),
        ("movies", "movie"),
        ("status", "status"),
        ("address", "address"),
        ("news", "news"),
        ("analysis", "analysis"),
        ("people", "person"),
        ("is", "is"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_names_of_one_thing_have_the_same_words() -> None:
    assert entity_words("orderId") == entity_words("order_ids") == entity_words("Order-ID") == ("order", "id")


@pytest.mark.parametrize(
    "name", ["id", "order_id", "orderIDs", "trackingNumber", "symbol", "confirmation_code", "uuid"]
)
def test_id_like(name: str) -> None:
    assert is_id_like(name)


@pytest.mark.parametrize("name", ["number", "city", "code", "idea", "valid", "guide", "identity", "", "id_type"])
def test_not_id_like(name: str) -> None:
    assert not is_id_like(name)


def test_names_in_words() -> None:
    assert [name_in_words(name) for name in ("X-Branch", "x-position", "X-Y", "pickupLocation")] == [
        "branch",
        "x position",
        "x y",
        "pickup location",
    ]
