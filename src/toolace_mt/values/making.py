"""Realistic values by a parameter's schema, name and description: what a user would say, or a tool would answer."""

from __future__ import annotations

import random
import re
from typing import Any

from toolace_mt.schema.names import name_in_words
from toolace_mt.schema.validate import conforms
from toolace_mt.types import JsonSchema
from toolace_mt.values.samples import named_value

_EXAMPLE = re.compile(
    r"(?:e\.g\.?,?|for example,?|such as|like|example:?|i\.e\.?,?|formatted as|in the (?:format|form)(?: of)?)[ :]*"
    r"((?:(?:or|and)? ?['\"`][^'\"`]{1,60}['\"`],? ?)+)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"['\"`]([^'\"`]{1,60})['\"`]")
_CAPITAL_EXAMPLE = re.compile(r"e\.g\.?,? ([A-Z][A-Za-z]+(?:,? [A-Z][A-Za-z]+)*)")
_BRACKET_ENUM = re.compile(
    r"\[Enum\]:? ?\[([^\]]+)\]|(?:one of|values (?:are|include)|options (?:are|include)|either)[ :]+"
    r"((?:'[^']+'(?:, | or |, or | and )?)+)"
)
_BARE_OPTIONS = re.compile(
    r"(?:options|possible values|allowed values)(?: are)?: ?([\w-]+(?:, ?[\w-]+)+(?:,? (?:or|and) [\w-]+)?)(?=[.;)\n]|$)"
)
_BRACKETED = re.compile(r"\([\"']([\w-]{2,20})[\"']\)")
_SLASHED = re.compile(r"\(([A-Z][a-z]+(?:/[A-Z][a-z]+)+)\)")
_PATTERN_WORDS = re.compile(r"yyyy|mm/dd|hh:mm|city, ?(?:state|country)|\bstate\b.*\babbr|format|0x|\*", re.IGNORECASE)
# A group of alternatives in a pattern: the last one is taken.
_CHOICE = re.compile(r"\((?:\?:)?[^()|]*\|(?:[^()|]*\|)*([^()|]*)\)")
_RANGE = re.compile(r"(?:between|from|ranging from) (-?\d+(?:\.\d+)?) ?(?:\([^)]*\) )?(?:and|to) (-?\d+(?:\.\d+)?)")


def make_value(name: str, schema: JsonSchema, rng: random.Random, owner: str = "", depth: int = 0) -> Any:
    """A value that satisfies `schema`, or the best that can be done. owner: words about the tool, which narrow a bare name.

    Arrays get one to three items; of an object's optional parts few are filled.
    """
    for attempt in range(6):
        value = _draw(name, schema, rng, owner, depth, attempt)
        if conforms(_shallow(schema), value):
            return value
    return _last_resort(schema, rng)


def _shallow(schema: JsonSchema) -> JsonSchema:
    return {k: v for k, v in schema.items() if k not in ("default", "description")}


def _draw(name: str, schema: JsonSchema, rng: random.Random, owner: str, depth: int, attempt: int) -> Any:
    if "const" in schema:
        return schema["const"]
    if choices := [c for c in schema.get("enum") or () if c not in (None, "")]:
        return rng.choice(choices)
    for keyword in ("anyOf", "oneOf"):
        if options := [o for o in schema.get(keyword) or () if isinstance(o, dict) and o.get("type") != "null"]:
            return make_value(name, {**rng.choice(options)}, rng, owner, depth)
    if parts := schema.get("allOf"):
        merged: JsonSchema = {k: v for k, v in schema.items() if k != "allOf"}
        for part in parts:
            merged = merged | part if isinstance(part, dict) else merged
        return make_value(name, merged, rng, owner, depth)
    kind = _kind(schema)
    if kind == "object":
        return _object(schema, rng, owner, depth)
    if kind == "array":
        return _array(name, schema, rng, owner, depth)
    if kind == "boolean":
        return rng.random() < 0.7
    if kind in ("integer", "number"):
        return _number(name, schema, rng, owner, kind, attempt)
    return _text(name, schema, rng, owner, attempt)


def _kind(schema: JsonSchema) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((t for t in declared if t != "null"), "null")
    if declared is None:
        if "properties" in schema:
            return "object"
        return "array" if "items" in schema else "string"
    return str(declared)


def _object(schema: JsonSchema, rng: random.Random, owner: str, depth: int) -> dict[str, Any]:
    properties: dict[str, JsonSchema] = schema.get("properties") or {}
    required: set[str] = set(schema.get("required") or ())
    wanted = [n for n in properties if n in required] or list(properties)[: 1 + rng.randrange(2)]
    if depth > 4:
        wanted = [n for n in wanted if n in required]
    value = {n: make_value(n, properties[n], rng, owner, depth + 1) for n in wanted}
    for n in required - set(properties):
        value[n] = make_value(n, {"type": "string"}, rng, owner, depth + 1)
    if not properties and (extra := schema.get("additionalProperties")):
        inner = extra if isinstance(extra, dict) else {}
        value = {"name": make_value("name", inner, rng, owner, depth + 1)}
    return value


def _array(name: str, schema: JsonSchema, rng: random.Random, owner: str, depth: int) -> list[Any]:
    items = schema.get("items")
    low = int(schema.get("minItems", 1))
    count = max(low, min(int(schema.get("maxItems", low + 2)), low + rng.randrange(3)))
    choices = described_choices(str(schema.get("description", "")))
    of_text = isinstance(items, dict) and _kind(items) == "string"
    examples = choices or (examples_in(schema.get("description", "")) if of_text else [])
    inner: JsonSchema = items if isinstance(items, dict) else {}
    found: list[Any] = rng.sample(examples, min(count, len(examples))) if examples and not inner.get("enum") else []
    single = name[:-1] if name.endswith("s") and not name.endswith("ss") else name
    for _ in range(12):
        if len(found) >= count:
            break
        item = make_value(single, inner, rng, owner, depth + 1)
        if item not in found or not schema.get("uniqueItems", True):
            found.append(item)
    while len(found) < low:
        found.append(make_value(single, inner, rng, owner, depth + 1))
    return found


def _number(name: str, schema: JsonSchema, rng: random.Random, owner: str, kind: str, attempt: int) -> int | float:
    described = _RANGE.search(str(schema.get("description", "")))
    low, high = schema.get("minimum"), schema.get("maximum")
    low = schema["exclusiveMinimum"] if low is None and "exclusiveMinimum" in schema else low
    high = schema["exclusiveMaximum"] if high is None and "exclusiveMaximum" in schema else high
    if low is None and high is None and described:
        low, high = float(described[1]), float(described[2])
    usual = named_value(name_in_words(name), kind, str(schema.get("description", "")), owner, rng)
    value = usual if isinstance(usual, int | float) else rng.randint(2, 40)
    if (low is not None and value < low) or (high is not None and value > high) or attempt > 2:
        bottom = float(low) if low is not None else (float(high) - 50 if high is not None else 1.0)
        top = float(high) if high is not None else bottom + max(10.0, abs(bottom))
        value = rng.uniform(bottom, top)
        value = round(value) if kind == "integer" or top - bottom > 20 else round(value, 2)
    if step := schema.get("multipleOf"):
        value = round(value / step) * step
    return round(value) if kind == "integer" else value


def _text(name: str, schema: JsonSchema, rng: random.Random, owner: str, attempt: int) -> str:
    description = str(schema.get("description", ""))
    if attempt < 3 and (choices := described_choices(description)):
        return rng.choice(choices)
    examples = [e for e in [*map(str, schema.get("examples") or ()), *examples_in(description)] if e]
    usual = named_value(name_in_words(name), "string", description, owner, rng, str(schema.get("format", "")))
    if examples and attempt < 3 and (usual is None or rng.random() < 0.4 or attempt == 1):
        return rng.choice(examples)
    plain = isinstance(usual, str) and attempt < 5
    text = str(usual if plain else named_value("title", "string", "", owner, rng) or "summary")
    return text[: schema["maxLength"]].strip() if "maxLength" in schema else text


def _last_resort(schema: JsonSchema, rng: random.Random) -> Any:
    """A default, or a text for a pattern: only the simplest patterns are understood."""
    if schema.get("default") is not None:
        return schema["default"]
    pattern = schema.get("pattern")
    if not isinstance(pattern, str):
        return _draw("value", schema, rng, "", 5, 5)
    text = re.sub(r"[\^$]", "", pattern)
    text = _CHOICE.sub(r"\1", text)
    text = re.sub(r"\\d", "[0-9]", text)
    text = re.sub(r"\[([^\]]+)\](?:\{(\d+)(?:,\d*)?\}|([+*]))?", lambda m: _from_class(m, rng), text)
    return re.sub(r"\\(.)", r"\1", text)


def _from_class(match: re.Match[str], rng: random.Random) -> str:
    ranges = re.findall(r"(.)-(.)", match[1])
    signs = [chr(c) for a, b in ranges for c in range(ord(a), ord(b) + 1)] or [c for c in match[1] if c != "^"]
    count = int(match[2]) if match[2] else (4 if match[3] else 1)
    return "".join(rng.choice(signs) for _ in range(count))


def examples_in(description: str) -> list[str]:
    """The example values that a description quotes: `e.g. 'Austin, TX'`."""
    found = [e for match in _EXAMPLE.finditer(description) for e in _QUOTED.findall(match[1])]
    found += [m[1] for m in _CAPITAL_EXAMPLE.finditer(description) if not found]
    return [
        e for e in dict.fromkeys(found) if not _PATTERN_WORDS.search(e) and len(e) > 1 and "{" not in e and "<" not in e
    ]


def described_choices(description: str) -> list[str]:
    """The values of an enum that only the description tells."""
    if slashed := _SLASHED.search(description):
        return slashed[1].split("/")
    match = _BRACKET_ENUM.search(description)
    if match:
        return _QUOTED.findall(match[0])
    if bare := _BARE_OPTIONS.search(description):
        return re.split(r",? (?:or|and) |, ?", bare[1])
    in_brackets = _BRACKETED.findall(description)
    return in_brackets if len(in_brackets) > 1 else []
