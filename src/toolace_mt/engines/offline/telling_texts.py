"""What the assistant says about results that are plain text: a line as it is, lists by their items, long texts in short."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Any

from toolace_mt.engines.offline.facts import facts_of
from toolace_mt.engines.offline.language import capital, counted, join_list, perfect, sentence
from toolace_mt.engines.offline.quoting import in_quotes, shortened
from toolace_mt.engines.offline.reading import Call
from toolace_mt.engines.offline.skills import Skill

_MARK = re.compile(r"^\s*(?:[-*•+]|\d+[.)]|\[(?P<kind>[A-Z]+)\])\s+")
_SUCCESS = re.compile(r"\b(?:success(?:ful(?:ly)?)?|ok|done|complete[d]?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?")
_FIELD = re.compile(r"^([A-Za-z][\w ]{1,30}):\s+(\S.*)$")
_PATH = re.compile(r"(?:[\w.-]*/)*[\w-][\w.-]*\.\w{1,5}")
_DIFF_FILE = re.compile(r"\+\+\+ (?:b/(\S+)|/dev/null)")
_ENDS = (".", "!", "?")
_MEDIA = frozenset({"image", "audio", "resource", "blob"})
_TEXT_FIELDS = frozenset({"content", "text", "output", "stdout"})
_MOST_LISTED, _SHOWN, _MOST_COUNTED, _SHORT_LINE, _SHORT_TEXT = 8, 4, 10, 70, 400


def text_in(content: Any) -> str | None:
    """The plain text that a result is, also as the only field of an object; None for others."""
    if isinstance(content, dict) and len(content) == 1:
        name, content = next(iter(content.items()))
        return content if isinstance(content, str) and name in _TEXT_FIELDS else None
    return content if isinstance(content, str) else None


def is_media(content: Any) -> bool:
    """Whether a result is an image, a sound or the like, which no words can tell."""
    blocks = content.get("content") if isinstance(content, dict) and len(content) == 1 else None
    return isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") in _MEDIA for b in blocks)


def tell_text(skill: Skill | None, call: Call, text: str, *, done: str = "") -> str:
    """What a result in plain text says, in a few sentences. done: what the call did, where it changed something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return sentence(
            f"I've {perfect(skill.wording.able)}, and it came back empty" if skill else "It came back empty"
        )
    if changed := _changes(lines):
        return changed
    if len(lines) == 1:
        return _line(skill, call, lines[0], done)
    marked = [line for line in lines if _MARK.match(line)]
    if len(marked) >= max(2, len(lines) - 2):
        head = lines[0].rstrip(":") if lines[0] is not marked[0] and lines[0].endswith(":") else ""
        return _listed(head, [_item(line) for line in marked])
    if told := _entries(text, call):
        return told
    fields = [match for line in lines if (match := _FIELD.match(line))]
    if len(fields) == len(lines) <= _MOST_LISTED:
        values = {m[1]: {"true": True, "false": False}.get(m[2].lower(), m[2]) for m in fields}
        return sentence(join_list(facts_of(values, call.arguments)))
    if all(len(line) <= _SHORT_LINE and not line.endswith(_ENDS) and " " not in line for line in lines):
        return _listed("", lines)
    return _text(_subject(call), lines)


def _line(skill: Skill | None, call: Call, line: str, done: str) -> str:
    """One line: a sentence stands for itself, anything else is quoted."""
    if _NUMBER.fullmatch(line):
        return sentence(f"The result is {line}")
    if done and skill is not None and skill.wording.kind == "act" and _SUCCESS.search(line):
        return f"{done} {sentence(line)}" if _tells_more(line, call) else done
    if len(line.split()) > 3 and (line[:1].isupper() or line.endswith(_ENDS)) and len(line) <= _SHORT_TEXT:
        return sentence(line)
    if skill is not None and skill.wording.kind == "act":
        return f"{done} {sentence(f'The answer was {in_quotes(line)}')}".strip()
    subject = _subject(call)
    return sentence(f"{subject} says {in_quotes(line)}" if subject else f"the answer is {in_quotes(line)}")


def _tells_more(line: str, call: Call) -> bool:
    """Whether a line that reports success holds a number or an id that the call did not have."""
    return any(found not in str(call.arguments) for found in re.findall(r"[\w-]*\d[\w-]*", line))


def _item(line: str) -> str:
    match = _MARK.match(line)
    folder = bool(match and match["kind"] == "DIR")
    return f"{_MARK.sub('', line, count=1)}{' (a folder)' if folder else ''}"


def _listed(head: str, items: Sequence[str]) -> str:
    lead = capital(head) if len(head.split()) > 1 else f"There {_are(len(items))}"
    if len(items) <= _MOST_LISTED:
        return sentence(f"{lead}: {join_list(list(items))}")
    return sentence(f"{lead}, first of all {join_list(list(items[:_SHOWN]))}")


def _changes(lines: Sequence[str]) -> str:
    """What a diff changes: its files, with the lines that came and went."""
    counts: dict[str, list[int]] = {}
    name = ""
    for line in lines:
        if match := _DIFF_FILE.match(line):
            name = match[1] or name
            counts.setdefault(name, [0, 0])
        elif counts and line[:1] in ("+", "-") and not line.startswith("---"):
            counts[name][line[0] == "-"] += 1
    said = [f"{name}{_came_and_went(*both)}" for name, both in counts.items() if name]
    if not said:
        return ""
    more = "" if len(said) <= _SHOWN else " and others"
    return sentence(f"the changes are in {join_list(said[:_SHOWN])}{more}")


def _came_and_went(added: int, removed: int) -> str:
    parts = [f"{_lines(count)} {verb}" for count, verb in ((added, "added"), (removed, "removed")) if count]
    return f" ({join_list(parts)})" if parts else ""


def _lines(count: int) -> str:
    return counted(count, "line") if count <= _MOST_COUNTED else "more than ten lines"


def _entries(text: str, call: Call) -> str:
    """How many entries a text of fields has, parted by empty lines, and what the first one says."""
    found: list[dict[str, str]] = []
    for block in re.split(r"\n[ \t]*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        lines = lines[1:] if lines and lines[0].endswith(":") else lines
        fields = [match for line in lines if (match := _FIELD.match(line))]
        if len(fields) < max(2, len(lines)):
            return ""
        found.append({m[1]: m[2].strip("'\"") for m in fields})
    if len(found) < 2:
        return ""
    return sentence(f"there {_are(len(found))}; for the first one, {join_list(facts_of(found[0], call.arguments))}")


def _are(count: int) -> str:
    if count == 1:
        return "is one entry"
    return f"are {counted(count, 'entry') if count <= _MOST_COUNTED else 'more than ten entries'}"


def _text(subject: str, lines: Sequence[str]) -> str:
    whole = "\n".join(lines)
    if len(whole) <= _SHORT_TEXT and len(lines) <= _MOST_LISTED:
        return sentence(f"Here's what {subject or 'came back'}{' says' if subject else ''}: {in_quotes(whole)}")
    return sentence(
        f"{subject or 'the answer'} has {_lines(len(lines))}, beginning with {in_quotes(shortened(lines[0]))}"
    )


def _subject(call: Call) -> str:
    """The file that the call reads, by its name."""
    found = [v for v in call.arguments.values() if isinstance(v, str) and _PATH.fullmatch(v.strip())]
    return posixpath.basename(found[0].strip()) if len(found) == 1 else ""
