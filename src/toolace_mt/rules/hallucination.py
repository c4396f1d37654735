"""Values from nowhere: identifiers that nothing before the call mentions."""

from __future__ import annotations

from toolace_mt.dialogue.grounding import id_values, squeeze, turn_texts
from toolace_mt.rules.timeline import steps
from toolace_mt.types import Action, Dialogue, Finding, ToolCall


def ungrounded_id(dialogue: Dialogue) -> list[Finding]:
    """Every id-like argument value was mentioned before: by the user, a result, the system prompt, or a tool.

    About half of what the paper's rules reject are such values. A call marked as faulty may have them.
    """
    sources = _Sources(dialogue)
    findings: list[Finding] = []
    for index, turn, _ in steps(dialogue):
        for call in turn.calls if isinstance(turn, Action) else ():
            findings += _ungrounded(index, call, sources)
        sources.hear(index)
    return findings


def _ungrounded(index: int, call: ToolCall, sources: _Sources) -> list[Finding]:
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
        if not sources.mention(squeeze(value), index)
    ]


class _Sources:
    """All that was said so far; what the tools say is looked at only where the conversation has not the value."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._said = squeeze(dialogue.system)
        self._tools: dict[int, str] = {}

    def hear(self, index: int) -> None:
        """Take in the texts of turn `index`."""
        self._said += squeeze(" ".join(turn_texts(self._dialogue.turns[index])))

    def mention(self, value: str, index: int) -> bool:
        """Whether anything known before turn `index` holds `value`, which is squeezed."""
        return value in self._said or value in self._declared(index)

    def _declared(self, index: int) -> str:
        tools = self._dialogue.tools_at(index)
        if len(tools) not in self._tools:
            self._tools[len(tools)] = squeeze(" ".join(f"{t.description} {t.parameters}" for t in tools))
        return self._tools[len(tools)]
