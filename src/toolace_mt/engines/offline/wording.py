"""Words for any tool: its clause with the values of a call, the question for a value, what it cannot do.

A clause is a verb in its base form with all that follows (`get the weather in Oslo on 2026-05-14`), so that it fits behind
"could you", "I'd like to" and "please".
"""

from __future__ import annotations

import random
import re
from typing import Literal, Protocol

from toolace_mt.engines.offline.holes import Hole, object_parts
from toolace_mt.engines.offline.language import tidy
from toolace_mt.engines.offline.segments import Segment, join_segments, joint, say_value, segments
from toolace_mt.engines.offline.spoken import Arguments, Reference, Spoken
from toolace_mt.engines.offline.verb_phrases import VerbPhrase, verb_phrase
from toolace_mt.schema.names import name_in_words
from toolace_mt.types import Tool

_PAIRED = {
    "add": "{0} and {1}",
    "multiply": "{0} by {1}",
    "divide": "{0} by {1}",
    "subtract": "{1} from {0}",
    "sum": "{0} and {1}",
}


class Wording(Protocol):
    """Words for one tool."""

    kind: Literal["look", "act"]

    @property
    def able(self) -> str:
        """What the tool does, as a clause without values."""
        ...

    def clause(self, spoken: Arguments, rng: random.Random) -> str:
        """What the user wants of one call."""
        ...

    def question(self, parameter: str, rng: random.Random) -> str:
        """A question for the value of a parameter."""
        ...


class PlainWording:
    """Words made from a tool's name, description and parameters."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.phrase: VerbPhrase = verb_phrase(tool.source_name or tool.name, tool.description)
        self.kind: Literal["look", "act"] = self.phrase.kind
        self._parts = object_parts(tool, self.phrase)
        self._hosts = frozenset(part.parameter for part in self._parts if isinstance(part, Hole))

    @property
    def able(self) -> str:
        """What the tool does, as a clause without values."""
        return f"{self.phrase.verb} numbers" if self._sums else tidy(self.phrase.text)

    @property
    def _sums(self) -> bool:
        """Whether the tool is for two bare numbers, which only make sense together."""
        kinds = [(self.tool.properties.get(name) or {}).get("type") for name in self.tool.required]
        return self.phrase.verb in _PAIRED and len(kinds) == 2 and all(k in ("number", "integer") for k in kinds)

    def clause(self, spoken: Arguments, rng: random.Random) -> str:
        """Verb, object, and all values."""
        return f"{self.phrase.verb} {self.subject(spoken)}".strip()

    def subject(self, spoken: Arguments) -> str:
        """The clause without its verb: `the price of the stock AAPL`."""
        if pair := self._pair(spoken):
            return pair
        pieces: list[Segment] = []
        for name, said in spoken.items():
            if name not in self._hosts:
                pieces += self._pieces(name, said)
        two = _TWO.search(self.phrase.text)
        numbers = [s.value for s in spoken.values() if s.state == "stated" and _is_number(s.value)]
        if two and len(numbers) == 2 and not self._hosts:
            said = f"{say_value(numbers[0])} and {say_value(numbers[1])}"
            pieces = [p for n, s in spoken.items() if not _is_number(s.value) for p in self._pieces(n, s)]
            return tidy(tidy(self.phrase.text).partition(" ")[2].replace(two[0], said) + join_segments(pieces))
        filled = [part.filled(spoken.get(part.parameter)) if isinstance(part, Hole) else part for part in self._parts]
        return tidy(" ".join(part for part in filled if part) + join_segments(pieces))

    def _pair(self, spoken: Arguments) -> str | None:
        """`3 and 5` for the two numbers that some tools take under names that say nothing."""
        template = _PAIRED.get(self.phrase.verb)
        stated = [s.value for s in spoken.values() if s.state == "stated"]
        if template is None or len(stated) != 2 or len(spoken) != 2:
            return None
        if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in stated):
            return None
        return template.format(*map(say_value, stated))

    def _pieces(self, name: str, said: Spoken) -> list[Segment]:
        if said.state == "stated" or (said.state == "again" and not said.ref):
            schema = self.tool.properties.get(name) or {}
            return segments(name, schema, said.value, self.phrase.verb)
        if isinstance(said.ref, Reference):
            return segments(name, self.tool.properties.get(name) or {}, said.ref, self.phrase.verb)
        if said.state == "linked" or (said.state == "withheld" and said.ref):
            return [Segment(f" {joint(name)} {said.ref}", 2)] if said.ref else []
        return []

    def question(self, parameter: str, rng: random.Random) -> str:
        """A question for the value of a parameter."""
        said = name_in_words(parameter).removesuffix(" ids").removesuffix(" id").strip()
        is_id = said != name_in_words(parameter)
        if is_id and said:
            return rng.choice([f"Which {said} is it? I need its ID.", f"Could you give me the ID of the {said}?"])
        said = said or "ID"
        if re.search(r"\b(date|day)\b", said):
            return rng.choice(
                ["Which date should I use?", "What date did you have in mind?", f"What {said} should I go with?"]
            )
        if re.search(r"\b(city|location|place|country|address)\b", said):
            return rng.choice([f"Which {said} do you mean?", f"What {said} should I use?"])
        return rng.choice(
            [
                f"Could you tell me the {said}?",
                f"What should the {said} be?",
                f"Sure. What {said} should I use?",
                f"I just need the {said}. What is it?",
            ]
        )


_TWO = re.compile(r"\b(?:the )?two (?:\w+ )?(?:numbers|integers|values)\b")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_request(clause: str) -> str:
    """A clause as the user says it: what is shown, is shown to them."""
    return f"show me {clause[5:]}" if clause.startswith("show ") and not clause.startswith("show me ") else clause
