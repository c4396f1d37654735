"""How slow and how faulty a simulated server is, as its user writes it.

Faults depend on the request's digest and on how often it came since the server began, never on the order of requests:
two runs meet the same faults where each has a fresh server, and a retry of the same request may pass.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolace_mt.errors import InputError
from toolace_mt.runs.serving.model import CACHES, ServerProfile

FAULTS = ("rate_limit", "server", "drop", "refuse", "truncate", "garbage")
TIMES = ("base", "prompt", "output")
LATENCIES = (*TIMES, "saturation", "cache", "cache_tokens", "speed")
_MOST = {"cache_tokens": 1e12}
_MOST_OF_ANYTHING_ELSE = 1e6


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of the requests that fail, each between 0 and 1, in all at most 1.

    rate_limit: HTTP 429 that asks to wait a second. server: HTTP 500. drop: the connection ends inside the answer.
    refuse: a refusal in place of content. truncate: half of the answer, finish_reason "length". garbage: no JSON.
    """

    shares: Mapping[str, float] = field(default_factory=dict[str, float])
    _seen: Counter[str] = field(default_factory=Counter[str])

    def draw(self, body: bytes) -> str | None:
        """The fault that the next request with this body meets."""
        if not self.shares:
            return None
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        self._seen[digest] += 1
        left = random.Random(f"{digest}/{self._seen[digest]}").random()
        for name, share in self.shares.items():
            left -= share
            if left < 0:
                return name
        return None


def parse_latency(text: str) -> ServerProfile:
    """`base=0.2,prompt=0.0001,output=0.01` in seconds, and `saturation=64,cache=16,cache_tokens=400000,speed=10`.

    Raises InputError.
    """
    given = _parse_pairs(text, "--latency", LATENCIES)
    saturation, cache, speed = given.get("saturation", 0.0), given.get("cache", 0.0), given.get("speed", 1.0)
    if saturation != int(saturation):
        raise InputError(f"--latency {text}: saturation is a whole number of answers at one time, 0 for no limit")
    if cache not in CACHES:
        raise InputError(f"--latency {text}: cache is one of {', '.join(map(str, CACHES))} (none, vLLM's, OpenAI's)")
    holds = given.get("cache_tokens", float(ServerProfile().cache_tokens))
    if holds < 1 or holds != int(holds):
        raise InputError(f"--latency {text}: cache_tokens is how many tokens the cache holds, a whole number from 1 on")
    if speed <= 0:
        raise InputError(f"--latency {text}: speed divides all times, so it is more than 0")
    times = {name: given.get(name, 0.0) for name in TIMES}
    return ServerProfile(**times, saturation=int(saturation), cache=int(cache), cache_tokens=int(holds), speed=speed)


def parse_times(text: str) -> ServerProfile:
    """`base=0.2,prompt=0.0001,output=0.01` in seconds, of a server of which nothing else is said. Raises InputError."""
    given = _parse_pairs(text, "--latency", TIMES)
    base, prompt, output = (given.get(name, 0.0) for name in TIMES)
    return ServerProfile(base, prompt, output)


def parse_faults(text: str) -> Faults:
    """`rate_limit=0.1,server=0.05` as shares of the requests. Raises InputError."""
    shares = _parse_pairs(text, "--faults", FAULTS)
    if sum(shares.values()) > 1:
        raise InputError(f"--faults {text}: the shares add up to more than 1")
    return Faults(shares)


def _parse_pairs(text: str, option: str, names: tuple[str, ...]) -> dict[str, float]:
    pairs: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if name not in names or not 0 <= number < _MOST.get(name, _MOST_OF_ANYTHING_ELSE):
            raise InputError(f"{option}: {part!r} is not NAME=NUMBER with a NAME among {', '.join(names)}")
        pairs[name] = number
    return pairs
