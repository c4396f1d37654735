"""How the arguments of a call are spoken of in a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

State = Literal["stated", "again", "linked", "withheld"]


class Reference(str):
    """Words that stand in a text in place of a value: `the second file`. Nothing puts them in quotation marks."""

    __slots__ = ()


class Spoken(NamedTuple):
    """stated: with its value. again, linked: by `ref`, since it was said, or a result gives it.

    withheld: not at all, or by the vague `ref`. A stated list or object may hold a `Reference` in place of a value.
    """

    value: Any
    state: State
    ref: str = ""


Arguments = Mapping[str, Spoken]
