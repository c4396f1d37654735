"""Calls on servers that others use too: what a walk does not do there, since what it makes up may be somebody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id
from toolace_mt.schema.names import is_id_like
from toolace_mt.walks.skills import Skill


def holds_ids(made_up: Iterable[tuple[str, Any]]) -> bool:
    """Whether one of the values, given by the names of their parameters, is an id: by its name, or as it looks."""
    return any(is_id_like(name) or looks_like_id(name, value) for name, value in _named(made_up))


def is_blind(skill: Skill, made_up: Iterable[tuple[str, Any]], *, given: bool) -> bool:
    """Whether a call may change, or take away, what nobody named: an order under an id that was made up may exist.

    given: whether a result, or what the user knows, gave one of the arguments.
    """
    if skill.surely_looks:
        return False
    made_up = tuple(made_up)
    return holds_ids(made_up) or (skill.undoes and bool(made_up) and not given)


def _named(made_up: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each leaf of the values under the nearest name."""
    left = list(made_up)
    while left:
        name, value = left.pop()
        if isinstance(value, dict):
            left += ((str(key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            left += ((name, inner) for inner in value)
        else:
            yield name, value
