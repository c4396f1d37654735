"""Values that turn a tool's verb around: `lockDoors(unlock=true)` locks nothing, `startEngine(mode=STOP)` starts nothing.

Values that agree with the verb are preferred; where others stand in a call, replies must not claim what the verb says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.schema.names import words
from toolace_mt.types import Tool

_OPPOSITES = {
    "lock": ("unlock",),
    "unlock": ("lock",),
    "start": ("stop", "off", "end"),
    "stop": ("start", "run"),
    "activate": ("deactiv", "inactiv", "releas", "disab", "off"),
    "deactivate": ("activ", "engag", "enab"),
    "enable": ("disab", "off", "inactiv"),
    "disable": ("enab",),
    "open": ("clos", "shut"),
    "close": ("open",),
    "engage": ("releas", "disengag"),
    "release": ("engag", "press"),
    "press": ("releas",),
    "follow": ("unfollow",),
    "mute": ("unmute",),
    "show": ("hid",),
    "hide": ("show", "visib"),
}
_ON = frozenset({"activate", "enable", "enabled", "active", "on", "start", "engage"})
_NEUTRAL = frozenset({"set", "change", "update", "adjust", "control", "configure", "toggle", "switch", "turn"})


def turns_around(tool: Tool, name: str, value: Any) -> bool:
    """Whether the value of a parameter makes the call do something else than, or the contrary of, what its verb says."""
    verb = _verb(tool)
    if isinstance(value, bool):
        about = words(name)
        if any(_against(verb, word) for word in about):
            return value
        return not value and bool({verb, *(_ON if verb in _OPPOSITES or verb in _NEUTRAL else ())} & set(about))
    return isinstance(value, str) and _against(verb, value.lower())


def is_understood(tool: Tool, name: str, value: Any) -> bool:
    """Whether a switch says just what the verb says: nobody asks to lock the doors "with unlock turned off"."""
    return isinstance(value, bool) and turns_around(tool, name, not value) and not turns_around(tool, name, value)


def agreeing(tool: Tool, name: str, choices: Sequence[Any]) -> list[Any]:
    """The choices that leave the verb true; all of them where none does."""
    return [choice for choice in choices if not turns_around(tool, name, choice)] or list(choices)


def outcome(tool_words: str, choices: Sequence[str], *, turned: bool) -> list[str]:
    """Those states of a result that fit the verb, or its contrary where the call was turned around."""
    verb = tool_words.split(" ")[0]
    against = [choice for choice in choices if _against(verb, choice.lower())]
    fitting = against if turned else [choice for choice in choices if choice not in against]
    return fitting if verb in _OPPOSITES and fitting else list(choices)


def _verb(tool: Tool) -> str:
    return next(iter(words(tool.source_name or tool.name)), "")


def _against(verb: str, word: str) -> bool:
    return word.startswith(_OPPOSITES.get(verb, ("\0",)))
