"""What every part of the configuration is."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, field_validator

_LARGEST = 2**63 - 1
_LEVELS_AROUND = 16


class Part(BaseModel):
    """Base of the parts: frozen; an unknown key is an error, and so is a value that JSON cannot hold, such as `inf`.

    A run writes its configuration down, and goes on only with the same one: what comes back changed could not go on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _can_be_written_down(cls, value: Any) -> Any:
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise ValueError(f"is too large; {_LARGEST} is the largest whole number")
        _json_of(value)
        return value


def checked_json(value: dict[str, Any]) -> dict[str, Any]:
    """`value` as it is. Raises ValueError where JSON does not give it back as it is: `inf`, a date, a number beyond 64 bits."""
    if orjson.loads(_json_of(value)) != value:
        raise ValueError("holds something that JSON has not, such as inf, nan or a date; write a date in quotes")
    return value


def _json_of(value: Any) -> bytes:
    """The JSON of a value, in which other parts, which were checked before it, count for nothing.

    Raises ValueError where there is none, or where it nests so deeply that what is put around it would be too much.
    """
    around = value
    for _ in range(_LEVELS_AROUND):
        around = [around]
    try:
        orjson.dumps(around, default=_nothing, option=orjson.OPT_NON_STR_KEYS)
        return orjson.dumps(value, default=_nothing, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        raise ValueError(f"cannot be written as JSON: {error}") from None


def _nothing(_: Any) -> None:
    return None
