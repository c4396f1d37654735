"""A message in another language than those before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from toolace_mt.rules.reading import Reading
from toolace_mt.rules.tongues import in_plain_english, plainly_english, plainly_foreign
from toolace_mt.types import Finding, Severity


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SCRIPTS: dict[str, str] = {
    "Latin": "A-Za-z\u00c0-\u024f",
    "Cyrillic": "\u0400-\u04ff",
    "Greek": "\u0370-\u03ff",
    "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff",
    "Devanagari": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
    "Korean": "\u1100-\u11ff\uac00-\ud7a3",
    "Chinese or Japanese": "\u3040-\u30ff\u3400-\u9fff",
}
# In UTF-8: ASCII, the first bytes of accented letters and of punctuation and pictures, and all further bytes.
_LATIN_BYTES = bytes([*range(0xCA), 0xE2, *range(0xEE, 0x100)])
_LETTERS = {script: re.compile(f"[{signs}]") for script, signs in _SCRIPTS.items()}
# Signs of several of them stand for a word each.
_DENSE = ("Korean", "Chinese or Japanese")
_LATIN_LETTERS = 40
_OTHER_LETTERS = 15
_DENSE_LETTERS = 8
# Code, addresses, and what is quoted are in whatever language they are.
_QUOTED = re.compile(
    r"```[\s\S]{0,4000}?```|`[^`\n]{1,200}`|\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”|「[^」\n]{1,300}」|《[^》\n]{1,100}》|https?://\S{1,300}"
)
_ASKED_FOR = re.compile(
    r"translat|翻译|翻譯|перев[её]д|traduc|traduz|übersetz|\bin (?:english|chinese|mandarin|japanese|korean|russian|arabic|"
    r"hebrew|hindi|thai|"
    r"greek|spanish|french|german|italian|portuguese|dutch|ukrainian|bulgarian|serbian|belarusian|macedonian|persian|farsi|urdu|"
    r"pashto|kurdish|cantonese|taiwanese|bengali|tamil|telugu|marathi|nepali|punjabi|turkish|polish|czech|slovak|romanian|hungarian|"
    r"swedish|norwegian|danish|finnish|icelandic|vietnamese|indonesian|malay|tagalog|filipino|swahili|catalan|croatian|georgian|"
    r"armenian|kazakh|mongolian|lao|khmer|burmese|yiddish|(?:my|your|our|their) (?:mother|native) tongue)\b|"
    r"\blanguages?\b|\b(?:ingl[eé]s[ea]?|anglais|englisch\w*|inglês|engels)\b|英文|中文|英语|日语|韩语|语言|"
    r"speak (?:english|chinese|spanish|french|german)",
    re.IGNORECASE,
)

# The commonest words of languages in Latin letters that are not words of the others.
_COMMON: dict[str, frozenset[str]] = {
    "English": _words_of("the and you your is are with for this that have was what please would it of i'd i've can"),
    "Spanish": _words_of("el los las una para por con que está su usted gracias pero muy también quiero puedo tiene"),
    "French": _words_of("le les des une pour avec vous votre est dans sur pas que je nous merci mais sont avez"),
    "German": _words_of("der die das und ist nicht mit für ein eine sie ihre ich haben wird auf können bitte den"),
    "Italian": _words_of("il gli una per con che di non sono è della suo grazie ma anche questo vorrei"),
    "Portuguese": _words_of("o os uma para com que não você seu obrigado mas também está são em quero"),
    "Dutch": _words_of("de het een van voor met niet uw u is zijn dat ik naar op bent heeft alstublieft"),
}
_COMMON_WORDS = frozenset().union(*_COMMON.values())
_LONG_TEXT = 12
# A user message of so many signs is a sentence; and of no reply more than this is looked at.
_SAYS_MUCH = 25
_LONGEST = 2000
_SURE_SHARE = 0.2
_CLEAR_LEAD = 3

# A turn, its kind, and how many letters of each script are in its text.
_Message = tuple[int, str, Counter[str]]


def language_switch(reading: Reading) -> list[Finding]:
    """No message is in another language than the user's messages before it, unless a translation is asked for.

    An error where a reply has no letter of the only script that the user writes in, or is plainly in another language than
    the English of all users' messages, and where a message of a planned dialogue has no letter of the script that most of
    its messages are in; else a warning.
    """
    spoken = "\n".join([turn.text for turn in reading.turns])
    findings = list(_other_scripts(reading, spoken)) if _is_not_all_latin(spoken) else []
    findings = findings or list(_foreign_replies(reading)) or list(_other_languages(reading))
    return [] if findings and _may_switch(reading) else findings


def _is_not_all_latin(text: str) -> bool:
    """Whether letters of another script can be there; typographic quotes and accents are no such letters."""
    return not text.isascii() and bool(text.encode("utf-8", "replace").translate(None, _LATIN_BYTES))


def _may_switch(reading: Reading) -> bool:
    """Whether somebody speaks of languages: the user, the system prompt, or a tool that is called."""
    texts = (reading.dialogue.system, *(text for _, text in reading.requests), *(a.call.name for a in reading.answered))
    return any(_ASKED_FOR.search(text) for text in texts)


def _other_scripts(reading: Reading, spoken: str) -> Iterator[Finding]:
    there = [script for script, letter in _LETTERS.items() if letter.search(spoken)]
    if len(there) < 2:
        return
    messages = [
        (index, kind, _scripts(_QUOTED.sub(" ", reading.turns[index].text), there))
        for index, kind in enumerate(reading.kinds)
        if kind in ("user", "reply") or (kind == "calls" and not reading.recorded)
    ]
    yield from _not_as_the_user(messages, there) if reading.recorded else _not_as_the_rest(messages)


def _not_as_the_rest(messages: list[_Message]) -> Iterator[Finding]:
    """Messages without a letter of the script that most messages are in."""
    mostly = Counter(
        [max(counts, key=lambda s: counts[s] / _enough(s)) for _, _, counts in messages if any(counts.values())]
    )
    own = max(mostly, key=lambda s: mostly[s], default="")
    for index, kind, counts in messages:
        new = next((script for script, count in counts.items() if count >= _enough(script)), None)
        if new and not counts[own]:
            yield _finding(index, "error", kind, f"{new}, but the rest of the dialogue is in {own}")


def _not_as_the_user(messages: list[_Message], there: list[str]) -> Iterator[Finding]:
    """Messages without a letter of the script that the user's messages before them are in."""
    of_user: Counter[str] = Counter()
    for index, kind, counts in messages:
        users = {script for script, count in of_user.items() if count >= _enough(script) / 2}
        new = next((s for s, n in counts.items() if users and s not in users and n >= _enough(s)), None)
        if new and len(users) == 1 and not any(counts[script] for script in users):
            severity: Severity = (
                "error" if kind == "reply" and not any(of_user[s] for s in there if s not in users) else "warning"
            )
            yield _finding(index, severity, kind, f"{new}, but the user has written {next(iter(users))}")
        if kind == "user":
            of_user.update(counts)


