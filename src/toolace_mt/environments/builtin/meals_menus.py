"""What restaurants can serve; each seed gives them ids, prices, ratings and menus of their own."""

from __future__ import annotations

from typing import NamedTuple

from toolace_mt.environments.builtin.meals_records import Cuisine, Diet

_MEATLESS: tuple[Diet, ...] = ("vegetarian",)
_MEATLESS_NO_GLUTEN: tuple[Diet, ...] = ("vegetarian", "gluten_free")
_VEGAN: tuple[Diet, ...] = ("vegetarian", "vegan")
_ALL: tuple[Diet, ...] = ("vegetarian", "vegan", "gluten_free")
_NO_GLUTEN: tuple[Diet, ...] = ("gluten_free",)


class Recipe(NamedTuple):
    """price: lowest usual price in whole US dollars."""

    name: str
    price: int
    diets: tuple[Diet, ...] = ()


RESTAURANTS: dict[Cuisine, tuple[str, str]] = {
    "italian": ("Trattoria Lucia", "Forno Nove"),
    "indian": ("Saffron Courtyard", "Banyan Kitchen"),
    "thai": ("Lemongrass Lane", "Blue Lotus"),
    "mexican": ("Casa Jacaranda", "El Molino"),
    "japanese": ("Kumo Table", "Little Maple"),
    "lebanese": ("Cedar House", "Olive and Sumac"),
}
RECIPES: dict[Cuisine, tuple[Recipe, ...]] = {
    "italian": (
        Recipe("Margherita Pizza", 11, _MEATLESS),
        Recipe("Mushroom Risotto", 14, _MEATLESS_NO_GLUTEN),
        Recipe("Spaghetti Bolognese", 13),
        Recipe("Penne Arrabbiata", 12, _VEGAN),
        Recipe("Grilled Sea Bass", 19, _NO_GLUTEN),
        Recipe("Caprese Salad", 10, _MEATLESS_NO_GLUTEN),
    ),
    "indian": (
        Recipe("Chana Masala", 12, _ALL),
        Recipe("Palak Paneer", 13, _MEATLESS_NO_GLUTEN),
        Recipe("Butter Chicken", 15, _NO_GLUTEN),
        Recipe("Lamb Rogan Josh", 17, _NO_GLUTEN),
        Recipe("Aloo Gobi", 11, _ALL),
        Recipe("Vegetable Samosas", 9, _VEGAN),
    ),
    "thai": (
        Recipe("Green Curry with Tofu", 13, _ALL),
        Recipe("Pad Thai with Prawns", 14),
        Recipe("Massaman Beef Curry", 16, _NO_GLUTEN),
        Recipe("Basil Chicken", 13),
        Recipe("Cashew Vegetables", 12, _VEGAN),
        Recipe("Vegetable Spring Rolls", 9, _VEGAN),
    ),
    "mexican": (
        Recipe("Black Bean Tacos", 11, _ALL),
        Recipe("Chicken Enchiladas", 14),
        Recipe("Carnitas Burrito", 13),
        Recipe("Cheese Quesadilla", 10, _MEATLESS),
        Recipe("Veggie Fajitas", 13, _VEGAN),
        Recipe("Fish Tacos", 14, _NO_GLUTEN),
    ),
    "japanese": (
        Recipe("Salmon Nigiri Set", 18),
        Recipe("Vegetable Tempura", 12, _MEATLESS),
        Recipe("Chicken Katsu Curry", 15),
        Recipe("Avocado Maki", 10, _ALL),
        Recipe("Tofu Ramen", 14, _VEGAN),
        Recipe("Beef Gyudon", 14),
    ),
    "lebanese": (
        Recipe("Falafel Plate", 12, _VEGAN),
        Recipe("Chicken Shawarma", 13),
        Recipe("Fattoush Salad", 10, _VEGAN),
        Recipe("Lamb Kofta", 16, _NO_GLUTEN),
        Recipe("Mezze Platter", 18, _MEATLESS),
        Recipe("Stuffed Vine Leaves", 9, _ALL),
    ),
}
VOUCHERS = {
    "TASTY5": 5.0,
    "HUNGRY8": 8.0,
    "FEAST10": 10.0,
    "SUPPER6": 6.0,
    "CRISPY7": 7.0,
    "SPICY9": 9.0,
    "GOODFOOD5": 5.0,
}
COURIERS = ("Bea", "Tomasz", "Ines", "Kofi", "Marit")
STREETS = ("Linden Street", "Harbour Road", "Market Lane", "Elm Avenue", "Foundry Street", "Bridge Street")
NOTES = ("no onions, please", "extra spicy", "sauce on the side", "no coriander", "mild, please")
START_TIMES = ("18:00", "18:45", "19:30", "20:15", "21:00")
