"""What the assistant says about results: sentences from the phrasebook, or made from the fields of the result."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from toolace_mt.dialogue.grounding import mentions
from toolace_mt.engines.offline.agreeing import turns_around
from toolace_mt.engines.offline.books import frames
from toolace_mt.engines.offline.facts import facts_of, in_words
from toolace_mt.engines.offline.faults import repeated_sentences, sentences_of
from toolace_mt.engines.offline.language import (
    capital,
    counted,
    is_plural,
    join_list,
    perfect,
    pluralize,
    sentence,
    tidy,
)
from toolace_mt.engines.offline.phrases import DomainWording
from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.segments import quoted, say_value
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.engines.offline.spoken import Spoken
from toolace_mt.engines.offline.telling_texts import is_media, tell_text, text_in
from toolace_mt.engines.offline.templates import render_one
from toolace_mt.engines.offline.wording import PlainWording
from toolace_mt.schema.names import is_id_like, name_in_words, words

_SUCCESS = frozenset({"success", "ok", "status", "sent", "added", "deleted", "done", "authenticated", "completed"})
_SECRET = frozenset({"token", "key", "password", "secret", "pin", "passcode"})
_LEADING = re.compile(r"(?:The|There|It|Here)\b")
_UNTOLD = re.compile(
    r"the (?:\w+ )*status is|the (?:result|message|success|response|output)\b(?! is -?[\d.,]+$)|.* is confirmed$"
)


def reply_sentence(skill: Skill | None, call: Call, result: Result, rng: random.Random) -> str:
    """What one result says, in one or two sentences."""
    if result.is_error:
        return sentence(f"I couldn't {skill.wording.able if skill else 'do that'}: {_error_text(result.content)}")
    wording = skill.wording if skill is not None else None
    said = _from_book(wording, call, result, rng) if isinstance(wording, DomainWording) else None
    return said or _plain(skill, call, result, rng)


def _error_text(content: Any) -> str:
    text = content.get("error") or content.get("message") if isinstance(content, dict) else content
    return str(text or "something went wrong").rstrip(".")


def _from_book(wording: DomainWording, call: Call, result: Result, rng: random.Random) -> str | None:
    content: dict[str, Any] = result.content if isinstance(result.content, dict) else {}
    fields = {**call.arguments, **content, **parted_by_status(content, whole="status" not in call.arguments)}
    asked_for = str(call.arguments.get("status") or "").replace("_", " ")

    def resolve(slot: str) -> str | None:
        path, _, form = slot.partition(":")
        form = re.sub("^such", f"n {asked_for}".strip(), form)
        value = _at(fields, path.split("."))
        if value is None or value == "" or (value == [] and not form):
            return None
        return _shown(path, value, form, wording)

    lists = [value for value in fields.values() if isinstance(value, list)]
    single = wording.entry.get("one", ()) if lists and len(lists[0]) == 1 else ()
    none = wording.entry.get("none", ()) if not any(lists) else ()
    found = render_one(single or wording.entry["replies"], resolve, rng) or render_one(none, resolve, rng)
    return capital(tidy(found.text)) if found else None


def parted_by_status(content: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """For each list of things with a status: `X_current`, those that still stand, and under `cancelled` the ids of the rest.

    whole: the list shows things of every status; else the user asked for those of one, and all of them count.
    """
    parted: dict[str, Any] = {}
    gone: list[Any] = []
    for name, things in content.items():
        if isinstance(things, list) and all(isinstance(thing, dict) and "status" in thing for thing in things):
            dropped = [thing for thing in things if whole and thing["status"] == "cancelled"]
            parted[f"{name}_current"] = [thing for thing in things if thing not in dropped]
            gone += [next((v for k, v in thing.items() if is_id_like(k)), "") for thing in dropped]
    return {**parted, "cancelled": gone}


def _at(value: Any, path: Sequence[str]) -> Any:
    for place, part in enumerate(path):
        if part == "*":
            items = [_at(item, path[place + 1 :]) for item in value] if isinstance(value, list) else []
            return [item for item in items if item is not None]
        if isinstance(value, list) and part.isdigit():
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _shown(path: str, value: Any, form: str, wording: DomainWording) -> str:
    kind, _, noun = form.partition(" ")
    if kind in ("n", "k", "are"):
        count = len(value) if isinstance(value, list) else int(value)
        said = counted(count, noun)
        return f"{'is' if count == 1 else 'are'} {said}" if kind == "are" else said
    if kind == "v":
        return pluralize(noun) if len(value) == 1 else noun
    if form == "fee":
        return f"for a fee of {in_words(path, value)}" if value else "at no extra charge"
    if form == "verb":
        return "is" if len(value) == 1 else "are"
    if form == "goods":
        return join_list([_goods(item) for item in value])
    if form == "have":
        return "has" if len(value) == 1 else "have"
    if form == "q":
        return f"{value}x" if value != 1 else "one piece"
    if form == "quote":
        return f'"{str(value).strip()}"'
    name = path.split(".")[-1]
    if str(value) in (said := wording.book.get("values", {}).get(name, {})):
        return str(said[str(value)])
    if name in wording.book.get("enums", ()):
        return str(value).replace("_", " ")
    return in_words(name, value)


def _goods(item: Any) -> str:
    """An item of an order: `the Desk Lamp`, `2x the Desk Lamp`; a bare name likewise."""
    if not isinstance(item, dict):
        return f"the {item}"
    many = item.get("quantity", 1)
    return f"{f'{many}x ' if many != 1 else ''}the {item.get('product_name', 'product')}"


def _plain(skill: Skill | None, call: Call, result: Result, rng: random.Random) -> str:
    if (text := text_in(result.content)) is not None:
        return tell_text(skill, call, text, done=_done(skill, call) if skill else "")
    if skill is not None and is_media(result.content):
        return _done(skill, call)
    facts = facts_of(result.content, call.arguments)
    if skill is not None and (told := _equation(skill, call, result)):
        return told
    if skill is None:
        return sentence(join_list(facts)) if facts else "That's done."
    if skill.wording.kind == "act":
        return _act(skill, call, result, facts)
    if not facts:
        nothing = "" if result.content else ", and there's nothing to report"
        return sentence(f"I've {perfect(skill.wording.able)}{nothing}")
    return sentence(_lead(call, rng) + join_list(facts))


def _act(skill: Skill, call: Call, result: Result, facts: Sequence[str]) -> str:
    """What has been done, with one thing about it; or what was tried, where the result says that it was in vain."""
    if failed := _failed(result.content):
        return sentence(f"I tried to {_clause(skill, call)}, but the {name_in_words(failed)} came back negative")
    told = [fact for fact in facts if not _UNTOLD.match(fact)][:1]
    return f"{_done(skill, call)} {sentence(told[0])}" if told else _done(skill, call)


def _done(skill: Skill, call: Call) -> str:
    turned = any(turns_around(skill.tool, n, v) for n, v in call.arguments.items())
    return "That's done." if turned else sentence(f"I've {perfect(_clause(skill, call))}")


def _clause(skill: Skill, call: Call) -> str:
    """What the call was for, with its values, but for secrets and long texts."""
    given = {n: v for n, v in call.arguments.items() if not isinstance(v, bool) and _is_short(v)}
    spoken = {n: Spoken(v, "stated") for n, v in given.items() if not _SECRET & set(words(n))}
    return _for_you(skill.wording.clause(spoken, random.Random(0)))


def _failed(content: Any) -> str:
    """The field that says that nothing was done; nothing where none does."""
    fields = content.items() if isinstance(content, dict) else ()
    return next((str(n) for n, v in fields if v is False and _SUCCESS & {*words(str(n))[-1:]}), "")


_SIGNS = {"add": "plus", "multiply": "times", "divide": "divided by", "subtract": "minus"}
_ASKED = frozenset(
    {"calculate", "get", "find", "estimate", "check", "work out", "look up", "count", "measure", "predict"}
)


def _equation(skill: Skill, call: Call, result: Result) -> str | None:
    """`36 plus 31 is 67`; `The square root of 3 is 1.73`: one value that the clause itself names."""
    wording = skill.wording
    if not isinstance(wording, PlainWording) or not isinstance(result.content, dict) or len(result.content) != 1:
        return None
    name, value = next(iter(result.content.items()))
    if isinstance(value, list | dict) or value is None or (isinstance(value, bool) and "status" not in name):
        return None
    numbers = list(call.arguments.values())
    shown = ("active" if value else "not active") if isinstance(value, bool) else in_words(name, value)
    if skill.owner == "power" and len(numbers) == 2:
        return sentence(f"{say_value(numbers[0])} to the power of {say_value(numbers[1])} is {shown}")
    if wording.phrase.verb == "convert" and len(numbers) == 1 and isinstance(value, int | float):
        given, _, unit = wording.subject({n: Spoken(v, "stated") for n, v in call.arguments.items()}).partition(" to ")
        if unit and " " not in unit and say_value(numbers[0]) in given:
            return sentence(f"{given} is {shown} {unit if is_plural(unit) else pluralize(unit)}")
    if wording.phrase.verb in _SIGNS and len(numbers) == 2 and isinstance(value, int | float):
        return sentence(f"{say_value(numbers[0])} {_SIGNS[wording.phrase.verb]} {say_value(numbers[1])} is {shown}")
    if wording.phrase.verb in _ASKED and wording.phrase.object.startswith("the "):
        subject = wording.subject({n: Spoken(v, "stated") for n, v in call.arguments.items()})
        if len(subject) < 90 and not is_plural(wording.phrase.object.split(" of ")[0].split()[-1]):
            return sentence(f"{subject} is {quoted(value) if isinstance(value, str) else shown}")
    return None


def _is_short(value: Any) -> bool:
    return len(str(value)) < 60 and not isinstance(value, dict)


def _for_you(clause: str) -> str:
    return clause.replace(" my ", " your ")


def _lead(call: Call, rng: random.Random) -> str:
    """What the facts are about, where one argument says it."""
    subject = [v for v in call.arguments.values() if isinstance(v, str) and 2 < len(v) < 30 and v[:1].isupper()]
    if len(subject) == 1 and rng.random() < 0.7:
        return f"For {subject[0]}, "
    ids = [
        (n, v)
        for n, v in call.arguments.items()
        if is_id_like(n) and isinstance(v, str | int) and not _SECRET & set(words(n))
    ]
    thing = re.sub(r" ?(id|uuid|number|code|key)$", "", name_in_words(ids[0][0])) if len(ids) == 1 else ""
    return f"For {'' if thing == 'symbol' else f'{thing} '}{ids[0][1]}, " if thing else ""


def _without_tools(said: str, names: Collection[str]) -> str:
    """What is said, without sentences in which a result speaks of other tools: users know none."""
    named = re.compile(r"\b\w+_\w+\b")
    if not any(found in names for found in named.findall(said)):
        return said
    kept = [part for part in sentences_of(said) if not any(found in names for found in named.findall(part))]
    return " ".join(kept) or "That's done."


def _without_repeats(said: str, before: Sequence[str]) -> str:
    """What is said, without sentences that stand in the reply already; a quotation is never taken apart."""
    known = {part for text in before for part in sentences_of(text)}
    fresh = " ".join(part for part in sentences_of(said) if part not in known)
    if not fresh:
        return ""
    return fresh if fresh and fresh.count('"') % 2 == 0 and said.count('"') <= 2 * (fresh == said) else said


def _told_apart(said: str, call: Call, before: Sequence[Call]) -> str:
    """With the value that sets a call apart from others of the same tool, where nothing in the sentence does."""
    other = next((each for each in before if each.name == call.name), None)
    if other is None or not _LEADING.match(said):
        return said
    apart = [v for n, v in call.arguments.items() if v != other.arguments.get(n) and isinstance(v, str)]
    if len(apart) != 1 or mentions(said, apart[0]) or not _is_short(apart[0]):
        return said
    return f"For {quoted(apart[0])}, {said[:1].lower()}{said[1:]}"


def reply(skills: Mapping[str, Skill], exchanges: Sequence[tuple[Call, Result]], rng: random.Random) -> str:
    """The reply about all results of a sub-task, in the order of the calls."""
    good = [(c, r) for c, r in exchanges if not r.is_error] or list(exchanges)
    sentences: list[str] = []
    for place, (call, result) in enumerate(good):
        said = ""
        for _ in range(4):
            said = reply_sentence(skills.get(call.name), call, result, rng)
            said = _told_apart(said, call, [c for c, _ in good[:place]])
            if not repeated_sentences(" ".join([*sentences, said])):
                break
        sentences.append(_without_repeats(_without_tools(said, skills), sentences))
    acts = any(skills[c.name].wording.kind == "act" for c, _ in good if c.name in skills)
    start = rng.choice(frames("done" if acts else "found"))
    unique = list(dict.fromkeys(filter(None, sentences)))
    if any(said.startswith("I tried to") or r.is_error for said, (_, r) in zip(sentences, good, strict=True)):
        return tidy(" ".join(unique))
    if len(unique) > 3 and rng.random() < 0.5:
        return "\n".join([rng.choice(frames("listed")), *(f"- {tidy(said)}" for said in unique)])
    return tidy(start + " ".join(unique))
