"""Values from nowhere: identifiers that nothing before the call mentions."""

from __future__ import annotations

from toolace_mt.dialogue.grounding import gives, id_values, squeeze, turn_texts
from toolace_mt.rules.timeline import steps
from toolace_mt.types import Action, Dialogue, Finding, Tool, ToolCall


def ungrounded_id(dialogue: Dialogue) -> list[Finding]:
    """Every id-like argument value was mentioned before: by the user, a result, the system prompt, or a tool.

    About half of what the paper's rules reject are such values. A call marked as faulty may have them.
    """
    sources = _Sources(dialogue)
    findings: list[Finding] = []
    for index, turn, tools in steps(dialogue):
        for call in turn.calls if isinstance(turn, Action) else ():
            findings += _ungrounded(index, call, sources, tools)
        sources.hear(index)
    return findings


def _ungrounded(index: int, call: ToolCall, sources: _Sources, tools: dict[str, Tool]) -> list[Finding]:
    if call.faulty:
        return []
    return [
        Finding(
            rule="ungrounded-id",
            turn=index,
            call_id=call.id,
            detail=f"{call.name}: the value {value!r} of {path} was not mentioned before",
        )
        for path, value in id_values(call.arguments)
        if not sources.mention(value, tools)
    ]


class _Sources:
    """All that was said so far; what the tools say is looked at only where the conversation has not the value."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._said = squeeze(dialogue.system)
        self._tools: dict[str, Tool] = {}
        self._told = ""
        self._found: set[str] = set()

    def hear(self, index: int) -> None:
        """Take in the texts of turn `index`."""
        self._said += squeeze(" ".join(turn_texts(self._dialogue.turns[index])))

    def mention(self, value: str, tools: dict[str, Tool]) -> bool:
        """Whether what was heard so far, or one of `tools`, holds `value`; what was found once stays known."""
        if value not in self._found and (gives(self._said, value) or gives(self._declared(tools), value)):
            self._found.add(value)
        return value in self._found

    def _declared(self, tools: dict[str, Tool]) -> str:
        if tools is not self._tools:  # the same object until tools are added
            self._tools = tools
            self._told = squeeze(" ".join(f"{t.description} {t.parameters}" for t in tools.values()))
        return self._told
