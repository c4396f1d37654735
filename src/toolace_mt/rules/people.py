"""The people of a dialogue: the names that results, calls and users give, part by part."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter

from toolace_mt.dialogue.grounding import turn_texts
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.reading import Reading, arguments_text

# `"first_name": "Mia"`; the key is looked at behind the find, since the search for a fixed beginning is fast.
_NAME_FIELD = re.compile(r"""_name(?:["'] ?: ?|=)["']([^"'\n\\]{2,60})""")
_CAMEL_FIELD = re.compile(r"""Name["'] ?: ?["']([^"'\n\\]{2,60})""")
_FIRST, _LAST = ("first", "given"), ("last", "family", "sur")
_WHOLE = ("full", "patient", "customer", "passenger", "employee", "guest", "recipient")
_LONGEST_KEY = 12
# Each begins with letters that the search for it is fast by: `My name is Mia Li`, `I'm Mia Li`, `This is Mia`.
_OPENINGS = (r"ame(?:['\u2019]s| is|:)", "I(?: a|['\u2019])m", "his is")
_INTRODUCED = tuple(
    [re.compile(rf"{opening} ([A-Z][^\W\d_]{{1,20}})(?: ([A-Z][^\W\d_]{{1,20}}))?") for opening in _OPENINGS]
)
# `mia_li_3668`
_ACCOUNT_END = re.compile(r"_[0-9]{1,8}\b")
_ACCOUNT = re.compile(r"\b([a-z]{2,20})_[a-z]{2,20}$")
_LONGEST_ACCOUNT = 42
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_FEWEST_PARTS, _MOST_PARTS = 2, 4
_SHORT = 3
_MOST_PEOPLE = 200


class People:
    """Who is known by name at the end of a dialogue, and where a name was heard. All names are as `folded` has them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.firsts: dict[str, str] = {}
        self.lasts: dict[str, str] = {}
        self.pairs: set[tuple[str, str]] = set()
        self.introduced: set[str] = set()
        self._first_turns: dict[str, int] = {}
        self._gather(_fields(reading))
        self._listen("\n".join([text for _, text in reading.requests]))

    def _listen(self, text: str) -> None:
        """Take the names that a user introduces himself by, or that the id of an account begins with."""
        for form in _INTRODUCED:
            for found in islice(form.finditer(text), _MOST_PEOPLE):
                if found[2]:
                    self._add(found[1], found[2])
                elif form is _INTRODUCED[0]:
                    self.firsts.setdefault(folded(found[1]), found[1])
                self.introduced.add(folded(found[1]))
        for end in islice(_ACCOUNT_END.finditer(text), _MOST_PEOPLE):
            if account := _ACCOUNT.search(text[max(end.start() - _LONGEST_ACCOUNT, 0) : end.start()]):
                self.introduced.add(account[1])

    def _add(self, first: str, last: str) -> None:
        self.firsts.setdefault(folded(first), first)
        self.lasts.setdefault(folded(last), last)
        self.pairs.add((folded(first), folded(last)))

    def _gather(self, fields: Iterator[tuple[str, str]]) -> None:
        """Take the fields in order: of one person, the first name and the last stand next to each other."""
        open_first = open_last = ""
        for key, value in fields:
            if key.endswith(_FIRST):
                open_first = value
                self.firsts.setdefault(folded(value), value)
            elif key.endswith(_LAST):
                open_last = value
                self.lasts.setdefault(folded(value), value)
            elif key.endswith(_WHOLE) and _FEWEST_PARTS <= len(parts := _WORD.findall(value)) <= _MOST_PARTS:
                self._add(parts[0], parts[-1])
            if open_first and open_last:
                self.pairs.add((folded(open_first), folded(open_last)))
                open_first = open_last = ""
            if len(self.firsts) + len(self.lasts) >= _MOST_PEOPLE:
                return

    def is_heard(self, name: str, turn: int) -> bool:
        """Whether a text or a call before `turn`, or the system prompt, or a tool has a name."""
        if name in self._reading.spoken(turn):  # nearly all are found so, and folding everything takes long
            return True
        name = folded(name)
        if name not in self._first_turns:
            if len(self._first_turns) >= _MOST_PEOPLE:
                return True  # nobody writes so many names
            self._first_turns[name] = next((at for at, text in self._texts if _has(text, name)), self._never)
        return self._first_turns[name] < turn

    def is_said_by_user(self, name: str) -> bool:
        """Whether any user message has a name."""
        return _has(self._requests, folded(name))

    def are_heard_together(self, first: str, last: str, turn: int) -> bool:
        """Whether a text before `turn` has both parts one behind the other, in whatever order, with a word between or none."""
        first, last = re.escape(folded(first)), re.escape(folded(last))
        near = re.compile(rf"\b{first}(?:[\W_]{{1,4}}\w{{1,20}}\.?)?[\W_]{{1,4}}{last}|\b{last}[\W_]{{1,4}}{first}")
        return any(near.search(text) for at, text in self._texts if at < turn)

    @property
    def _never(self) -> int:
        return len(self._reading.turns)

    @lazily
    def _requests(self) -> str:
        return folded("\n".join([text for _, text in self._reading.requests]))

    @lazily
    def _texts(self) -> list[tuple[int, str]]:
        """All that may give a name, with its turn; -1 for the system prompt and the tools."""
        dialogue = self._reading.dialogue
        declared = [f"{tool.description} {arguments_text(tool.parameters)}" for tool in dialogue.all_tools]
        texts = [(-1, folded("\n".join([dialogue.system, *declared])))]
        texts += [(one.at, folded(arguments_text(one.call.arguments))) for one in self._reading.answered]
        texts += [(at, folded(text)) for at, turn in enumerate(dialogue.turns) for text in turn_texts(turn)]
        return sorted(texts, key=itemgetter(0))


def folded(name: str) -> str:
    """A text without case and diacritics."""
    if name.isascii():
        return name.lower()
    apart = unicodedata.normalize("NFKD", name)
    return "".join([sign for sign in apart if not unicodedata.combining(sign)]).lower()


def _has(text: str, name: str) -> bool:
    """Whether a text has a name; a short one, as a word of its own."""
    if name not in text:
        return False
    return len(name) > _SHORT or re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", text) is not None


def _fields(reading: Reading) -> Iterator[tuple[str, str]]:
    """(the end of the key, value) of what results and calls hold under keys that end in a name."""
    yield from _fields_in(reading.told)
    for one in reading.answered:
        for key, value in one.call.arguments.items():
            if key.endswith("_name") and isinstance(value, str):
                yield key[-_LONGEST_KEY - 5 : -5], value


def _fields_in(text: str) -> Iterator[tuple[str, str]]:
    for form in (_NAME_FIELD, _CAMEL_FIELD) if 'Name"' in text else (_NAME_FIELD,):
        for found in form.finditer(text):
            if found[1][0].isalpha():
                yield text[max(found.start() - _LONGEST_KEY, 0) : found.start()].lower(), found[1]
