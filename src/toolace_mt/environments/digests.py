"""The state of a Python object in digests: equal for equal states, in any process.

Pickles will not do: they differ where two equal texts are one object here and two objects there.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import inspect
import random
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from pathlib import PurePath
from time import time as time_now
from typing import Any
from uuid import UUID

_SCALARS = (str, bytes, int, float, complex, date, time, timedelta, tzinfo, Decimal, Fraction, PurePath, UUID)
_MOST_PIECES = 300_000
_A_DAY = 86_400.0


def digests(thing: object) -> dict[str, str] | None:
    """A digest of each attribute of `thing`; None where it holds what no digest can tell apart (files, locks, ...)."""
    try:
        return {str(name): _digest(value) for name, value in sorted(_parts(thing), key=lambda part: str(part[0]))}
    except (TypeError, RecursionError, OverflowError, ValueError):
        return None


def _digest(value: object) -> str:
    """Raises TypeError where the value cannot be told, or only in far too many pieces."""
    digest = hashlib.blake2b(digest_size=12)
    pieces = _pieces(value, ())
    for piece in islice(pieces, _MOST_PIECES):
        digest.update(piece.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    if next(pieces, None) is not None:
        raise TypeError("too many pieces")
    return digest.hexdigest()


def _pieces(value: Any, inside: tuple[object, ...]) -> Iterator[str]:
    """The value as texts, one after another. inside: what holds it, outermost first, so that circles end.

    What merely stands in two places is told twice: equal copies of it would be.
    """
    if value is None or isinstance(value, (bool, *_SCALARS, enum.Enum)):
        yield f"{type(value).__name__} {'now' if _is_now(value) else repr(value)}"
        return
    circle = next((place for place, outer in enumerate(inside) if outer is value), None)
    if circle is not None:
        yield f"circle {circle}"
        return
    within = (*inside, value)
    yield type(value).__name__
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pieces(key, within)
            yield from _pieces(inner, within)
    elif isinstance(value, Set):
        yield from sorted(_digest(item) for item in value)
    elif isinstance(value, Sequence | bytearray):
        for item in value:
            yield from _pieces(item, within)
    elif isinstance(value, random.Random):
        yield repr(value.getstate())
    elif inspect.isroutine(value) or isinstance(value, type):
        yield f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
    else:
        for name, inner in _parts(value):
            yield str(name)
            yield from _pieces(inner, within)
    yield "end"


def _is_now(value: object) -> bool:
    """Whether a value was read from the clock in this run: when something was written is no state that could come again."""
    if isinstance(value, datetime):
        with suppress(ValueError, OverflowError, OSError):  # what is out of the clock's range was not read from it
            value = value.timestamp()
    return isinstance(value, float) and abs(value - time_now()) < _A_DAY


def _parts(thing: Any) -> Iterator[tuple[Any, Any]]:
    """(name, value) of what an object holds. Raises TypeError where it keeps that to itself."""
    if dataclasses.is_dataclass(thing):
        yield from ((field.name, getattr(thing, field.name, None)) for field in dataclasses.fields(thing))
        return
    slots = [name for base in type(thing).__mro__ for name in getattr(base, "__slots__", ())]
    if not hasattr(thing, "__dict__") and not slots:
        raise TypeError(type(thing).__name__)
    yield from getattr(thing, "__dict__", {}).items()
    yield from ((name, getattr(thing, name)) for name in slots if hasattr(thing, name))
