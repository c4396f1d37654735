"""How the arguments of a call are spoken of in a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

State = Literal["stated", "again", "linked", "withheld"]


class Spoken(NamedTuple):
    """stated: with its value. again, linked: by `ref`, since it was said, or a result gives it.

    withheld: not at all, or by the vague `ref`.
    """

    value: Any
    state: State
    ref: str = ""


Arguments = Mapping[str, Spoken]
