"""Faults that can be seen without a model: in one turn, and against the turns around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from toolace_mt.dialogue.grounding import gives, id_values, squeeze
from toolace_mt.dialogue.leftovers import leftovers
from toolace_mt.engines.offline.reading import Scene, Turn
from toolace_mt.schema.validate import argument_problems

LEFTOVER = "it contains the"
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_JSON = re.compile(r"\{\s*\"\w+\"\s*:")
_FILLER = re.compile(r"\b(?:test123|foo|foobar|example value|string value|lorem|asdf)\b", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)\s+")
_FIGURE = re.compile(r"(?<![\w.,-])\$?\d[\d,]*(?:\.\d+)?(?![\w-])")
_COUNTED = 100
_MOST_NUMBERS = 2_000
_ID = re.compile(r"\b[A-Z]{1,5}-?\d{3,}\b")


class Fault(NamedTuple):
    """What is wrong at a turn. weight: 1 for style, 2 for a gap, 3 for an error."""

    turn: int
    what: str
    weight: float


def faults_of_turn(scene: Scene, index: int) -> list[Fault]:
    """What is wrong with one turn."""
    turn = scene.turns[index]
    found = [Fault(index, f"{LEFTOVER} {what} {text!r}", 3.0) for what, text in leftovers(turn.text)]
    if turn.kind in ("user", "reply") and not turn.text.strip():
        found.append(Fault(index, "it says nothing", 3.0))
    if turn.kind == "calls":
        found += _call_faults(scene, turn)
    if turn.kind == "user":
        found += [Fault(index, f"the user names the tool {name}", 2.0) for name in tool_names_in(scene, turn.text)]
    if turn.kind == "reply":
        found += [
            Fault(index, f"the reply states {value}, which nothing before it gives", 3.0)
            for value in unsupported(scene, index)
        ]
        if _JSON.search(turn.text):
            found.append(Fault(index, "the reply shows raw JSON", 2.0))
    found += [Fault(index, f"the text says {said!r} twice", 1.0) for said in repeated_sentences(turn.text)]
    if filler := _FILLER.search(turn.text):
        found.append(Fault(index, f"{filler.group()!r} is a filler", 1.0))
    return found


def _call_faults(scene: Scene, turn: Turn) -> Iterator[Fault]:
    following = scene.turns[turn.index + 1] if turn.index + 1 < len(scene.turns) else None
    if following is not None and following.failed:
        return
    known = known_before(scene, turn.index)
    for call in turn.calls:
        skill = scene.skills.get(call.name)
        if skill is None:
            yield Fault(turn.index, f"there is no tool {call.name}", 3.0)
            continue
        yield from (
            Fault(turn.index, f"{call.name}: {problem}", 3.0)
            for problem in argument_problems(skill.tool, call.arguments)[:1]
        )
        for path, value in id_values(call.arguments):
            if not gives(known, value):
                yield Fault(turn.index, f"the {path} {value!r} was never mentioned", 3.0)


def known_before(scene: Scene, index: int) -> str:
    """All that was said, found, or is true in the world before a turn, squeezed."""
    texts = [turn.text for turn in scene.turns[:index]]
    texts += [result.text for turn in scene.turns[:index] for result in turn.results]
    tools = [f"{skill.tool.description} {skill.tool.parameters}" for skill in scene.skills.values()]
    return squeeze(" ".join([*texts, *tools, str(scene.brief), scene.system]))


def tool_names_in(scene: Scene, text: str) -> list[str]:
    """Names of tools and parameters with an underscore, as no user says them."""
    names = set(scene.skills) | {p for skill in scene.skills.values() for p in skill.tool.properties}
    return [word for word in _SNAKE.findall(text) if word in names]


def unsupported(scene: Scene, index: int) -> list[str]:
    """Figures and ids of a reply that no result, message, call or world entry before it gives."""
    turn = scene.turns[index]
    previous = scene.turns[index - 1] if index else None
    if previous is None or previous.kind != "results":
        return []
    texts = [t.text for t in scene.turns[:index]] + [r.text for t in scene.turns[:index] for r in t.results]
    texts += [str(call.arguments) for t in scene.turns[:index] for call in t.calls]
    known = " ".join([*texts, str(scene.brief), scene.system])
    squeezed = squeeze(known)
    numbers = {_number(n) for n in re.findall(r"-?\d[\d,]*(?:\.\d+)?", known)}
    numbers |= {abs(n) for n in numbers}  # the day of 2026-12-04 is read as a -4
    rounded = {round(n, places) for n in numbers for places in (0, 1, 2)}
    missing = [found for found in _ID.findall(turn.text) if squeeze(found) not in squeezed]
    figures = [(figure, _number(figure.lstrip("$"))) for figure in _FIGURE.findall(turn.text)]
    bases = numbers | {value for _, value in figures} if scene.recorded else set[float]()
    for figure, value in figures:
        if value in numbers or value in rounded or squeeze(figure) in squeezed:
            continue
        if not scene.recorded or not _may_be_computed(value, figure, bases):
            missing.append(figure)
    return missing


def _may_be_computed(value: float, figure: str, numbers: set[float]) -> bool:
    """Whether somebody else's assistant may have counted or added up what it says: small numbers, sums, differences."""
    if value <= _COUNTED and "$" not in figure and "." not in figure:
        return True
    if len(numbers) > _MOST_NUMBERS:
        return True
    return any(
        _other(round(value - n, 2), value, numbers) or _other(round(value + n, 2), value, numbers)
        for n in numbers
        if n != value
    )


def _other(number: float, value: float, numbers: set[float]) -> bool:
    return number != value and number in numbers


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0.0


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _SENTENCE_END.split(text)]


def repeated_sentences(text: str) -> list[str]:
    """Sentences of three words and more that a text says twice."""
    seen: set[str] = set()
    again: list[str] = []
    for part in sentences_of(text):
        if part in seen and len(part.split()) > 2:
            again.append(part)
        seen.add(part)
    return again


def overlap(scene: Scene, index: int) -> float:
    """Share of a turn's three-word phrases that other turns of its kind have as well: 0 to 1."""
    own = _phrases(scene.turns[index].text)
    others = {
        p for t in scene.turns if t.index != index and t.kind == scene.turns[index].kind for p in _phrases(t.text)
    }
    return len(own & others) / len(own) if own else 0.0


def _phrases(text: str) -> set[tuple[str, ...]]:
    words = [word.lower() for word in _WORDS.findall(text)]
    return set(zip(words, words[1:], words[2:], strict=False))
