"""Which variant of OpenAI's wire form a server understands, and what to try when it refuses a field.

Pure: a refusal goes in, the next dialect to try comes out. `engines/openai.py` sends, and remembers what worked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from toolace_mt.errors import ProviderError

Structure = Literal["json_schema", "json_object", "text"]

_WEAKER: dict[Structure, Structure] = {"json_schema": "json_object", "json_object": "text"}
_MAY_BE_ABOUT_A_FIELD = frozenset({400, 404, 415, 422, 500, 501})
_OPTIONAL_FIELDS = ("temperature", "top_p", "seed")

# "Unsupported parameter: 'seed'", "temperature does not support 0.8 with this model", "Extra inputs are not permitted",
# but not "invalid value": a temperature out of range is the user's to mend, not ours to drop.
_FIELD_IS_UNKNOWN = re.compile(
    r"unsupported|not support|unknown|unrecogni[sz]ed|not permitted|not allowed|extra_forbidden|unexpected|deprecated"
    r"|additional propert|only the default|cannot both",
    re.IGNORECASE,
)
_TOO_MANY_TOKENS = re.compile(r"too large|at most|exceed|greater than|maximum|context length|less than", re.IGNORECASE)
_STRUCTURE_IS_REFUSED = re.compile(
    r"response_?format|json[ _]?schema|json_?object|json mode|structured.?output|grammar|guided", re.IGNORECASE
)
_TOO_LONG = re.compile(r"context.?(length|window|size)|too long|too many tokens|content.?filter|flagged", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a request is put.

    structure: the `response_format` sent (none for "text"). length_field: the name of the limit on the answer's length,
    None to leave it out. omitted: further fields that the server does not take.
    """

    structure: Structure = "json_schema"
    length_field: Literal["max_tokens", "max_completion_tokens"] | None = "max_tokens"
    omitted: frozenset[str] = frozenset()

    def difference(self, older: Dialect) -> str:
        """What the server does not take, told to the user: "seed, max_tokens"."""
        parts = sorted(self.omitted - older.omitted)
        if self.length_field != older.length_field:
            parts.append(older.length_field or "")
        if self.structure != older.structure:
            parts.append(f"response_format {older.structure}")
        return ", ".join(parts)


def next_dialect(dialect: Dialect, refusal: ProviderError, *, may_weaken: bool, may_guess: bool) -> Dialect | None:
    """The dialect to try after `refusal`, or None where the refusal is about something else.

    may_weaken: whether the response format may be given up. may_guess: whether to give it up also where the refusal
    does not name it (some servers say only "bad request").
    """
    if refusal.status not in _MAY_BE_ABOUT_A_FIELD or refusal.kind == "authentication":
        return None
    message = str(refusal)
    return (
        _without_unknown_field(dialect, message)
        or (_weaker(dialect) if may_weaken and _STRUCTURE_IS_REFUSED.search(message) else None)
        or _other_length_field(dialect, message)
        or (_weaker(dialect) if may_weaken and may_guess and _is_unspecific(refusal, message) else None)
    )


def _without_unknown_field(dialect: Dialect, message: str) -> Dialect | None:
    if not _FIELD_IS_UNKNOWN.search(message):
        return None
    for field in _OPTIONAL_FIELDS:
        if field not in dialect.omitted and re.search(rf"\b{field}\b", message):
            return replace(dialect, omitted=dialect.omitted | {field})
    return None


def _weaker(dialect: Dialect) -> Dialect | None:
    structure = _WEAKER.get(dialect.structure)
    return replace(dialect, structure=structure) if structure else None


def _other_length_field(dialect: Dialect, message: str) -> Dialect | None:
    if dialect.length_field is None or not re.search(r"\bmax_(completion_)?tokens\b", message):
        return None
    if _TOO_MANY_TOKENS.search(message):
        return replace(dialect, length_field=None)
    if dialect.length_field == "max_tokens" and "max_completion_tokens" in message:
        return replace(dialect, length_field="max_completion_tokens")
    return replace(dialect, length_field=None) if _FIELD_IS_UNKNOWN.search(message) else None


def _is_unspecific(refusal: ProviderError, message: str) -> bool:
    return refusal.status in {400, 415, 422, 501} and not _TOO_LONG.search(message)
