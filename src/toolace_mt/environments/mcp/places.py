"""Folders of one dialogue under short names: `/scratch` stands for `RUN/environments/000012/scratch`.

Dialogues are to be the same wherever the run folder is, so the real names never enter them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from toolace_mt.environments.scrubbing import marks_of, scrubbed

# A path begins where no longer one runs on (but after `file://`), and ends before the next slash or what is no name.
_BEGIN = r"(?:(?<![\w.~/-])|(?<=file://))"
_END = r"(?![\w-]|\.\w)"


class Places:
    """real_of: short name to the real folder, both absolute and without a slash at the end. secrets: name to value."""

    def __init__(self, real_of: Mapping[str, str], secrets: Mapping[str, str] = MappingProxyType({})) -> None:
        written = {form: short for short, real in real_of.items() for form in _forms(real)}
        self._to_real = _replacer(real_of)
        self._to_short = _replacer(written)
        self._marks = marks_of(secrets.items())

    def inward(self, value: Any) -> Any:
        """A JSON value of a dialogue as the server is to see it: real folders in all its strings."""
        return _mapped(value, self._to_real)

    def outward(self, value: Any) -> Any:
        """A JSON value of the server as the dialogue is to see it: short names, and no secrets, in all its strings."""
        return _mapped(value, lambda text: scrubbed(self._to_short(text), self._marks))


def _forms(real: str) -> tuple[str, ...]:
    """A folder as it stands in plain text, in JSON of either kind, and in a URI."""
    return real, json.dumps(real)[1:-1], json.dumps(real, ensure_ascii=False)[1:-1], quote(real)


def _replacer(names: Mapping[str, str]) -> Callable[[str], str]:
    if not names:
        return lambda text: text
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(f"{_BEGIN}({'|'.join(map(re.escape, longest_first))}){_END}")
    return lambda text: pattern.sub(lambda match: names[match[1]], text)


def _mapped(value: Any, replace: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [_mapped(item, replace) for item in value]
    if isinstance(value, dict):
        return {_mapped(key, replace): _mapped(item, replace) for key, item in value.items()}
    return value
