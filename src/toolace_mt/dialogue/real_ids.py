"""Planned ids replaced by the real ones, wherever they stand: in texts, in arguments, in results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id


def with_real_ids(value: Any, real: Mapping[str | int, str | int], name: str = "") -> Any:
    """A JSON value with the ids that `real` has replaced by what it has for them.

    name: of the field that holds it. A number is an id only under the name of one; in a text, ids are words of their own. The
    value is no deeper than answers may be.
    """
    if not real:
        return value
    return _swapped(value, real, re.compile(rf"(?<!\w)(?:{'|'.join(_longest_first(real))})(?!\w)"), name)


def _longest_first(real: Mapping[str | int, str | int]) -> list[str]:
    return [re.escape(str(value)) for value in sorted(real, key=lambda value: (-len(str(value)), str(value)))]


def _swapped(value: Any, real: Mapping[str | int, str | int], ids: re.Pattern[str], name: str) -> Any:
    if isinstance(value, dict):
        return {key: _swapped(inner, real, ids, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_swapped(inner, real, ids, name) for inner in value]
    if isinstance(value, str):
        by_text = {str(old): new for old, new in real.items()}
        whole = real.get(value)
        return whole if whole is not None else ids.sub(lambda found: str(by_text[found[0]]), value)
    if isinstance(value, int) and not isinstance(value, bool) and looks_like_id(name, value):
        return real.get(value, value)
    return value
