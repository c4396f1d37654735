"""Units of measurement, as a word beside a number names them, and what other units make of a number.

Factors: NIST Special Publication 811, appendix B. Of bytes both the decimal and the binary multiples count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Each unit with the base unit of its row: metres, kilograms, litres, metres per second, square metres, joules, seconds.
_FAMILIES: tuple[dict[str, float], ...] = (
    {
        **{"mm": 0.001, "cm": 0.01, "m": 1.0, "meter": 1.0, "metre": 1.0, "km": 1000.0, "kilometer": 1000.0},
        **{"kilometre": 1000.0, "centimeter": 0.01, "inch": 0.0254, "in": 0.0254, "foot": 0.3048, "feet": 0.3048},
        **{"ft": 0.3048, "yard": 0.9144, "yd": 0.9144, "mile": 1609.344, "mi": 1609.344},
    },
    {
        **{"mg": 1e-6, "g": 0.001, "gram": 0.001, "kg": 1.0, "kilogram": 1.0, "kilo": 1.0, "tonne": 1000.0},
        **{"oz": 0.028349523, "ounce": 0.028349523, "lb": 0.45359237, "pound": 0.45359237, "stone": 6.35029318},
    },
    {
        **{"ml": 0.001, "cl": 0.01, "l": 1.0, "liter": 1.0, "litre": 1.0, "gallon": 3.785411784, "gal": 3.785411784},
        **{"quart": 0.946352946, "pint": 0.473176473, "cup": 0.2365882365},
    },
    {
        **{"m/s": 1.0, "mps": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "mph": 0.44704},
        **{"knot": 0.514444444, "kt": 0.514444444},
    },
    {"m2": 1.0, "m\u00b2": 1.0, "sqm": 1.0, "sqft": 0.09290304, "acre": 4046.8564, "hectare": 10000.0, "ha": 10000.0},
    {"kj": 1.0, "kcal": 4.184, "calorie": 4.184, "kwh": 3600.0},
    {
        **{"ms": 0.001, "second": 1.0, "sec": 1.0, "s": 1.0, "minute": 60.0, "min": 60.0, "hour": 3600.0, "h": 3600.0},
        **{"hr": 3600.0, "day": 86400.0, "night": 86400.0, "week": 604800.0, "month": 2629746.0, "year": 31556952.0},
    },
    {"bit": 0.125, "byte": 1.0, "b": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12},
    {"byte": 1.0, "b": 1.0, "kb": 2.0**10, "mb": 2.0**20, "gb": 2.0**30, "tb": 2.0**40, "kib": 2.0**10, "mib": 2.0**20},
)
_FAHRENHEIT, _CELSIUS = frozenset({"f", "fahrenheit"}), frozenset({"c", "celsius"})
_AFTER = re.compile(
    r"[ \u00a0-]?(?:\u00b0 ?|degrees? )?(?:square (meters?|metres?|feet)|([A-Za-z\u00b5]{1,12}(?:/[hs])?[2\u00b2]?))",
)
_SQUARE = {"meter": "m2", "metre": "m2", "feet": "sqft"}
_SCALE = re.compile(r"[ -]?(thousand|million|billion|trillion|bn|k|m|b|tn)\b", re.IGNORECASE)
_SCALES = {
    **{"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9},
    **{"trillion": 1e12, "tn": 1e12},
}


def unit_after(text: str, end: int) -> str:
    """The word of a unit, in lower case and in the singular, behind a number that ends at `end`; nothing if there is none."""
    found = _AFTER.match(text, end)
    if found is None:
        return ""
    if found[1]:
        return _SQUARE[found[1].removesuffix("s")]
    word = found[2].lower()
    return "inch" if word == "inches" else word if len(word) < 3 or word in ("feet", "m/s") else word.removesuffix("s")


def scale_after(text: str, end: int) -> float:
    """What a word such as `million` behind a number multiplies it with; 1 if there is none."""
    found = _SCALE.match(text, end)
    return _SCALES[found[1].lower()] if found else 1.0


def in_unit(number: float, unit: str) -> Iterator[tuple[str, float]]:
    """(the unit that `number` may have been in, what it comes to in `unit`)."""
    if unit in _FAHRENHEIT:
        yield "celsius", number * 9 / 5 + 32
        yield "kelvin", (number - 273.15) * 9 / 5 + 32
    elif unit in _CELSIUS:
        yield "fahrenheit", (number - 32) * 5 / 9
        yield "kelvin", number - 273.15
    for family in _FAMILIES:
        if own := family.get(unit):
            yield from ((other, number * factor / own) for other, factor in family.items() if factor != own)


def is_named(unit: str, words: frozenset[str]) -> bool:
    """Whether the words of a name, such as `temp` and `c`, speak of this unit."""
    if unit in ("celsius", "fahrenheit", "kelvin"):
        return unit[0] in words or unit in words or not words.isdisjoint(("temp", "temperature"))
    return unit in words or f"{unit}s" in words