def _scripts(text: str, there: list[str]) -> Counter[str]:
    return Counter({script: len(_LETTERS[script].findall(text)) for script in there})


def _enough(script: str) -> int:
    """How many letters of a script make a sentence."""
    if script in _DENSE:
        return _DENSE_LETTERS
    return _LATIN_LETTERS if script == "Latin" else _OTHER_LETTERS


def _foreign_replies(reading: Reading) -> Iterator[Finding]:
    """Replies that are plainly no English, to users who write nothing else, and those in English to users who write none."""
    yield from _english_replies(reading)
    found = [(index, tongue) for index, text in reading.replies if (tongue := plainly_foreign(text))]
    if not found or any(plainly_foreign(text) for _, text in reading.requests):
        return
    for index, tongue in found:
        if plainly_english([text for at, text in reading.requests if at < index]):
            yield _finding(index, "error", "reply", f"{tongue}, but the user has written English")


def _english_replies(reading: Reading) -> Iterator[Finding]:
    """Replies in English, where all that the user has said before is in another language; `OK` is in any."""
    own: str | None = None
    for index, kind in enumerate(reading.kinds):
        text = reading.turns[index].text
        if kind == "user" and len(text) >= _SAYS_MUCH:
            tongue = plainly_foreign(text)
            if tongue is None:
                return
            own = own or tongue
        elif kind == "reply" and own and in_plain_english(_QUOTED.sub(" ", text[:_LONGEST])):
            yield _finding(index, "error", kind, f"English, but the user has written {own}")


def _other_languages(reading: Reading) -> Iterator[Finding]:
    """Messages in another language of Latin letters, by their commonest words; only long ones tell."""
    own: str | None = None
    turns = reading.turns
    for index, kind in enumerate(reading.kinds):
        if kind not in ("user", "reply"):
            continue
        text = turns[index].text
        if own == "English" and " the " in text:  # the usual case, decided at once
            continue
        found = _language(text)
        if own is None:
            own = found if kind == "user" else None
        elif found and found != own:
            yield _finding(index, "warning", kind, f"{found}, but the user has written {own}")


@lru_cache(maxsize=4096)
def _language(text: str) -> str | None:
    """The language of a long text in Latin letters, where it is clear; None elsewhere."""
    if " the " in text and " you" in text:
        return "English"
    words = _QUOTED.sub(" ", text[:2000]).lower().split()
    if len(words) < _LONG_TEXT:
        return None
    known = [word for word in words if word in _COMMON_WORDS]
    if len(known) < _SURE_SHARE * len(words):
        return None
    counts = sorted([(len([word for word in known if word in common]), name) for name, common in _COMMON.items()])
    (second, _), (most, best) = counts[-2:]
    return best if most >= second + _CLEAR_LEAD else None


def _finding(index: int, severity: Severity, kind: str, what: str) -> Finding:
    who = {"reply": "the reply", "calls": "the text beside calls"}.get(kind, "the user's message")
    return Finding(rule="language-switch", severity=severity, turn=index, detail=f"{who} is in {what}")
