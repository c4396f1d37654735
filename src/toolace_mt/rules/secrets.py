"""What should not be in public data: keys and card numbers, and what finds a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from toolace_mt.dialogue.real_values import has_iban_check, is_card, is_issued_ssn, is_no_example, is_no_fiction
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Finding


class _Kind(NamedTuple):
    """A kind of value. hints: in its outline, each has one of these. real: whether one is real, and no example."""

    rule: str
    what: str
    hints: tuple[bytes, ...]
    pattern: re.Pattern[str]
    real: Callable[[str], bool]


def _outline_of(code: int) -> str:
    sign = chr(code)
    if sign.isalnum():
        return "0" if sign.isdigit() else "A" if sign.isupper() else "a"
    return "-" if sign in "-. ()" else sign if sign in "+_" else " "


# The outline of a text: digits as 0, capitals as A, small letters as a; what stands between groups of digits as -.
_OUTLINE = "".join(map(_outline_of, range(128))).encode() + b" " * 128
# The signs that keys are of as one letter, so that a long word is found at once.
_RUNS = bytes(ord("w" if chr(code).isalnum() or chr(code) in "_-" else " ") for code in range(128)) + b" " * 128
_LONG_WORD = b"w" * 20
_LONGEST_KEY = 4100

_KEY = re.compile(
    r"(?P<api>sk-(?:proj-|ant-|or-|live-)?[\w-]{20,200}|[sr]k_live_\w{16,200}|AIza[\w-]{35})"
    r"|(?P<github>gh[pousr]_\w{36,255}|github_pat_\w{50,255})|(?P<aws>(?:AKIA|ASIA)[A-Z0-9]{16}\b)"
    r"|(?P<slack>xox[abprs]-[\w-]{15,200})|(?P<hugging_face>hf_[A-Za-z0-9]{30,64}\b)"
    r"|(?P<jwt>eyJ[\w-]{17,1000}\.eyJ[\w-]{10,2000}\.[\w-]{10,1000})"
)
# One of these begins every key.
_KEY_STARTS = (
    *(b"sk-", b"sk_live_", b"rk_live_", b"AIza", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
    *(b"AKIA", b"ASIA", b"xox", b"hf_", b"eyJ"),
)
_KEY_KINDS = {
    "api": "API key",
    "github": "GitHub token",
    "aws": "AWS access key",
    "slack": "Slack token",
    "hugging_face": "Hugging Face token",
    "jwt": "JSON web token",
}
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z]{1,10} ){0,2}PRIVATE KEY-----")
_PROVIDERS = (
    "gmail|googlemail|yahoo|hotmail|outlook|live|icloud|me|aol|msn|protonmail|proton|gmx|web|mail|yandex|qq|163|126"
)
_PROVIDER = re.compile(rf"@(?:{_PROVIDERS})\.[a-z]{{2,3}}\b", re.IGNORECASE)
_EMAIL_NAME = re.compile(r"[\w.+-]{1,64}\Z")
_NAME_ROOM = 64
_PHONE = (
    r"(?<![\w.-])(?:\+?1[-. ])?\(?[2-9]\d{2}\)?[-. ]{1,2}[2-9]\d{2}[-. ]\d{4}(?![\w-])|"
    r"(?<!\w)\+[2-9]\d{1,2}[ -]?\d[\d -]{7,11}\d(?!\w)"
)
_NUMBERS = (
    _Kind(
        "secrets",
        "card number",
        (b"0" * 13, b"0000-0000-0000"),
        re.compile(r"(?<![\w.-])[3-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}(?![\w-])"),
        is_card,
    ),
    _Kind(
        "personal-data",
        "phone number",
        (b"000-000-0000", b"000--000-0000", b"+00000000", b"+00-"),
        re.compile(_PHONE),
        is_no_fiction,
    ),
    _Kind(
        "personal-data",
        "social security number",
        (b"000-00-0000",),
        re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
        is_issued_ssn,
    ),
    _Kind(
        "personal-data",
        "IBAN",
        (b"AA00-", b"AA000000000", b"AA00AAAA"),
        re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
        has_iban_check,
    ),
)
# Every number above has one of these in its outline: two groups, or many digits in a row.
_ANY_NUMBER = (b"00-0000", b"0" * 13, b"AA000000000", b"AA00AAAA", b"+00000000", b"AA00-AAAA")
# The hints are looked for where one of these, which is a part of it, is there at all.
_GATES = (b"00-0000", b"0" * 13, b"AA00", b"+")
# A number stands so near to its hint, and no text is searched for more examples than these.
_BEFORE, _BEHIND, _MOST = 24, 48, 500

# rule, kind, value
_Found = tuple[str, str, str]


def secrets(reading: Reading) -> list[Finding]:
    """No key, token, private key or full card number stands in a dialogue; one finding for each kind."""
    return _findings(reading, "secrets")


def personal_data(reading: Reading) -> list[Finding]:
    """No e-mail at a real provider, phone number, social security number or IBAN; one finding for each kind."""
    return _findings(reading, "personal-data")


def _findings(reading: Reading, rule: str) -> list[Finding]:
    found = (*_of_system(reading.dialogue.system), *_of_turns(reading.written), *_of_turns(reading.told))
    values = {what: value for of_rule, what, value in reversed(found) if of_rule == rule}
    return [
        Finding(
            rule=rule,
            severity="warning",
            turn=_turn_of(reading, value),
            detail=f"contains what looks like a real {what}: {_veiled(value)!r}",
        )
        for what, value in values.items()
    ]


@lru_cache(maxsize=64)
def _of_system(text: str) -> tuple[_Found, ...]:
    """Many dialogues have the same system prompt."""
    return _sought(text)


@lru_cache(maxsize=4)
def _of_turns(text: str) -> tuple[_Found, ...]:
    """Both rules ask for the same texts, one after the other."""
    return _sought(text)


def _sought(text: str) -> tuple[_Found, ...]:
    """The first value of each kind in `text`."""
    signs = text.encode("utf-8", "replace")
    return (*_keys_in(text, signs), *_numbers_in(signs), *_emails_in(text))


def _keys_in(text: str, signs: bytes) -> Iterator[_Found]:
    if "PRIVATE KEY-" in text and (found := _PRIVATE_KEY.search(text)):
        yield "secrets", "private key", found.group()
    for word in _long_words(signs):
        found = _KEY.match(word)
        if found and is_no_example(found.group()):
            yield "secrets", _KEY_KINDS[found.lastgroup or ""], found.group()


def _long_words(signs: bytes) -> Iterator[str]:
    """The words that are long enough for a key, each with what comes right behind, as in `header.claims.signature`."""
    runs = signs.translate(_RUNS)
    at = runs.find(_LONG_WORD)
    while at >= 0:
        if signs.startswith(_KEY_STARTS, at):
            yield signs[at : at + _LONGEST_KEY].decode("utf-8", "replace")
        end = runs.find(b" ", at)
        at = runs.find(_LONG_WORD, end) if end >= 0 else -1


def _numbers_in(signs: bytes) -> Iterator[_Found]:
    outline = signs.translate(_OUTLINE)
    gates = tuple([gate for gate in _GATES if gate in outline])
    if gates and any(hint in outline for hint in _behind(gates, _ANY_NUMBER)):
        for kind in _NUMBERS:
            places = _places(outline, _behind(gates, kind.hints))
            value = next((v for place in places for v in _first(kind, _around(signs, place))), None)
            if value:
                yield kind.rule, kind.what, value


@lru_cache(maxsize=128)
def _behind(gates: tuple[bytes, ...], hints: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The hints that can be there, in order."""
    return tuple([hint for hint in hints if any(gate in hint for gate in gates)])


