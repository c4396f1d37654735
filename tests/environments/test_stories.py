"""What one call changes, later calls see; and what a domain refuses, it refuses for its reason."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import orjson

from toolace_mt.environments.builtin import open_builtin
from toolace_mt.environments.builtin.cities import CITIES, distance_km
from toolace_mt.environments.builtin.travel_state import mean_temperature
from toolace_mt.types import EnvironmentRef


class Story:
    def __init__(self, name: str, seed: int = 7) -> None:
        self.environment = open_builtin(EnvironmentRef(name=name, seed=seed))
        self.knows: dict[str, list[Any]] = self.environment.brief["knows"]

    def call(self, tool: str, **arguments: Any) -> Any:
        output = asyncio.run(self.environment.call(tool, arguments))
        assert not output.is_error, output.content
        return orjson.loads(output.content)

    def refused(self, tool: str, **arguments: Any) -> str:
        output = asyncio.run(self.environment.call(tool, arguments))
        assert output.is_error, output.content
        return orjson.loads(output.content)["error"]


def test_a_flight_from_search_to_refund() -> None:
    story = Story("travel")
    knows = story.knows
    trip = {"origin": knows["origin"][0], "destination": knows["destination"][1], "date": knows["date"][0]}
    flight = story.call("search_flights", **trip)["flights"][0]
    booking = story.call("book_flight", flight_id=flight["flight_id"], passenger_name=knows["passenger_name"][0])
    booked = {"booking_id": booking["booking_id"]}
    left = story.call("search_flights", **trip)["flights"]
    assert next((f["seats_left"] for f in left if f["flight_id"] == flight["flight_id"]), 0) == flight["seats_left"] - 1
    seat = story.call("choose_seat", **booked, seat_type="window")
    assert seat["seat_number"][-1] in "AF"
    assert "already has the window seat" in story.refused("choose_seat", **booked, seat_type="window")
    bags = story.call("add_baggage", **booked, bags=2)
    assert bags["total_usd"] == round(flight["price_usd"] + 18 + 70, 2)
    before = story.call("get_loyalty_account", member_id=knows["member_id"][0])["points"]
    discount = story.call("redeem_points", **booked, member_id=knows["member_id"][0], points=1000)
    assert (discount["discount_usd"], discount["points_left"]) == (10.0, before - 1000)
    assert story.call("get_loyalty_account", member_id=knows["member_id"][0])["points"] == before - 1000
    moved = story.call("reschedule_flight", **booked, new_date=knows["new_date"][0])
    assert moved["departure"].startswith(knows["new_date"][0])
    listed = next(b for b in story.call("list_trips")["bookings"] if b["booking_id"] == booking["booking_id"])
    assert listed["flight_id"] == moved["flight_id"]
    assert (listed["seat_number"], listed["checked_bags"], listed["total_usd"]) == (None, 2, moved["total_usd"])
    assert story.call("cancel_flight", **booked)["refund_usd"] == round(moved["total_usd"] * 0.8, 2)
    assert "is cancelled" in story.refused("add_baggage", **booked, bags=1)
    assert len(story.call("list_trips", status="cancelled")["bookings"]) == 1


def test_a_hotel_fills_up_and_frees_again() -> None:
    story = Story("travel")
    stay = {"check_in": story.knows["check_in"][0], "check_out": story.knows["check_out"][0]}
    place = {"city": story.knows["city"][2], **stay}
    hotel = story.call("search_hotels", **place)["hotels"][0]
    guest = {"hotel_id": hotel["hotel_id"], "guest_name": "Ada Example", **stay}
    held = story.call("book_hotel", **guest, rooms=hotel["rooms_left"] if hotel["rooms_left"] <= 4 else 4)
    rest = hotel["rooms_left"] - held["rooms"]
    if rest:
        story.call("book_hotel", **guest, rooms=rest)
    assert "has only 0 rooms left" in story.refused("book_hotel", **guest)
    assert hotel["hotel_id"] not in [h["hotel_id"] for h in story.call("search_hotels", **place)["hotels"]]
    assert story.call("cancel_hotel", reservation_id=held["reservation_id"])["refund_usd"] == held["total_usd"]
    assert story.call("search_hotels", **place)["hotels"][0]["rooms_left"] == held["rooms"]


def test_travel_refuses_what_makes_no_sense() -> None:
    story = Story("travel")
    home, away = story.knows["origin"]
    day = story.knows["date"][0]
    assert "same city" in story.refused("search_flights", origin=home, destination=home.upper(), date=day)
    assert "Cities served" in story.refused("search_flights", origin=home, destination="Atlantis", date=day)
    assert "in the past" in story.refused("search_flights", origin=home, destination=away, date="2020-01-01")
    assert "too far ahead" in story.refused("search_flights", origin=home, destination=away, date="2030-01-01")
    assert "1 to 30 nights" in story.refused(
        "search_hotels", city=away, check_in=story.knows["check_out"][0], check_out=story.knows["check_in"][0]
    )
    assert story.refused("cancel_flight", booking_id="BK-1") == "Booking BK-1 was not found."
    assert "was not found" in story.refused("book_flight", flight_id="NW999-20260231", passenger_name="Ada Example")


def test_a_refused_booking_uses_up_no_id() -> None:
    trip = {name: Story("travel").knows[name][0] for name in ("origin", "destination", "date")}
    ids: list[str] = []
    for names in (["Ada Example"], ["   ", "Ada Example"]):
        story = Story("travel")
        flight_id = story.call("search_flights", **trip)["flights"][0]["flight_id"]
        for name in names[:-1]:
            assert "must not be blank" in story.refused("book_flight", flight_id=flight_id, passenger_name=name)
        ids.append(story.call("book_flight", flight_id=flight_id, passenger_name=names[-1])["booking_id"])
    assert ids[0] == ids[1]


def test_the_map_is_plausible() -> None:
    assert 1500 < distance_km("Lisbon", "Dublin") < 1800
    assert distance_km("Oslo", "Oslo") == 0
    january, july = dt.date(2026, 1, 15), dt.date(2026, 7, 15)
    assert mean_temperature(CITIES["Oslo"], january) < 0 < mean_temperature(CITIES["Oslo"], july)
    assert mean_temperature(CITIES["Auckland"], january) > mean_temperature(CITIES["Auckland"], july)


def test_an_order_from_search_to_cancellation() -> None:
    story = Story("shop")
    product = story.call("search_products", query=story.knows["query"][0])["products"][0]
    stock = story.call("get_product", product_id=product["product_id"])["stock"]
    order = story.call("place_order", product_id=product["product_id"], quantity=2)
    ordered = {"order_id": order["order_id"]}
    assert order["total_usd"] == round(2 * product["price_usd"] + 4.9, 2)
    assert story.call("get_product", product_id=product["product_id"])["stock"] == stock - 2
    discount = story.call("apply_coupon", **ordered, coupon_code=story.knows["coupon_code"][0].lower())
    assert discount["total_usd"] == round(order["total_usd"] - discount["discount_usd"], 2)
    assert "already has a discount" in story.refused(
        "apply_coupon", **ordered, coupon_code=story.knows["coupon_code"][1]
    )
    address = {name: story.knows[name][0] for name in ("street", "city", "postal_code")}
    story.call("change_delivery_address", **ordered, **address)
    seen = story.call("get_order", **ordered)
    assert seen["delivery_address"] == address
    assert seen["total_usd"] == discount["total_usd"]
    other = story.call("get_order", order_id=story.knows["order_id"][0])
    assert other["delivery_address"] == story.environment.brief["user"]["address"]
    assert story.call("cancel_order", **ordered, reason="found_cheaper")["refund_usd"] == discount["total_usd"]
    assert story.call("get_product", product_id=product["product_id"])["stock"] == stock
    assert "no delivery to track" in story.refused("track_order", **ordered)
    assert order["order_id"] in [o["order_id"] for o in story.call("list_orders", status="cancelled")["orders"]]


def test_goods_go_back_once_and_in_time() -> None:
    story = Story("shop")
    order_id = story.knows["start_return.order_id"][0]
    item = story.call("get_order", order_id=order_id)["items"][0]
    assert "does not contain product P-1" in story.refused(
        "start_return", order_id=order_id, reason="damaged", product_id="P-1"
    )
    back = story.call("start_return", order_id=order_id, reason="damaged", product_id=item["product_id"])
    assert back["refund_usd"] == round(item["quantity"] * item["unit_price_usd"], 2)
    assert story.call("get_return", return_id=back["return_id"]) == back
    assert "already been started" in story.refused(
        "start_return", order_id=order_id, reason="damaged", product_id=item["product_id"]
    )
    oldest = story.call("list_orders", status="delivered")["orders"][-1]["order_id"]
    assert "window" in story.refused("start_return", order_id=oldest, reason="damaged")
    waiting = story.knows["cancel_order.order_id"][0]
    assert "only delivered orders" in story.refused("start_return", order_id=waiting, reason="damaged")
    assert "can no longer be changed" in story.refused("cancel_order", order_id=order_id, reason="found_cheaper")


def test_a_ticket_keeps_its_messages() -> None:
    story = Story("shop")
    ticket = story.call("open_ticket", topic="billing", message="Charged twice.")
    answer = story.call("add_ticket_message", ticket_id=ticket["ticket_id"], message="It happened again.")
    assert answer["messages"] == ["Charged twice.", "It happened again."]
    assert answer["status"] == "waiting_for_support"
    assert "was not found" in story.refused("open_ticket", topic="billing", message="Charged twice.", order_id="ORD-1")


def test_a_document_keeps_its_versions() -> None:
    story = Story("files")
    found = story.call("search_documents", query=story.knows["query"][1])["documents"]
    assert [document["title"] for document in found] == [story.knows["query"][1]]
    document = {"document_id": found[0]["document_id"]}
    before = story.call("read_document", **document)
    saved = story.call("append_to_document", **document, text="One more line.")
    now = story.call("read_document", **document)
    assert now["content"] == before["content"] + " One more line."
    assert now["version"] == saved["version"] == before["version"] + 1
    versions = story.call("list_versions", **document)["versions"]
    assert "already the current one" in story.refused("restore_version", version_id=versions[-1]["version_id"])
    assert story.call("restore_version", version_id=versions[-2]["version_id"])["version"] == saved["version"] + 1
    assert story.call("read_document", **document)["content"] == before["content"]


def test_documents_move_between_folders() -> None:
    story = Story("files")
    story.call("create_folder", folder="Handover")
    assert "exists already" in story.refused("create_folder", folder="handover")
    new = {"folder": "handover", "title": "Checklist", "content": "Keys, cards."}
    document_id = story.call("create_document", **new)["document_id"]
    assert "already has a document called 'Checklist'" in story.refused("create_document", **new)
    story.call("rename_document", document_id=document_id, title="Final checklist")
    story.call("tag_document", document_id=document_id, tag="urgent")
    assert "already has the tag" in story.refused("tag_document", document_id=document_id, tag="urgent")
    assert story.call("search_documents", query="checklist", tag="urgent")["documents"][0]["folder"] == "Handover"
    story.call("move_document", document_id=document_id, folder="Archive")
    assert "already in folder Archive" in story.refused("move_document", document_id=document_id, folder="archive")
    assert story.call("list_folder", folder="Handover")["documents"] == []
    assert [d["title"] for d in story.call("list_folder", folder="Archive")["documents"]] == ["Final checklist"]
    assert "Folders: " in story.refused("list_folder", folder="Attic")


def test_access_is_given_changed_and_taken_back() -> None:
    story = Story("files")
    document_id = story.call("search_documents", query=story.knows["query"][0])["documents"][0]["document_id"]
    who = {"document_id": document_id, "email": story.knows["email"][0]}
    share = story.call("share_document", **who)
    assert "already shared" in story.refused("share_document", **who)
    assert story.call("share_document", **who, role="editor") == {**share, "role": "editor"}
    assert story.call("read_document", document_id=document_id)["shares"] == [{**share, "role": "editor"}]
    story.call("revoke_share", share_id=share["share_id"])
    assert story.call("read_document", document_id=document_id)["shares"] == []
    assert "was not found" in story.refused("revoke_share", share_id=share["share_id"])
