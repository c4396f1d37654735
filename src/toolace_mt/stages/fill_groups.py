"""Which masked turns of a pass are filled together: one request writes one after another, several write side by side.

The cost of a way to split them, in characters of output that are waited for:
- the longest request of the wave; the others are ready by then;
- for each request beyond the first, its prompt: it is paid for and read again, though most of it is in the server's cache.

A character of a prompt weighs far less than one that is written. The weights are those of time, since time is what parallel
decoding is for: published latencies of calls are 0.0115 s for a token that is written and 0.000187 s for one of a prompt that
is read afresh, which is 1/60, and a tenth of that where it is cached. Price lists weigh prompts more: 1/4 to 1/5.
"""

from __future__ import annotations

from collections.abc import Mapping

FRESH = 1 / 60
"""What a character of a prompt weighs that no request had before."""

CACHED = 1 / 600
"""What one weighs that the request shares with an earlier one."""


def fill_groups(written: Mapping[int, int], *, fresh: int, cached: int, beside: int = 0) -> tuple[tuple[int, ...], ...]:
    """The cheapest split of masked turns into requests: turns in order, groups by their first; the fewest of equal ones.

    written: characters that each masked turn is expected to have. fresh, cached: characters of one request's prompt.
    beside: characters that another request of the same wave writes anyway: until it is ready, nothing is waited for.
    """
    if not written:
        return ()
    further = fresh * FRESH + cached * CACHED
    splits = [_split(written, count) for count in range(1, len(written) + 1)]
    best = min(splits, key=lambda split: max(beside, _longest(written, split)) + (len(split) - 1) * further)
    return tuple(sorted(tuple(sorted(group)) for group in best))


def _longest(written: Mapping[int, int], split: list[list[int]]) -> int:
    return max(sum(written[turn] for turn in group) for group in split)


def _split(written: Mapping[int, int], count: int) -> list[list[int]]:
    """`count` groups of about the same length: the longest turn first, each to the group that is shortest by then."""
    groups: list[list[int]] = [[] for _ in range(count)]
    lengths = [0] * count
    for turn in sorted(written, key=lambda turn: (-written[turn], turn)):
        shortest = min(range(count), key=lambda i: (lengths[i], len(groups[i])))
        groups[shortest].append(turn)
        lengths[shortest] += written[turn]
    return groups
