"""What is said without tools: small talk, general questions, requests that nothing serves, and how they are found again."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from toolace_mt.dialogue.grounding import squeeze
from toolace_mt.engines.offline.books import frames, read_book
from toolace_mt.engines.offline.phrases import DOMAINS
from toolace_mt.engines.offline.reading import Scene

Entry = Mapping[str, Any]
_SECTION = {"small_talk": "chat", "general_question": "questions_general"}


def entries(scene: Scene, section: str) -> list[Entry]:
    """The entries of a section: of the domains that the tools belong to, then (or else) those for any tools."""
    domains = dict.fromkeys(skill.domain for skill in scene.skills.values() if skill.domain)
    own = [entry for domain in domains for entry in read_book(domain)[section]]
    return own or list(read_book("everyday")[section])


def small_talk(scene: Scene, sub_kind: str, rng: random.Random) -> tuple[str, str]:
    """A remark or question of the user, and the answer; one that the dialogue does not have yet."""
    said = squeeze(" ".join(turn.text for turn in scene.turns))
    found = [e for e in entries(scene, _SECTION[sub_kind]) if not any(squeeze(u) in said for u in e["user"])]
    entry = rng.choice(found or entries(scene, _SECTION[sub_kind]))
    return rng.choice(entry["user"]), rng.choice(entry["reply"])


def unserved(scene: Scene, rng: random.Random) -> Entry:
    """A request that no tool can serve: none of its words is in a tool's name or description."""
    known = " ".join(f"{s.tool.name} {s.tool.description}" for s in scene.skills.values()).lower()
    served = [e for e in entries(scene, "unserved") if not any(word in known for word in e["words"])]
    everyday = [e for e in read_book("everyday")["unserved"] if not any(word in known for word in e["words"])]
    return rng.choice(served or everyday or read_book("everyday")["unserved"])


def known_exchange(text: str, side: str) -> Entry | None:
    """The entry of any book whose `user` or `reply` (side) text occurs in `text`."""
    key = squeeze(text)
    for book in (*DOMAINS, "everyday"):
        for section in ("chat", "questions_general"):
            for entry in read_book(book)[section]:
                if any(squeeze(line) in key for line in entry[side]):
                    return entry
    return None


def known_unserved(text: str) -> Entry | None:
    """The request that nothing serves which `text` makes, or which it declines."""
    key = squeeze(text)
    for book in (*DOMAINS, "everyday"):
        for entry in read_book(book)["unserved"]:
            if squeeze(entry["cannot"]) in key or any(squeeze(line) in key for line in entry["user"]):
                return entry
    return None


def decline(cannot: str, able: str, rng: random.Random) -> str:
    """The assistant has no tool for what was asked, and offers what it can do."""
    return rng.choice(frames("declines")).replace("{cannot}", cannot).replace("{able}", able)


def lacking(able: str, rng: random.Random) -> str:
    """The assistant cannot do the request itself for now."""
    return rng.choice(frames("lacks")).replace("{able}", able)


def pick(options: Sequence[str], avoid: str, rng: random.Random) -> str:
    """One of the options that `avoid` does not hold, if there is one."""
    fresh = [option for option in options if squeeze(option) not in squeeze(avoid)]
    return rng.choice(fresh or list(options))
