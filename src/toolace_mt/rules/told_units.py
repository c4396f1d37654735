"""Values that a reply tells with another unit than the result gives them: 41 °C as 41 °F, 41.30 EUR as $41.30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from toolace_mt.rules.date_forms import western_digits
from toolace_mt.rules.near_values import NearValues
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import words

_DEGREES = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:\.\d{1,2})?) ?(?:\u00b0 ?|degrees? )(C|F|Celsius|Fahrenheit)\b", re.IGNORECASE
)
_SCALE_WORDS = {"c": frozenset({"c", "celsius", "centigrade"}), "f": frozenset({"f", "fahrenheit"})}
_MONEY = re.compile(
    r"(?<![\w$\u20ac\u00a3])([$\u20ac\u00a3]) ?(\d{1,3}(?:,\d{3}){1,3}(?:\.\d\d)?|\d{1,9}(?:\.\d\d)?)(?![\d.,]*\d)"
)
_COINS = {
    "$": re.compile(r"\$|\b(?:[A-Z]{2}D|MXN|ARS|CLP|COP)\b|[Dd]ollar|[Pp]eso|[Bb]ucks"),
    "\u20ac": re.compile("\u20ac|EUR", re.IGNORECASE),
    "\u00a3": re.compile("\u00a3|GBP|pound|quid", re.IGNORECASE),
}
_COIN_NAMES = re.compile(r"\b(?:EUR|GBP|USD)\b")
_SIGNS = {"EUR": "\u20ac", "GBP": "\u00a3", "USD": "$"}
_MOST = 40


def other_units(reading: Reading) -> Iterator[tuple[int, str, str]]:
    """(turn, the value as the reply tells it, the unit that the result has), where the dialogue never speaks of the other."""
    for at, text in reading.replies:
        has_money = any(sign in text for sign in _SIGNS.values()) and any(coin in reading.told for coin in _SIGNS)
        if "\u00b0" in text or "egree" in text or has_money:
            near = NearValues(reading, at, western_digits(text))
            yield from ((at, *found) for found in (*_degrees(near), *(_coins(near, reading) if has_money else ())))


def _degrees(near: NearValues) -> Iterator[tuple[str, str]]:
    """Temperatures under names of one scale, told as the same number of the other."""
    said = list(islice(_DEGREES.finditer(near.reply), _MOST))
    given = {scale: _degrees_of(near, scale) for scale in ("c", "f")} if said else {}
    for found in said:
        scale = found[2][0].lower()
        other = "f" if scale == "c" else "c"
        if float(found[1]) in given[other] and not given[scale]:
            yield found[0], "Celsius" if other == "c" else "Fahrenheit"


def _degrees_of(near: NearValues, scale: str) -> set[float]:
    named = {
        float(value)
        for _, name, value in near.results
        if isinstance(value, int | float) and abs(value) < 1000 and not _SCALE_WORDS[scale].isdisjoint(words(name[:64]))
    }
    written = {float(one[1]) for one in islice(_DEGREES.finditer(near.told), _MOST) if one[2][0].lower() == scale}
    return named | written


def _coins(near: NearValues, reading: Reading) -> Iterator[tuple[str, str]]:
    """Amounts of the one currency that the results name, told in another that nobody speaks of."""
    coins = set(_COIN_NAMES.findall(near.told))
    if len(coins) != 1 or any("rate" in words(name[:64]) for _, name, _ in near.results):
        return
    coin = coins.pop()
    given = {round(float(v), 2) for _, _, v in near.results if isinstance(v, int | float) and abs(v) < 1e12}
    spoken = f"{reading.dialogue.system}\n{reading.asked}\n{reading.told}"
    for found in islice(_MONEY.finditer(near.reply), _MOST):
        if found[1] == _SIGNS[coin] or _COINS[found[1]].search(spoken):
            continue
        if float(found[2].replace(",", "")) in given:
            yield found[0], coin
