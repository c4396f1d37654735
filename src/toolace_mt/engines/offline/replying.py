"""What the assistant says about results: sentences from the phrasebook, or made from the fields of the result."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from toolace_mt.engines.offline.agreeing import is_understood, turns_around
from toolace_mt.engines.offline.books import frames
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
from toolace_mt.engines.offline.templates import render_one
from toolace_mt.engines.offline.wording import PlainWording
from toolace_mt.schema.names import is_id_like, name_in_words

_DATETIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?")
_DULL = frozenset({"success", "ok", "message", "unit", "units", "note", "query", "page", "link", "url"})
_TEXTS = ("content", "text", "comment", "body")
_MOST_FACTS = 3
_SECRET = re.compile(r"token|key|password|secret", re.IGNORECASE)
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


def in_words(name: str, value: Any) -> str:
    """A result's value for the user: dollars, dates as `May 14`, lists with `and`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and re.search(r"_usd$|(^|_)usd_|dollars", name):
        return f"${value:,.2f}".removesuffix(".00")
    if isinstance(value, float):
        return say_value(round(value, 2))
    if isinstance(value, int) and not is_id_like(name) and value >= 10_000:
        return f"{value:,}"
    if isinstance(value, str) and (match := _DATETIME.fullmatch(value)):
        return _in_calendar(match)
    if isinstance(value, list):
        return join_list([in_words(name, item) for item in value if not isinstance(item, dict | list)])
    return str(value)


def _in_calendar(match: re.Match[str]) -> str:
    try:
        day = dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return match[0]
    return f"{day:%B} {day.day}" + (f" at {match[4]}" if match[4] else "")


def _plain(skill: Skill | None, call: Call, result: Result, rng: random.Random) -> str:
    facts = facts_of(result.content, call.arguments)
    if skill is not None and (told := _equation(skill, call, result)):
        return told
    if skill is None:
        return sentence(join_list(facts)) if facts else "That's done."
    if skill.wording.kind == "act":
        spoken = {n: Spoken(v, "stated") for n, v in call.arguments.items() if not isinstance(v, bool) and _is_short(v)}
        spoken = {n: s for n, s in spoken.items() if not is_understood(skill.tool, n, s.value)}
        turned = any(turns_around(skill.tool, n, v) for n, v in call.arguments.items())
        done = "That's done." if turned else sentence(f"I've {perfect(_for_you(skill.wording.clause(spoken, rng)))}")
        told = [fact for fact in facts if not _UNTOLD.match(fact)][:1]
        return f"{done} {sentence(_join_facts(told))}" if told else done
    if not facts:
        return sentence(f"I've {perfect(skill.wording.able)}, and there's nothing to report")
    return sentence(_lead(call, rng) + _join_facts(facts))


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
        if is_id_like(n) and isinstance(v, str | int) and not _SECRET.search(n)
    ]
    thing = re.sub(r" ?(id|uuid|number|code|key)$", "", name_in_words(ids[0][0])) if len(ids) == 1 else ""
    return f"For {'' if thing == 'symbol' else f'{thing} '}{ids[0][1]}, " if thing else ""


def _join_facts(facts: Sequence[str]) -> str:
    return join_list(list(facts))


def facts_of(content: Any, arguments: Mapping[str, Any]) -> list[str]:
    """Short clauses about a result, those that only repeat the arguments left out: `the balance is 250`."""
    if not isinstance(content, dict):
        if isinstance(content, list):
            return [f"here is what came back: {join_list([_item(i) for i in content[:4]])}"] if content else []
        return [f'the answer is "{content}"'] if isinstance(content, str) and content else [f"the result is {content}"]
    known = {str(v) for v in arguments.values()}
    facts: list[str] = []
    for name, value in content.items():
        if value is None or str(value) in known or name in _DULL or value == [] or value == {}:
            continue
        facts.append(_fact(name, value))
    return [fact for fact in facts if fact][:_MOST_FACTS]


def _fact(name: str, value: Any) -> str:
    said = re.sub(r"\b(id|url|api|ip)\b", lambda m: m[0].upper(), name_in_words(name))
    if isinstance(value, bool):
        if said.split(" ")[0] in ("can", "is", "has", "are"):
            return f"the check whether it {said} came back {'positive' if value else 'negative'}"
        return (
            f"the {said} is {'active' if 'status' in said else 'confirmed'}"
            if value
            else f"the {said} came back negative"
        )
    if isinstance(value, dict):
        inner = [
            f"{name_in_words(str(k))} {in_words(str(k), v)}" for k, v in value.items() if not isinstance(v, dict | list)
        ]
        return f"the {said} shows {join_list(inner[:4])}" if inner else ""
    if isinstance(value, list):
        return _list_fact(said, value)
    if said.startswith("last ") and isinstance(value, str) and (match := _DATETIME.fullmatch(value)):
        return f"it was {said} on {_in_calendar(match)}"
    verb = "are" if is_plural(said.split()[-1]) else "is"
    text = quoted(value) if isinstance(value, str) and not _DATETIME.fullmatch(value) else in_words(name, value)
    return f"the {said} {verb} {text}"


def _list_fact(said: str, value: Sequence[Any]) -> str:
    shown = [_item(item) for item in value[:4]]
    if not all(shown):
        return (
            f"there are {counted(len(value), 'entry')} under {said}"
            if len(value) != 1
            else f"there is one entry under {said}"
        )
    text = next((t for k in _TEXTS if isinstance(value[0], dict) and isinstance(t := value[0].get(k), str)), "")
    if text and len(text) < 160:
        told = _list_fact(said, [{k: v for k, v in item.items() if k not in _TEXTS} for item in value])
        return f"{told}, and the first one says {quoted(text)}"
    if not is_plural(said.split()[-1]):
        return f"the {said} contains {join_list(shown)}"
    if len(value) == 1:
        return f"there's one entry under {said}, {shown[0]}"
    return f"the {said} are {join_list(shown)}"


def _item(item: Any) -> str:
    if isinstance(item, dict):
        label = next((str(item[k]) for k in ("name", "title", "label", "username", "id") if item.get(k)), "")
        label = label or next((str(v) for v in item.values() if isinstance(v, str | int)), "")
        extra = next((f" ({v})" for k, v in item.items() if is_id_like(k) and str(v) != label), "")
        return f"{label}{extra}"
    return quoted(item) if not isinstance(item, list) else ""


def _without_repeats(said: str, before: Sequence[str]) -> str:
    """What is said, without sentences that stand in the reply already; all of it, where nothing else would be left."""
    known = {part for text in before for part in sentences_of(text)}
    fresh = [part for part in sentences_of(said) if part not in known]
    return " ".join(fresh) if fresh else said


def reply(skills: Mapping[str, Skill], exchanges: Sequence[tuple[Call, Result]], rng: random.Random) -> str:
    """The reply about all results of a sub-task, in the order of the calls."""
    good = [(c, r) for c, r in exchanges if not r.is_error] or list(exchanges)
    sentences: list[str] = []
    for call, result in good:
        said = ""
        for _ in range(4):
            said = reply_sentence(skills.get(call.name), call, result, rng)
            if not repeated_sentences(" ".join([*sentences, said])):
                break
        sentences.append(_without_repeats(said, sentences))
    acts = any(skills[c.name].wording.kind == "act" for c, _ in good if c.name in skills)
    start = rng.choice(frames("done" if acts else "found"))
    unique = list(dict.fromkeys(sentences))
    if len(unique) > 3 and rng.random() < 0.5:
        return "\n".join([rng.choice(frames("listed")), *(f"- {tidy(said)}" for said in unique)])
    return tidy(start + " ".join(unique))
