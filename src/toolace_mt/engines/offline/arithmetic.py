"""True results of simple arithmetic: a wrong sum would be the first thing that a reader sees."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from toolace_mt.engines.offline.skills import Skill
from toolace_mt.schema.names import words

_OF_TWO: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sum": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b if b else 0.0,
    "power": lambda a, b: a**b if abs(a) <= 1000 and abs(b) <= 8 else a,
    "lcm": lambda a, b: math.lcm(int(a), int(b)),
    "gcd": lambda a, b: math.gcd(int(a), int(b)),
    "hcf": lambda a, b: math.gcd(int(a), int(b)),
    "sub": lambda a, b: a - b,
    "mult": lambda a, b: a * b,
    "percentage": lambda a, b: a / b * 100 if b else 0.0,
    "logarithm": lambda a, b: math.log(a, b) if a > 0 and b > 0 and b != 1 else 0.0,
    "round": lambda a, b: round(a, int(b)),
}
_OF_ONE: dict[str, Callable[[float], float]] = {
    "absolute": abs,
    "sqrt": lambda a: math.sqrt(abs(a)),
    "square": lambda a: math.sqrt(abs(a)),
    "round": round,
    "gallon": lambda a: a * 3.785412,
    "liter": lambda a: a * 0.264172,
    "root": lambda a: math.sqrt(abs(a)),
    "factorial": lambda a: math.factorial(int(a)) if 0 <= a <= 20 else 0.0,
}
_OF_MANY: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "mean": lambda v: sum(v) / len(v),
    "average": lambda v: sum(v) / len(v),
    "max": max,
    "min": min,
    "standard": lambda v: math.sqrt(sum((n - sum(v) / len(v)) ** 2 for n in v) / len(v)),
}
_SHAPES: tuple[tuple[frozenset[str], tuple[str, ...], Callable[..., float]], ...] = (
    (frozenset({"triangle", "area"}), ("base", "height"), lambda b, h: b * h / 2),
    (frozenset({"rectangle", "area"}), ("length", "width"), lambda a, b: a * b),
    (frozenset({"circle", "area"}), ("radius",), lambda r: math.pi * r * r),
    (frozenset({"circle", "circumference"}), ("radius",), lambda r: 2 * math.pi * r),
    (frozenset({"square", "area"}), ("side",), lambda a: a * a),
)
_IN_METERS = {"km": 1000.0, "miles": 1609.344, "meters": 1.0, "feet": 0.3048, "cm": 0.01, "inches": 0.0254, "m": 1.0}


def figure(skill: Skill, arguments: Mapping[str, Any]) -> float | None:
    """The result of a calculation whose name says what it is; None for all others."""
    own = words(skill.tool.source_name or skill.tool.name)
    first = next((w for w in own if w in _OF_ONE or w in _OF_TWO or w in _OF_MANY), "")
    numbers = [float(v) for v in arguments.values() if isinstance(v, int | float) and not isinstance(v, bool)]
    many = [v for v in arguments.values() if isinstance(v, list) and v and all(isinstance(n, int | float) for n in v)]
    if shape := _shape(own, arguments):
        return shape
    units = [_IN_METERS[v] for v in arguments.values() if isinstance(v, str) and v in _IN_METERS]
    if len(many) == 1 and first in _OF_MANY:
        return float(_OF_MANY[first](many[0]))
    if len(units) == 2 and len(numbers) == 1:
        return numbers[0] * units[0] / units[1]
    if first in _OF_ONE and (len(numbers) == 1 or first == "square") and numbers:
        return float(_OF_ONE[first](numbers[0]))
    return float(_OF_TWO[first](numbers[0], numbers[1])) if first in _OF_TWO and len(numbers) >= 2 else None


def _shape(own: Sequence[str], arguments: Mapping[str, Any]) -> float | None:
    """The area or circumference of a plain figure."""
    for name, sides, formula in _SHAPES:
        given = [arguments.get(side) for side in sides]
        if name <= set(own) and all(isinstance(v, int | float) for v in given):
            return float(formula(*given))
    return None
