"""A dialogue of what was said: turns, ids that can be used, results with the calls that they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from toolace_mt.dialogue.failures import says_failure
from toolace_mt.dialogue.formats.marks import Marks
from toolace_mt.dialogue.formats.pairing import answered_calls
from toolace_mt.dialogue.formats.said import Said, SaidCall, SaidResult
from toolace_mt.dialogue.recorded import Unread
from toolace_mt.types import Action, Dialogue, Observation, Tool, ToolCall, ToolResult, Turn

# The checks of the values, without the call of `__init__` around them: a third less time, and most of what reading takes.
_observation = Observation.__pydantic_validator__.validate_python
_action = Action.__pydantic_validator__.validate_python
_call = ToolCall.__pydantic_validator__.validate_python
_result = ToolResult.__pydantic_validator__.validate_python


class Assembled(NamedTuple):
    """A dialogue, and for each turn the messages that it was made of."""

    dialogue: Dialogue
    sources: tuple[tuple[int, ...], ...]


def assemble(
    id: str,
    said: Sequence[Said],
    tools: tuple[Tool, ...],
    unread: list[Unread],
    system: str = "",
    marks: Marks | None = None,
) -> Assembled:
    """The dialogue of `said`. Neither alternation nor pairing is asked for: rules judge these.

    system: stands before the system messages. marks: of a row that toolace-mt wrote; in others, what a result says decides
    whether it is an error.
    """
    maker = _Maker(unread, marks)
    systems = [system] if system else []
    for each in said:
        if each.speaker == "system":
            systems += [each.text] if each.text else []
            if maker.turns or maker.waiting:
                detail = "a system message in the middle; it is taken as if it stood at the beginning"
                unread.append(Unread(each.place, None, detail, "warning"))
        else:
            maker.take(each)
    if maker.waiting:
        maker.end_results()
    extras = marks.extras if marks else None
    dialogue = Dialogue.model_construct(  # every part is checked already
        id=id,
        tools=marks.start_tools if marks else tools,
        turns=tuple(maker.turns),
        system="\n\n".join(systems),
        task=extras.task if extras else None,
        environment=extras.environment if extras else None,
        state=None,
    )
    return Assembled(dialogue, tuple(maker.sources))


class _Maker:
    """Makes the turns. Results that stand together are one; `waiting` are those that may still be joined by others."""

    def __init__(self, unread: list[Unread], marks: Marks | None) -> None:
        self.turns: list[Turn] = []
        self.sources: list[tuple[int, ...]] = []
        self.waiting: list[Said] = []
        self._calls: tuple[ToolCall, ...] = ()
        self._unread = unread
        self._marks = marks

    def take(self, said: Said) -> None:
        """Take in one message."""
        if said.speaker == "tool":
            self.waiting.append(said)
            return
        if self.waiting:
            self.end_results()
        fields: dict[str, Any] = {"text": said.text}
        make = _observation
        if said.speaker == "assistant":
            make = _action
            self._calls = (
                tuple([self._call(said.place, n, call) for n, call in enumerate(said.calls)]) if said.calls else ()
            )
            fields["calls"] = self._calls
        if self._marks or said.added:
            self._add_marks(fields, said.place, said.added)
        self.turns.append(make(fields))
        self.sources.append((said.place,))

    def _add_marks(self, fields: dict[str, Any], place: int, added: tuple[Tool, ...]) -> None:
        """Add what the row says of the turn that begins at `place`, or `added` tools where it says nothing."""
        if self._marks:
            fields["subtask"] = self._marks.subtask(place)
            added = self._marks.added.get(place) or added
        if added and "calls" not in fields:
            fields["tools_added"] = added

    def _call(self, place: int, number: int, call: SaidCall) -> ToolCall:
        call_id = call.id or f"call_{place}_{number}"
        fields: dict[str, Any] = {"id": call_id, "name": call.name, "arguments": call.arguments}
        if self._marks and (place, call_id) in self._marks.faulty:
            fields["faulty"] = True
        try:
            return _call(fields)
        except ValidationError:  # no JSON has that, but rows can come from elsewhere
            self._unread.append(
                Unread(place, call_id, f"the call of {call.name[:64]} has arguments whose names are no text")
            )
            return _call(fields | {"arguments": {}})

    def end_results(self) -> None:
        """Make a turn of the results that wait."""
        waiting, self.waiting = self.waiting, []
        if len(waiting) == 1:  # nearly always
            given = waiting[0].results
            places = (waiting[0].place,) * len(given)
        else:
            given = [result for said in waiting for result in said.results]
            places = tuple([said.place for said in waiting for _ in said.results])
        answered = zip(places, given, answered_calls(self._calls, given), strict=True)
        fields: dict[str, Any] = {"results": tuple([self._result(*each) for each in answered])}
        added = [tool for said in waiting if said.added for tool in said.added]
        if self._marks or added:
            self._add_marks(fields, places[0], tuple(added))
        self.turns.append(_observation(fields))
        self.sources.append(places)

    def _result(self, place: int, said: SaidResult, call: ToolCall | None) -> ToolResult:
        call_id = said.call_id or (call.id if call else "")
        name = said.name or (call.name if call else "")
        fields: dict[str, Any] = {"call_id": call_id, "name": name, "content": said.content}
        if self._marks:
            fields["is_error"] = (place, call_id) in self._marks.errors
            fields["simulated"] = (place, call_id) in self._marks.simulated
        elif said.failed or says_failure(said.content):
            fields["is_error"] = True
        return _result(fields)