def _places(outline: bytes, hints: Iterable[bytes]) -> Iterator[int]:
    """Where the hints stand, the first ones of each."""
    for hint in hints:
        at = outline.find(hint)
        for _ in range(_MOST):
            if at < 0:
                break
            yield at
            at = outline.find(hint, at + len(hint))


def _around(signs: bytes, place: int) -> str:
    return signs[max(0, place - _BEFORE) : place + _BEHIND].decode("utf-8", "replace")


@lru_cache(maxsize=512)
def _first(kind: _Kind, text: str) -> tuple[str, ...]:
    """The first real one, or none; a number often stands in the same place of several results."""
    value = next((found.group() for found in kind.pattern.finditer(text) if kind.real(found.group())), None)
    return (value,) if value else ()


def _emails_in(text: str) -> Iterator[_Found]:
    at = text.find("@")
    while at >= 0:
        if provider := _PROVIDER.match(text, at):
            name = _EMAIL_NAME.search(text[max(0, at - _NAME_ROOM) : at])
            if name:
                yield "personal-data", "e-mail address", name.group() + provider.group()
                return
        at = text.find("@", at + 1)


def _veiled(value: str) -> str:
    """What may be told of a value: findings go into reports, and a secret must not."""
    return f"{value[:4]}{'*' * min(8, len(value) - 4)}"


def _turn_of(reading: Reading, value: str) -> int | None:
    """The first turn with the value, None where it is in the system prompt."""
    for index, turn in enumerate(reading.turns):
        written = (*getattr(turn, "calls", ()), *getattr(turn, "results", ()))
        if value in turn.text or any(
            value in str(getattr(part, "arguments", "") or getattr(part, "content", "")) for part in written
        ):
            return index
    return None
