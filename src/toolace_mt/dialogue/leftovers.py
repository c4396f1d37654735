"""What must never stay in a training dialogue: masks, placeholders, leaked special tokens, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

_WHAT = r"(?:id|name|number|date|time|city|location|address|email|phone|amount|user|key|token|password)"

PATTERNS: dict[str, re.Pattern[str]] = {
    "special token": re.compile(
        r"<\|[A-Za-z0-9_▁]{2,40}\|>|</?(?:s|bos|eos|pad|unk|sop|eop)>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|"
        r"</?tools>|</?tool_(?:call|response)s?>|</?function_calls?>|<function=[\w.-]{1,64}>|</function>|"
        r"</?think(?:ing)?>|</?scratchpad>|\bto=functions\.\w|"
        r"<｜[^｜\n]{2,40}｜>|\[/?(?:TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS|ARGS)\]|\[[gs]MASK\]|"
        r"\[\|/?[A-Za-z]{2,20}\|\]"
    ),
    "mask": re.compile(r"\[MASK(?:ED)?\]|\[mask(?:ed)?\]|<MASK(?:ED)?>|<mask(?:ed)?>|MASKED_TURN"),
    "placeholder": re.compile(
        rf"\[(?:insert|your|enter|placeholder|todo)\b[^\]\n]{{0,40}}\](?!\()|\[(?:\w{{1,20}}[ _-])?{_WHAT}\](?!\()|"
        r"<(?:insert|your|placeholder|todo)[ _-][^>\n]{0,40}>|\{\{\s*[a-z_][\w .-]{0,40}\}\}|"
        # One brace, as in a text that should have been filled in; behind a slash or a sign it is an address template.
        rf"(?<![\w/{{=$&?])\{{(?:[a-z]{{1,20}}_)?{_WHAT}\}}(?![}}\w/])|"
        rf"\byour_(?:\w{{1,20}}_)?{_WHAT}(?:_here)?\b|"
        r"\[(?:您的|你的|请(?:填写|输入|插入)|お客様の|ここに|(?:tu|su|inserte?|inserta|votre|insérez|ihr(?:e|"
        r"en)?|dein(?:e|en)?|seu|sua|insira|"
        r"ваш[аеи]?|вставьте) )[^\]\n]{1,40}\](?!\()|"
        # These alone are the whole text: inside a sentence they may be meant, as in "add it to my todo list".
        rf"\A\s*(?:<(?:\w{{1,20}}[ _-]){{0,3}}{_WHAT}>|todo|tbd|fixme|x{{4,}})\W*\Z",
        re.IGNORECASE,
    ),
    "refusal": re.compile(
        r"\bas an? (?:AI|artificial intelligence)(?: language)? model\b|\bI(?:'m|"
        r" am) (?:just )?an AI (?:language )?model\b|"
        r"(?:作为|我(?:只)?是)(?:一个|一款|一名)?(?:AI|人工智能|大型?)?语言模型|作为(?:一个|一款|一名)?(?:AI|"
        r"人工智能)模型|"
        r"\b(?:como|soy(?: solo| sólo)?|sou(?: apenas)?) (?:un |um )?modelo de (?:lenguaje|linguagem)\b|"
        r"\b(?:en tant que|je (?:ne )?suis (?:qu['’])?(?:un )?) ?modèle de langage\b|"
        r"\b(?:als|ich bin(?: nur)? ein) (?:ein )?(?:KI-?|AI-?|großes )?Sprachmodell\b|"
        r"言語モデル(?:として|なので|ですので|であるため)|언어 ?모델(?:로서|이라|이기 때문에)|"
        r"\bкак (?:большая )?языковая модель\b",
        re.IGNORECASE,
    ),
}

# A text, in lower case, that has none of these cannot match: looking for them takes a tenth of the time.
_HINTS: dict[str, tuple[str, ...]] = {
    "special token": (
        *("<|", "<｜", "[|", "s>", "pad>", "unk>", "sop>", "eop>", "inst]", "sys>>", "_turn>", "tool_", "_tools]"),
        *(
            "args]",
            "gmask]",
            "smask]",
            "function=",
            "function>",
            "function_call>",
            "think>",
            "thinking>",
            "scratchpad>",
            "to=functions",
        ),
    ),
    "mask": ("mask",),
    "placeholder": ("[", "<", "{", "your_", "todo", "tbd", "fixme", "xxxx"),
    "refusal": (
        "model",
        "语言模型",
        "智能模型",
        "ai模型",
        "modèle",
        "言語モデル",
        "언어 모델",
        "언어모델",
        "языковая модель",
    ),
}
_HINTED = tuple((hint, what) for what, hints in _HINTS.items() for hint in hints)


# Of special tokens and masks, those that no `<` is in.
_BRACKETED = re.compile(r"\[(?:[/|]|INST\]|TOOL_|AVAILABLE_|ARGS\]|[gs]?MASK|mask)")
_UNBRACKETED_MASK = "MASKED_TURN"
# Lists in JSON hold texts in quotes, and numbers: what follows the bracket of a placeholder is a letter.
_BRACKETED_WORD = re.compile(r"\[\w")
_BRACED = re.compile(r"\{[\w{]")
_ROUTED = "to=functions"
_PLACEHOLDER_HINTS = (b"your_", b"todo", b"tbd", b"fixme", b"xxxx")


# "Language model" in letters beyond ASCII; looked for only where a text has some.
_FOREIGN_MODELS = tuple(hint.encode() for hint in _HINTS["refusal"][1:])
_MUCH_FOREIGN = 1.01


def may_hold_tokens(text: str) -> bool:
    """Whether a special token or mask can be in `text`; quick on long texts, for single signs are found fastest."""
    return (
        "<" in text
        or ("[" in text and _BRACKETED.search(text) is not None)
        or _UNBRACKETED_MASK in text
        or ("=" in text and _ROUTED in text)
    )


def may_hold_leftovers(text: str) -> bool:
    """Whether anything that must not be there can be in `text`."""
    if may_hold_tokens(text) or _BRACKETED_WORD.search(text) or _BRACED.search(text):
        return True
    lowered = text.encode("utf-8", "replace").lower()  # of bytes, that takes little also where not all is ASCII
    if b"model" in lowered and (
        b"i model" in lowered or b"e model" in lowered or b"hmodell" in lowered or b"o de l" in lowered
    ):
        return True
    if len(lowered) > _MUCH_FOREIGN * len(text) and any(model in lowered for model in _FOREIGN_MODELS):
        return True
    return any(hint in lowered for hint in _PLACEHOLDER_HINTS)


def leftovers(text: str) -> Iterator[tuple[str, str]]:
    """(what it is, the text found) for everything in `text` that must not be there."""
    if not may_hold_leftovers(text):
        return
    lowered = text.lower()
    for what in dict.fromkeys([what for hint, what in _HINTED if hint in lowered]):
        for match in PATTERNS[what].finditer(text):
            yield what, match.group()


def strings_in(value: Any) -> Iterator[str]:
    """Every string inside a JSON value, keys left out."""
    return (inner for inner in _inside(value) if isinstance(inner, str))


def keys_in(value: Any) -> Iterator[str]:
    """Every key of the objects inside a JSON value."""
    return (key for inner in _inside(value) if isinstance(inner, dict) for key in cast("dict[str, Any]", inner))


def _inside(value: Any) -> Iterator[Any]:
    """`value` and all that is inside, in order; not recursive, as results may be nested deeper than Python calls can."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        yield inner
        if isinstance(inner, dict):
            waiting += reversed(cast("dict[str, Any]", inner).values())
        elif isinstance(inner, list | tuple):
            waiting += reversed(cast("list[Any]", inner))
