"""Made-up results for tools that cannot run here: by the schema of what they return, in agreement with the arguments."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from toolace_mt.engines.offline.agreeing import outcome, turns_around
from toolace_mt.engines.offline.arithmetic import figure
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.schema.names import is_id_like, singular, words
from toolace_mt.types import JsonSchema
from toolace_mt.values.making import described_choices, make_value
from toolace_mt.values.samples import sample

_YES = frozenset(
    {"success", "status", "sent", "added", "deleted", "valid", "ok", "done", "available", "authenticated", "drive"}
)


def fabricate(skill: Skill, arguments: Mapping[str, Any], rng: random.Random) -> Any:
    """A result that satisfies the skill's `returns`; fields named like an argument repeat it."""
    if skill.returns.get("type", "object") != "object" or not skill.returns.get("properties"):
        return _free(skill, arguments, rng)
    made = _object(skill.returns, arguments, rng, skill.owner, figure=figure(skill, arguments), depth=0)
    turned = any(turns_around(skill.tool, name, value) for name, value in arguments.items())
    for name, value in made.items():
        schema = (skill.returns["properties"].get(name) or {}) if isinstance(value, str) else {}
        states = schema.get("enum") or described_choices(str(schema.get("description", "")))
        if value in states:
            made[name] = rng.choice(outcome(skill.owner, states, turned=turned))
    return made


def _free(skill: Skill, arguments: Mapping[str, Any], rng: random.Random) -> Any:
    if skill.returns.get("type") not in (None, "object"):
        return make_value("result", skill.returns, rng, skill.owner)
    return {"status": "success", **{k: v for k, v in arguments.items() if is_id_like(k)}}


def _object(
    schema: JsonSchema, arguments: Mapping[str, Any], rng: random.Random, owner: str, figure: float | None, depth: int
) -> dict[str, Any]:
    properties: dict[str, JsonSchema] = schema.get("properties") or {}
    made: dict[str, Any] = {}
    for name, inner in properties.items():
        made[name] = _field(name, inner, arguments, rng, owner, figure, depth)
    return made


def _field(
    name: str,
    schema: JsonSchema,
    arguments: Mapping[str, Any],
    rng: random.Random,
    owner: str,
    figure: float | None,
    depth: int,
) -> Any:
    kind = _kind(schema)
    if figure is not None and depth == 0 and kind in ("number", "integer"):
        return round(figure) if kind == "integer" else round(figure, 4)
    if "x_sample" in schema:
        return sample(schema["x_sample"], rng)
    if (echo := _echo(name, kind, arguments)) is not None:
        return echo
    if kind == "boolean":
        return True if _YES & set(words(name)) else rng.random() < 0.7
    if kind == "object" and schema.get("properties"):
        return _object(schema, arguments, rng, owner, None, depth + 1)
    if kind == "array":
        items = schema.get("items")
        inner: JsonSchema = items if isinstance(items, dict) else {"type": "string"}
        own = words(name)
        single = " ".join(own) if own[-1:] == ("list",) else singular(own[-1]) if own else name
        return _distinct([_field(single, inner, {}, rng, owner, None, depth + 1) for _ in range(rng.randint(2, 3))])
    if kind == "string" and words(name)[-1:] in (("status",), ("state",)) and not schema.get("enum"):
        return rng.choice(("completed", "confirmed", "active")) if depth else "completed"
    if kind == "string" and name in ("message", "result") and not schema.get("enum"):
        return "The request was completed successfully."
    if kind == "string" and words(name) in (("id",), ("name",)) and depth:
        return make_value(
            f"{owner.split(' ')[-1].removesuffix('s')} {name}" if name == "id" else name, schema, rng, owner
        )
    return make_value(name, schema, rng, owner)


def _distinct(items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def _echo(name: str, kind: str, arguments: Mapping[str, Any]) -> Any:
    value = arguments.get(name)
    if value is None and name == "id":
        value = next((v for k, v in arguments.items() if is_id_like(k) and not isinstance(v, list | dict)), None)
    fits = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}.get(
        kind
    )
    return value if value is not None and fits is not None and isinstance(value, fits) else None


def _kind(schema: JsonSchema) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((t for t in declared if t != "null"), "null")
    return str(declared or ("object" if "properties" in schema else "string"))
