"""What the user and the assistant share while a message is written: results so far, and what the message has said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolace_mt.dialogue.grounding import gives, mentions, squeeze
from toolace_mt.engines.offline.acting import values_in
from toolace_mt.engines.offline.reading import Call, Result, Turn
from toolace_mt.engines.offline.skills import Skill

Exchange = tuple[Call, "Result | None"]


@dataclass(frozen=True)
class Brought:
    """The values that a message has to bring, which no result and nothing said before gives.

    exact: values wherever they stand in the calls. plain: (parameter, value).
    """

    exact: tuple[Any, ...] = ()
    plain: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, turn: Turn) -> Brought:
        """What a masked user turn has to bring."""
        return cls(turn.must_state, turn.must_convey)

    def holds(self, name: str, value: Any, leaf: str = "") -> bool:
        """Whether the message has to bring `value` for a parameter; leaf: for the field of that name inside it."""
        return any(str(value) == str(exact) for exact in self.exact) or self.says(name, value, leaf)

    def says(self, name: str, value: Any, leaf: str = "") -> bool:
        """Whether `value` has to follow plainly for just this parameter. What two tools share is brought once."""
        return any(
            value == plain and isinstance(value, bool) == isinstance(plain, bool)
            for place, plain in self.plain
            if place in (name, leaf) or place.startswith((f"{name}.", f"{name}["))
        )


@dataclass
class Context:
    """What the user and the assistant share before the message: results so far. withheld: a value not to be said.

    brought: what the message has to bring; all else is said by where it comes from. Without it, as the engine likes.
    stated, latest: by the name of the parameter, what this message states, and what its calls had or gave last.
    spoken: the values that this message has spoken of so far, in either way; uttered: those that it has stated.
    """

    skills: Mapping[str, Skill]
    before: Sequence[Exchange] = ()
    withheld: Any = None
    vague: bool = False
    brought: Brought | None = None
    stated: dict[str, Any] = field(default_factory=dict[str, Any])
    latest: dict[str, Any] = field(default_factory=dict[str, Any])
    spoken: list[Any] = field(default_factory=list[Any])
    uttered: list[Any] = field(default_factory=list[Any])
    _shared: str | None = None

    def is_known(self, value: Any) -> bool:
        """Whether the value came up before this message: in calls or results."""
        if self._shared is None:
            texts = [str(value) for call, _ in self.before for _, value in values_in(call.arguments)]
            self._shared = "\n".join([*texts, *(result.text for _, result in self.before if result is not None)])
        if not self._shared or mentions(self._shared, value):
            return bool(self._shared)
        return isinstance(value, str) and "/" in value and gives(squeeze(self._shared), value)
