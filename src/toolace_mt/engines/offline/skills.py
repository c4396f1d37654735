"""A skill: a tool with words for it, what it asks for, and what it gives."""

from __future__ import annotations

from functools import cached_property, lru_cache

import orjson

from toolace_mt.engines.offline.outcomes import likely_returns
from toolace_mt.engines.offline.phrases import DomainWording, domain_of
from toolace_mt.engines.offline.wording import PlainWording, Wording
from toolace_mt.schema.inlining import inlined
from toolace_mt.schema.links import gives, needs
from toolace_mt.schema.names import words
from toolace_mt.types import JsonSchema, Tool


class Skill:
    """A tool as the engine knows it; made once for each distinct tool, and compared by identity."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.name = tool.name

    @cached_property
    def wording(self) -> Wording:
        """The phrasebook's words, where it has an entry for this tool; else words made from its name and description."""
        plain = PlainWording(self.tool)
        domain = domain_of(self.tool)
        return DomainWording(self.tool, domain, plain) if domain else plain

    @property
    def domain(self) -> str:
        """The name of the phrasebook that knows the tool, or nothing."""
        return self.wording.domain if isinstance(self.wording, DomainWording) else ""

    @cached_property
    def ids(self) -> frozenset[str]:
        """Parameters that ask for something by its id: what the phrasebook refers to, else what looks like an id."""
        if not isinstance(self.wording, DomainWording):
            return frozenset(self.needs)
        refs = self.wording.book.get("refs", {})
        return frozenset(n for n in self.tool.properties if "one" in refs.get(n, ()) or "first" in refs.get(n, ()))

    @cached_property
    def undoes(self) -> bool:
        """Whether the tool takes away what others made: a cancellation, a return."""
        return isinstance(self.wording, DomainWording) and bool(self.wording.entry.get("undo"))

    @cached_property
    def follow_ups(self) -> frozenset[str]:
        """Names of the tools that naturally come next."""
        return frozenset(self.wording.entry.get("next", ())) if isinstance(self.wording, DomainWording) else frozenset()

    @cached_property
    def once(self) -> bool:
        """Whether the tool is of use only once in a dialogue: logging in and out."""
        return self.wording.able.split(" ")[0] == "log" and not self.domain

    @cached_property
    def carries(self) -> frozenset[str]:
        """Parameters that take over what was said in the sub-task before: the dates of the hotel search."""
        return (
            frozenset(self.wording.entry.get("carry", ())) if isinstance(self.wording, DomainWording) else frozenset()
        )

    @cached_property
    def returns(self) -> JsonSchema:
        """The schema of the results: the tool's own, or one that fits its name and parameters."""
        return self.tool.returns or likely_returns(self.tool, self.wording)

    @cached_property
    def needs(self) -> dict[str, str]:
        """Id-like parameters, and the thing that each asks for."""
        return needs(self.tool)

    @cached_property
    def gives(self) -> dict[str, str]:
        """Things that the results hold, and the path of each."""
        return gives(self.tool.model_copy(update={"returns": self.returns}))

    @property
    def owner(self) -> str:
        """Words about the tool that narrow down what its values mean."""
        return " ".join(words(self.tool.name))


@lru_cache(maxsize=4096)
def skill_of(raw: bytes) -> Skill:
    """The skill of a tool given as JSON: name, description, parameters, and returns where known."""
    document = orjson.loads(raw)
    plain = inlined(document.get("parameters") or {}) if isinstance(document, dict) else {}
    return Skill(Tool.model_validate({**document, "parameters": plain}))
