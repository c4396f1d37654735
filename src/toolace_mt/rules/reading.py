"""A dialogue as the rules read it: what several of them need is worked out once, and only where one asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from toolace_mt.dialogue.grounding import gives, scalars, squeeze, turn_texts
from toolace_mt.dialogue.leftovers import keys_in, strings_in
from toolace_mt.dialogue.turns import TurnKind, content_value, json_text, kind_of
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.tongues import speaks_english
from toolace_mt.types import Dialogue, Observation, Tool, ToolCall, ToolResult, Turn

_PLACES_TRIED = 8


class AnsweredCall(NamedTuple):
    """A call of turn `at`, and its result where there is one."""

    at: int
    call: ToolCall
    result: ToolResult | None

    @property
    def succeeded(self) -> bool:
        """Whether the call was meant well, and gave a result that is no error."""
        return self.result is not None and not self.result.is_error and not self.call.faulty


class Exchange(NamedTuple):
    """The calls of turn `at` and the results of the next one, where there is either; `at` is -1 before the first turn."""

    at: int
    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]


class Reading:
    """One dialogue, and what is worked out about it. Rules take it and change nothing.

    recorded: whether it was recorded, and not planned, so that nobody can say which sub-tasks it has, nor that it is whole;
    where not given, a dialogue without a task was.
    """

    def __init__(self, dialogue: Dialogue, *, recorded: bool | None = None) -> None:
        self.dialogue = dialogue
        self.turns = dialogue.turns
        self.recorded = dialogue.task is None if recorded is None else recorded

    @lazily
    def kinds(self) -> tuple[TurnKind, ...]:
        """The kind of each turn."""
        return tuple([kind_of(turn) for turn in self.turns])

    @lazily
    def without_results(self) -> bool:
        """Whether a recording has calls, and no results anywhere: it ends with what was called, or leaves all of them out."""
        kinds = self.kinds
        if not self.recorded or not kinds or "results" in kinds:
            return False
        return kinds[-1] == "calls" or kinds.count("calls") > 1

    def tools_at(self, turn: int) -> dict[str, Tool]:
        """The tools that can be called at `turn` by their names; the same dict until tools are added."""
        return self._tools[turn] if turn >= 0 else {}

    @lazily
    def _tools(self) -> Sequence[dict[str, Tool]]:
        """The tools in force at each turn."""
        tools = {tool.name: tool for tool in self.dialogue.tools}
        return list(_growing(tools, self.turns)) if self.tools_come else [tools] * len(self.turns)

    @lazily
    def tools_come(self) -> bool:
        """Whether tools are added on the way."""
        return any([turn.tools_added for turn in self.turns if isinstance(turn, Observation)])  # noqa: C419 - faster

    @lazily
    def exchanges(self) -> tuple[Exchange, ...]:
        """All calls, and all results, turn by turn."""
        return tuple(_exchanges(self.turns, self.kinds))

    @lazily
    def answered(self) -> tuple[AnsweredCall, ...]:
        """All calls in order, each with the result that the next turn has at its place, or else under its id."""
        return tuple(_answered(self.exchanges))

    @lazily
    def replies(self) -> tuple[tuple[int, str], ...]:
        """(turn, text) of every reply."""
        return tuple([(i, self.turns[i].text) for i, kind in enumerate(self.kinds) if kind == "reply"])

    @lazily
    def requests(self) -> tuple[tuple[int, str], ...]:
        """(turn, text) of every user message."""
        return tuple([(i, self.turns[i].text) for i, kind in enumerate(self.kinds) if kind == "user"])

    @lazily
    def asked(self) -> str:
        """What users write, as one text: a message a line."""
        return "\n".join([text for _, text in self.requests])

    @lazily
    def asked_lower(self) -> str:
        """`asked` in lower case."""
        return self.asked.lower()

    @lazily
    def in_english(self) -> bool:
        """Whether user and assistant write English, as nearly all do."""
        return speaks_english("\n".join([turn.text for turn in self.turns if turn.text]))

    @lazily
    def written(self) -> str:
        """What user and assistant write, as one text: the texts of all turns, and the arguments of calls as JSON."""
        texts = [turn.text for turn in self.turns if turn.text]
        return "\n".join([*texts, *self.argument_texts])

    @lazily
    def argument_texts(self) -> list[str]:
        """The arguments of each call as JSON, in order."""
        return [arguments_text(answered.call.arguments) for answered in self.answered]

    @lazily
    def given(self) -> list[tuple[AnsweredCall, list[tuple[str, str, Any]]]]:
        """Each call with its arguments, those within others as well: (path, name, value)."""
        return [(answered, list(scalars(answered.call.arguments))) for answered in self.answered]

    @lazily
    def told(self) -> str:
        """What tools say, as one text: the results as they are."""
        return "\n".join([r.content for turn in self.turns if isinstance(turn, Observation) for r in turn.results])

    def values_at(self, turn: int) -> tuple[Any, ...]:
        """The results of a turn as JSON values, or as texts where they are none."""
        found = self._values.get(turn)
        if found is None:
            there = self.turns[turn]
            results = there.results if isinstance(there, Observation) else ()
            found = self._values[turn] = tuple([content_value(result.content) for result in results])
        return found

    @lazily
    def _values(self) -> dict[int, tuple[Any, ...]]:
        """The values of the turns that somebody has asked for."""
        return {}

    @lazily
    def record_lists(self) -> dict[int, list[list[dict[str, Any]]]]:
        """The lists of records in the results of a turn, where somebody has looked for them."""
        return {}

    @lazily
    def last_user(self) -> tuple[int, ...]:
        """For each turn, the last user message at or before it; -1 where there is none."""
        heard = -1
        places: list[int] = []
        for index, kind in enumerate(self.kinds):
            heard = index if kind == "user" else heard
            places.append(heard)
        return tuple(places)

    @lazily
    def _squeezed(self) -> tuple[str, tuple[int, ...]]:
        """The system prompt and all turns as one squeezed text, and its length before each turn (and after the last)."""
        parts = [_squeezed_system(self.dialogue.system)]
        parts += [squeeze("\n".join(turn_texts(turn))) for turn in self.turns]
        ends = tuple(accumulate(map(len, parts)))
        return "".join(parts), ends

    def heard(self, upto: int) -> str:
        """The system prompt and the turns before `upto`, squeezed."""
        text, ends = self._squeezed
        return text[: ends[upto]]

    def mentioned(self, value: str, upto: int) -> bool:
        """Whether the system prompt, a turn before `upto`, or a tool in force there gives `value`."""
        return self.said(value, upto) or gives(self._declared(self.tools_at(upto)), value)

    def said(self, value: str, upto: int) -> bool:
        """Whether the system prompt or a turn before `upto` gives `value`."""
        if self._says_verbatim(value, upto):  # nearly all are found so, and squeezing everything takes long
            return True
        return gives(self.heard(upto), value)

    @lazily
    def _spoken(self) -> tuple[str, tuple[int, ...]]:
        """As `_squeezed`, but the texts as they are, a line each."""
        system = self.dialogue.system
        lengths = [len(system) + 1, *[0] * len(self.turns)]
        for turn, text in self._texts:
            lengths[turn + 1] += len(text) + 1
        return "\n".join([system, *[text for _, text in self._texts]]), tuple(accumulate(lengths))

    def spoken(self, upto: int) -> str:
        """The system prompt and the turns before `upto`, as they are."""
        text, ends = self._spoken
        return text[: ends[upto]]

    def spoken_length(self, upto: int) -> int:
        """The length of `spoken`."""
        text, ends = self._spoken
        return min(ends[upto], len(text))

    def _says_verbatim(self, value: str, upto: int) -> bool:
        """Whether a text before `upto` has `value`, letter by letter, as words of its own."""
        first = self._first_said.get(value)
        if first is None:
            first = len(self.turns)
            for at, text in self._texts:
                if value in text and _stands_in(value, text):
                    first = at
                    break
            self._first_said[value] = first
        return first < upto or _stands_in(value, self.dialogue.system)

    @lazily
    def _first_said(self) -> dict[str, int]:
        """The first turn with a text that has a value; one behind the last where there is none."""
        return {}

    @lazily
    def _texts(self) -> list[tuple[int, str]]:
        """Every text that later turns may draw values from, with its turn."""
        texts: list[tuple[int, str]] = []
        for index, turn in enumerate(self.turns):
            if turn.text:
                texts.append((index, turn.text))
            if isinstance(turn, Observation):
                for result in turn.results:
                    texts.append((index, result.content))  # noqa: PERF401
        return texts

    def _declared(self, tools: dict[str, Tool]) -> str:
        known = self._tool_texts.get(id(tools))
        if known is None:
            known = squeeze(
                " ".join(f"{tool.description} {arguments_text(tool.parameters)}" for tool in tools.values())
            )
            self._tool_texts[id(tools)] = known
        return known

    @lazily
    def _tool_texts(self) -> dict[int, str]:
        """What each set of tools says, squeezed; by the identity of the dict, which `_tools` keeps."""
        return {}


@lru_cache(maxsize=64)
def _squeezed_system(system: str) -> str:
    """Many dialogues have the same system prompt, and it is their longest text."""
    return squeeze(system)


def _stands_in(value: str, text: str) -> bool:
    """Whether one of the first places of `text` that have `value` has it as words of its own."""
    place = -1
    for _ in range(_PLACES_TRIED if value else 0):
        place = text.find(value, place + 1)
        if place < 0:
            break
        end = place + len(value)
        before, after = text[max(place - 1, 0) : place], text[end : end + 1]
        joined = (before.isalnum() and value[0].isalnum()) or (after.isalnum() and value[-1].isalnum())
        if not joined and before != "\\":  # `\\n` is no letter n
            return True
    return False


def arguments_text(arguments: dict[str, Any]) -> str:
    """Arguments as JSON, or what can be had of them: deeper than any writer goes, only their texts."""
    try:
        return json_text(arguments)
    except RecursionError:
        return "\n".join((*strings_in(arguments), *keys_in(arguments)))


def _growing(tools: dict[str, Tool], turns: Iterable[Turn]) -> Iterator[dict[str, Tool]]:
    for turn in turns:
        if isinstance(turn, Observation) and turn.tools_added:
            tools = tools | {tool.name: tool for tool in turn.tools_added}
        yield tools


def _exchanges(turns: tuple[Turn, ...], kinds: tuple[TurnKind, ...]) -> Iterator[Exchange]:
    before = ""
    for index, kind in enumerate(kinds):
        if kind == "calls":
            following = turns[index + 1] if index + 1 < len(turns) else None
            results = following.results if isinstance(following, Observation) else ()
            yield Exchange(index, turns[index].calls, results)  # pyright: ignore[reportAttributeAccessIssue]
        elif kind == "results" and before != "calls":
            yield Exchange(index - 1, (), turns[index].results)  # pyright: ignore[reportAttributeAccessIssue]
        before = kind


def _answered(exchanges: tuple[Exchange, ...]) -> Iterator[AnsweredCall]:
    for index, calls, results in exchanges:
        if len(calls) == len(results) == 1 and calls[0].id == results[0].call_id:  # nearly all are so
            yield AnsweredCall(index, calls[0], results[0])
            continue
        by_id = {result.call_id: result for result in reversed(results)}  # the first of those with one id
        for place, call in enumerate(calls):
            in_place = place < len(results) and results[place].call_id == call.id
            yield AnsweredCall(index, call, results[place] if in_place else by_id.get(call.id))
