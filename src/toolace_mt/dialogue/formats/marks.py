"""What the metadata of rows that toolace-mt wrote says of their messages: marks of calls and results, sub-tasks, tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from pydantic import ValidationError

from toolace_mt.dialogue.extras import Extras
from toolace_mt.dialogue.recorded import NotADialogue
from toolace_mt.types import Tool


class Marks:
    """The extras of one row, by the messages that they speak of."""

    def __init__(self, extras: Extras, tools: Sequence[Tool]) -> None:
        """Raises NotADialogue where `extras` names other tools than the last ones of `tools`."""
        self.extras = extras
        self.added = _split_off_added(tools, extras)
        self.start_tools = tuple(tools[: len(tools) - sum(map(len, self.added.values()))])
        self._spans = [(span.subtask, span.start, span.end) for span in extras.subtasks]
        self.faulty = {(m.message_index, m.tool_call_id) for m in extras.faulty_calls}
        self.errors = {(m.message_index, m.tool_call_id) for m in extras.error_results}
        self.simulated = {(m.message_index, m.tool_call_id) for m in extras.simulated_results}

    def subtask(self, message: int) -> int | None:
        """The sub-task that a message belongs to."""
        for subtask, start, end in self._spans:
            if start <= message < end:
                return subtask
        return None


def read_marks(extras: Any, tools: Sequence[Tool]) -> Marks:
    """The marks that a row's metadata holds. Raises NotADialogue."""
    try:
        return Marks(Extras.model_validate(extras), tools)
    except ValidationError as error:
        _refuse(error)


def _refuse(error: ValidationError) -> NoReturn:
    first = error.errors(include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    raise NotADialogue(f"metadata: {where}: {first['msg']}") from None


def _split_off_added(tools: Sequence[Tool], extras: Extras) -> dict[int, tuple[Tool, ...]]:
    """Message index to the tools added there: the last ones of `tools`, in order."""
    position = len(tools) - sum(len(entry.names) for entry in extras.tools_added)
    added: dict[int, tuple[Tool, ...]] = {}
    for entry in extras.tools_added:
        there = tuple(tools[max(position, 0) : position + len(entry.names)])
        if position < 0 or tuple(tool.name for tool in there) != entry.names:
            raise NotADialogue(f"`tools_added` names {', '.join(entry.names)}, which are not the last of `tools`")
        added[entry.message_index] = there
        position += len(entry.names)
    return added
