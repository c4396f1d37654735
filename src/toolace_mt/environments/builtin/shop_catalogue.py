"""What the shop can sell; each seed gives these products ids, prices and stock of its own."""

from __future__ import annotations

from typing import NamedTuple

from toolace_mt.environments.builtin.shop_records import Category, Topic


class Article(NamedTuple):
    """name: its last word is what customers search for. price: lowest usual price in whole US dollars."""

    category: Category
    name: str
    price: int
    warranty_months: int
    description: str


ARTICLES: tuple[Article, ...] = (
    Article("audio", "Nimbus Over-Ear Headphones", 89, 24, "Closed wireless headphones, 30 h of battery."),
    Article("audio", "Pebble Mini Earbuds", 49, 12, "Earbuds with a pocket-size charging case."),
    Article("audio", "Drumlin Portable Speaker", 65, 24, "Splash-proof speaker for two rooms or one beach."),
    Article("audio", "Clearvoice Desk Microphone", 74, 24, "USB microphone for calls and podcasts."),
    Article("kitchen", "Tarn Electric Kettle", 38, 24, "Holds 1.7 litres and keeps five temperatures."),
    Article("kitchen", "Whirlwind Compact Blender", 59, 24, "Crushes ice; the jar goes into the dishwasher."),
    Article("kitchen", "Ironwood Cast Skillet", 42, 60, "Pre-seasoned cast iron, 26 cm across."),
    Article("kitchen", "Morrow Coffee Grinder", 82, 24, "Forty settings, from espresso to French press."),
    Article("fitness", "Anvil Adjustable Dumbbells", 119, 24, "A pair, 2 to 16 kg each, set by a dial."),
    Article("fitness", "Fernway Yoga Mat", 29, 12, "Six millimetres thick, made of natural rubber."),
    Article("fitness", "Stride Activity Tracker", 69, 24, "Counts steps, pulse and sleep for ten days."),
    Article("fitness", "Swiftline Jump Rope", 15, 12, "A steel rope with ball bearings, cut to length."),
    Article("office", "Quillon Mechanical Keyboard", 95, 24, "Quiet tactile switches and a metal frame."),
    Article("office", "Harrow Task Chair", 139, 60, "Adjustable arms, lumbar rest and a mesh back."),
    Article("office", "Beacon Desk Lamp", 44, 24, "Dimmable light, with a charging port in its foot."),
    Article("office", "Vista Portable Monitor", 129, 24, "A 15-inch screen, fed by one cable."),
    Article("outdoor", "Larch Two-Person Tent", 134, 24, "Stands in five minutes and weighs 2.1 kg."),
    Article("outdoor", "Cairn Trail Backpack", 78, 36, "Thirty litres, with a rain cover in the lid."),
    Article("outdoor", "Firefly Camp Lantern", 27, 12, "Burns eighty hours on one charge."),
    Article("outdoor", "Glacier Steel Bottle", 24, 24, "Keeps drinks cold for a day, hot for half of one."),
    Article("home", "Hearth Wool Blanket", 58, 12, "Undyed wool, 140 by 200 cm."),
    Article("home", "Mistral Humidifier", 52, 24, "Serves a room of 30 square metres, and is quiet."),
    Article("home", "Terrace Ceramic Planter", 33, 12, "Glazed outside, with a saucer for the water."),
    Article("home", "Meridian Wall Clock", 36, 24, "A sweeping movement without a tick, 30 cm wide."),
)
COLORS = ("black", "white", "sand", "forest green", "navy", "terracotta")
STREETS = ("Alder Street", "Mill Lane", "Station Road", "Orchard Avenue", "Quarry Road", "Canal Walk", "Chapel Hill")
TOWNS = (("Ashford Falls", "42817"), ("Brightwater", "61304"), ("Cedar Point", "28559"), ("Dunmore", "73120"))
CARRIERS = ("Parcelway", "Swift Post", "Bluebird Logistics")
COUPONS = {"WELCOME10": 10, "SPRING15": 15, "THANKYOU5": 5, "FRIENDS20": 20}
# What each topic of a ticket may be about.
TICKETS: tuple[tuple[Topic, str], ...] = (
    ("delivery", "The parcel has not moved for several days."),
    ("billing", "I was charged twice for the same order."),
    ("product", "Please let me know which size fits a small room."),
    ("billing", "I would like an invoice with my company's name."),
)
MESSAGES = tuple(message for _, message in TICKETS)
