"""Properties that are worked out once: as `functools.cached_property`, without its lock, which costs more than most of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

_Value = TypeVar("_Value")


class lazily(Generic[_Value]):  # noqa: N801 - it stands above methods, as `property` does
    """A property that is worked out where somebody asks for it; from then on it is an attribute. For one thread only."""

    def __init__(self, work_out: Callable[[Any], _Value]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Self: ...
    @overload
    def __get__(self, owner: object, kind: type | None = None) -> _Value: ...
    def __get__(self, owner: object | None, kind: type | None = None) -> Self | _Value:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work_out(owner)
        return value
