"""How slow and how faulty a simulated server is.

Faults depend on the request's digest and on how often it came since the server began, never on the order of requests:
two runs meet the same faults where each has a fresh server, and a retry of the same request may pass.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolace_mt.engines.base import Completion
from toolace_mt.errors import InputError

FAULTS = ("rate_limit", "server", "drop", "refuse", "truncate", "garbage")
LATENCIES = ("base", "prompt", "output")


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds: base for each request, prompt and output for each token of them."""

    base: float = 0.0
    prompt: float = 0.0
    output: float = 0.0

    def seconds(self, completion: Completion) -> float:
        """How long the request that gave `completion` takes."""
        used = completion.usage
        return self.base + self.prompt * used.prompt_tokens + self.output * used.completion_tokens


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


def parse_latency(text: str) -> Latency:
    """`base=0.2,prompt=0.0001,output=0.01` in seconds. Raises InputError."""
    return Latency(**_parse_pairs(text, "--latency", LATENCIES))


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
        if name not in names or not 0 <= number < 1e6:
            raise InputError(f"{option}: {part!r} is not NAME=NUMBER with a NAME among {', '.join(names)}")
        pairs[name] = number
    return pairs
