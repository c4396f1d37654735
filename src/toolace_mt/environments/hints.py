"""Type hints as people write them, made such that they can be told in JSON Schema."""

from __future__ import annotations

import builtins
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import typing_extensions

_Seen = dict[type, Any]
_NAMED_TYPES: dict[str, Any] = {
    "str": str,
    "string": str,
    "int": int,
    "integer": int,
    "float": float,
    "number": float,
    "bool": bool,
    "boolean": bool,
    "list": list,
    "array": list,
    "dict": dict,
    "object": dict,
}


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The hints of a function by parameter, and of its result under `return`. Raises whatever a broken hint raises."""
    return {name: portable(hint) for name, hint in get_type_hints(function, include_extras=True).items()}


def named_type(name: str) -> Any:
    """The type that a docstring names (`int`, `List[str]`), or Any."""
    outer, _, inner = name.strip().rstrip("]").partition("[")
    kind = _NAMED_TYPES.get(outer.strip().lower(), Any)
    if kind is list and inner:
        return list[named_type(inner)]
    return kind


def portable(hint: Any, seen: _Seen | None = None) -> Any:
    """`hint` with `typing.TypedDict` made such that pydantic reads it before Python 3.12, and `any` read as `Any`."""
    seen = {} if seen is None else seen
    if hint is builtins.any:
        return Any
    if isinstance(hint, type) and sys.version_info < (3, 12) and type(hint).__module__ == "typing":
        return _typed_dict(hint, seen) if typing.is_typeddict(hint) else hint
    origin, inner = get_origin(hint), get_args(hint)
    if origin is None or origin is typing.Literal:
        return hint
    if origin is Annotated:
        return Annotated[(portable(inner[0], seen), *inner[1:])]
    changed = tuple(portable(each, seen) if not isinstance(each, list) else each for each in inner)
    if changed == inner:
        return hint
    return Union[changed] if origin in (Union, types.UnionType) else origin[changed]  # noqa: UP007


def _typed_dict(hint: type, seen: _Seen) -> Any:
    if hint in seen:
        return seen[hint]
    seen[hint] = Any  # one that contains itself: told up to there
    required: frozenset[str] = getattr(hint, "__required_keys__", frozenset())
    fields: Mapping[str, Any] = {
        name: typing_extensions.Required[portable(inner, seen)]
        if name in required
        else typing_extensions.NotRequired[portable(inner, seen)]
        for name, inner in get_type_hints(hint).items()
    }
    seen[hint] = typing_extensions.TypedDict(hint.__name__, fields)  # pyright: ignore
    return seen[hint]
