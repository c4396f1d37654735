"""Text that was broken on its way: control characters, replacement characters, UTF-8 that was read as something else.

Only what nobody writes on purpose counts. The sequences of mojibake are of those that ftfy knows
(https://ftfy.readthedocs.io), and no language has them: a capital `Ã` may end a Portuguese word before a quote, a dash or a
hard space, so these behind it prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def _signs(codes: Iterable[int]) -> str:
    return "".join(map(chr, codes))


_CONTROLS = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)]
# Codes that Unicode gives to no character, now or ever.
_NEVER = [*range(0xFDD0, 0xFDF0), *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))]
_OVERRIDES = "\u202d\u202e"
_EMBEDDINGS = "\u202a\u202b" + _OVERRIDES
_POP = "\u202c"
_DIRECTIONS = re.compile(f"[{_EMBEDDINGS}{_POP}\n\r\u2029]")

# The bytes from 0x80 to 0xBF, of which letters beyond ASCII have one to three behind their first, as Windows-1252 or Latin-1
# show them; those of them that stand behind no word; and all as Windows-1251 shows them.
_REST = _signs(range(0x80, 0xC0)) + "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_ODD = "€ƒ†‡ˆ‰ŠŒŽ˜šœžŸ¡¢£¤¥¦§¨©ª¬®¯°±²³´µ¶¸¹º¼½¾¿"
_CYRILLIC = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџ\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї"
_LEADS = "Â-ðРСв"
# Each begins with its lead, looked back at: so the search is for single signs, which is fast.
_MOJIBAKE = re.compile(
    rf"[{_LEADS}](?:"
    rf"(?<=Ã)[{_ODD}]|(?<=Ã)(?:\u00ad|[–“„…])(?=[a-z])|(?<=[a-z]Ã)\u00ad|"  # é, ü, í, Ö
    r"(?<=Â)[¡¢£¥§©®°±²³µ¶¼½¾¿]|(?<=[a-z0-9.,;:!?)]Â)\u00a0|"  # £, °, a hard space
    rf"(?<=â)€|(?<=â)[‚„ˆ†œšž][{_REST}]|(?<=в)Ђ|(?<=ð)Ÿ|(?<=ï)(?:»¿|¿½)|"  # quotes, signs, pictures, a byte order mark
    rf"(?<=[Â-ß])[{_REST}](?:[Â-ß][{_REST}]){{2,}}|"  # Cyrillic, Greek, Hebrew, Arabic
    rf"(?<=[РС])[{_CYRILLIC}](?:[РС][{_CYRILLIC}]){{2,}}|"  # Cyrillic, with Windows-1251
    rf"(?<=[à-í])[{_REST}]{{2}}(?:[à-í][{_REST}]{{2}})+)"  # Chinese, Japanese, Korean, Hindi, Thai
)


_KINDS = {
    "control character": _signs(_CONTROLS),
    "replacement character": "\ufffd",
    "noncharacter": _signs(_NEVER),
    "text direction override": _OVERRIDES,
}
_KIND_OF = {sign: kind for kind, signs in _KINDS.items() for sign in signs}
_NEVER_SIGNS = frozenset(_KIND_OF)
_LEADING = frozenset(_signs((*range(ord("Â"), ord("ð") + 1), *map(ord, "РСв"))))
_FOLLOWING = frozenset(_REST + _CYRILLIC)
_PLAIN = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
_LONGEST_SHOWN = 20
_MOST_SHOWN = 20


def may_be_garbled(text: str) -> bool:
    """Whether anything in `text` can be broken; quick on long texts, which are mostly ASCII but for some quotes."""
    return bool(_telling(text))


def garbled(text: str) -> list[tuple[str, str]]:
    """(what it is, the signs found) for what is broken in `text`: each once, and no more than a few."""
    telling = _telling(text)
    if not telling:
        return []
    wrong = telling & _NEVER_SIGNS
    if not wrong.isdisjoint(_OVERRIDES):
        wrong = wrong.difference(_OVERRIDES) | _unclosed(text)
    found = [(_KIND_OF[sign], sign) for sign in sorted(wrong, key=text.index)]
    misread = dict.fromkeys([match.group()[:_LONGEST_SHOWN] for match in _MOJIBAKE.finditer(text)])
    return [*found, *[("mojibake", signs) for signs in misread]][:_MOST_SHOWN]


def _telling(text: str) -> frozenset[str]:
    """The signs of `text` that no sound text has, or with which mojibake begins."""
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    if not beyond:
        return frozenset()
    signs = frozenset(beyond.decode("utf-8", "surrogatepass"))
    if not signs.isdisjoint(_NEVER_SIGNS) or not (signs.isdisjoint(_LEADING) or signs.isdisjoint(_FOLLOWING)):
        return signs
    return frozenset()


def _unclosed(text: str) -> frozenset[str]:
    """The overrides that `text` does not end in the same line, as Unicode has it (UAX 9)."""
    left: list[str] = []
    opened: list[str] = []
    for sign in _DIRECTIONS.findall(text):
        if sign in _EMBEDDINGS:
            opened.append(sign)
        elif sign == _POP:
            del opened[-1:]
        else:
            left += opened
            opened = []
    return frozenset((*left, *opened)).intersection(_OVERRIDES)
