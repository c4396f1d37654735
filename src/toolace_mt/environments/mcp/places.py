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

# A short name begins where no longer path runs on (but after `file://`, and after a newline that JSON writes as `\n`),
# and ends before the next slash or what is no part of a name.
_BEGIN = r"(?:(?<![\w.~/+%)\]}*#$^-])|(?<=file://)|(?<=\\[bfnrt]))"
_END = r"(?!\.*[\w+@~#=%$^(\[{-])"
# The folder of all folders is said nowhere: it ends sooner, also where a server goes on with a bracket.
_ROOT_END = r"(?![\w+-])"
_SLASH = r"(?=\\?/|%2[Ff])"
_HIDDEN = "[folder]"

_Replace = Callable[[str], str]


class Places:
    """real_of: short name to the real folder, both absolute and without a slash at the end. secrets: name to value."""

    def __init__(self, real_of: Mapping[str, str], secrets: Mapping[str, str] = MappingProxyType({})) -> None:
        self._to_real = _to_real(real_of)
        self._to_short = _to_short(real_of)
        self._marks = marks_of(secrets.items())

    def inward(self, value: Any) -> Any:
        """A JSON value of a dialogue as the server is to see it: real folders in all its strings."""
        return _mapped(value, self._to_real)

    def outward(self, value: Any) -> Any:
        """A JSON value of the server as the dialogue is to see it, in all its strings: short names, and no secrets.

        What else lies beside the folders (`RUN/environments/000012/other`) is `/other`.
        """
        return _mapped(value, lambda text: scrubbed(self._to_short(text), self._marks))


def _to_real(real_of: Mapping[str, str]) -> _Replace:
    if not real_of:
        return lambda text: text
    pattern = re.compile(f"{_BEGIN}({_any_of(real_of)}){_END}")
    return lambda text: pattern.sub(lambda match: real_of[match[1]], text)


def _to_short(real_of: Mapping[str, str]) -> _Replace:
    """Wherever a real folder stands, also where no path should begin: a server may glue anything together."""
    if not real_of:
        return lambda text: text
    short_of = {form: short for short, real in real_of.items() for form in _forms(real)}
    roots = {form for short, real in real_of.items() for form in _forms(real.removesuffix(short)) if form}
    above = f"|(?:{_any_of(roots)})(?:{_SLASH}|(?P<root>{_ROOT_END}))" if roots else ""
    pattern = re.compile(f"(?P<whole>{_any_of(short_of)}){_END}{above}")

    def short(match: re.Match[str]) -> str:
        if match["whole"] is not None:
            return short_of[match["whole"]]
        return "" if match["root"] is None else "/"

    # What is left after one round was put together by it.
    return lambda text: pattern.sub(_HIDDEN, pattern.sub(short, text))


def _any_of(names: Mapping[str, str] | set[str]) -> str:
    return "|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))


def _forms(real: str) -> tuple[str, ...]:
    """A folder as it stands in plain text, in JSON of any kind, and in a URI."""
    escaped = json.dumps(real)[1:-1], json.dumps(real, ensure_ascii=False)[1:-1]
    return real, *escaped, *(form.replace("/", "\\/") for form in escaped), quote(real), quote(real, safe="")


def _mapped(value: Any, replace: _Replace) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [_mapped(item, replace) for item in value]
    if isinstance(value, dict):
        return {_mapped(key, replace): _mapped(item, replace) for key, item in value.items()}
    return value
