"""The calls of a measurement, one a line: what a real inference engine needs to do the same work again.

A line: {"method", "dialogue", "number", "step", "attempt", "operation", "prompt_tokens", "cached_tokens", "output_tokens",
"after", "prefix_of", "prefix_tokens"}. number: of the call within its method. prefix_of: an earlier call whose prompt begins
with the same `prefix_tokens` tokens, null where there is none. cached_tokens: what the saturated server's cache gave. The
line before those of a method says how it ended: {"method", "attempted", "accepted": [dialogue, ...]}.

after: numbers of the calls of its dialogue that it waited for, as far as times on the unit clock tell: those that had ended
when it began. A call may not have needed each of them, so this is an upper bound of waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from toolace_mt.bench.clocks import Pass, TimedCall
from toolace_mt.engines.base import CallKey
from toolace_mt.errors import InputError
from toolace_mt.runs.serving.tokens import Prompt


def write_trace(passes: Mapping[str, tuple[Pass, Pass]], out: Path) -> None:
    """Write the calls of each method, given as its passes on the unit clock and on the saturated server. Raises InputError."""
    try:
        with out.open("wb") as file:
            for method, (unit, saturated) in passes.items():
                accepted = [outcome.id for outcome in unit.outcomes if outcome.status == "accepted"]
                head = {"method": method, "attempted": len(unit.outcomes), "accepted": accepted}
                for line in (head, *_lines(method, unit, saturated)):
                    file.write(orjson.dumps(line) + b"\n")
    except OSError as error:
        raise InputError(f"--trace {out}: cannot be written ({error.strerror or error})") from None


def _lines(method: str, unit: Pass, saturated: Pass) -> Iterator[dict[str, Any]]:
    calls = sorted(unit.calls, key=lambda call: (call.key.dialogue_id, call.begun, call.key))
    number = {call.key: position for position, call in enumerate(calls)}
    cached = {call.key: call.cached_tokens for call in saturated.calls}
    waited_for = predecessors(calls)
    first_with: dict[int, int] = {}
    for position, call in enumerate(calls):
        prompt = call.answer.own
        prefix_of, prefix_tokens = _longest_known(prompt, first_with)
        for digest in prompt.blocks:
            first_with.setdefault(digest, position)
        yield {
            "method": method,
            "dialogue": call.key.dialogue_id,
            "number": position,
            "step": call.key.step,
            "attempt": call.key.attempt,
            "operation": call.operation,
            "prompt_tokens": prompt.tokens,
            "cached_tokens": cached.get(call.key, 0),
            "output_tokens": call.answer.output_tokens,
            "after": [number[key] for key in waited_for[call.key]],
            "prefix_of": prefix_of,
            "prefix_tokens": prefix_tokens,
        }


def _longest_known(prompt: Prompt, first_with: Mapping[int, int]) -> tuple[int | None, int]:
    """The call that first had the longest known beginning of `prompt`, and how many tokens that has."""
    found, held = None, 0
    for digest in prompt.blocks:
        if digest not in first_with:
            break
        found, held = first_with[digest], held + Prompt.BLOCK
    return found, held


def predecessors(calls: Sequence[TimedCall]) -> dict[CallKey, list[CallKey]]:
    """For each call, on the unit clock, the calls of its dialogue that had ended when it began.

    It is an upper bound of what a call waits for: of two chains side by side, the second call of either seems to wait for
    the first of both. Those that such a call had itself waited for are left out.
    """
    by_dialogue: dict[str, list[TimedCall]] = {}
    for call in calls:
        by_dialogue.setdefault(call.key.dialogue_id, []).append(call)
    found: dict[CallKey, list[CallKey]] = {}
    for of_one in by_dialogue.values():
        for call in of_one:
            ended = [other for other in of_one if other.ended <= call.begun]
            last_begun = max((other.begun for other in ended), default=0.0)
            found[call.key] = [other.key for other in ended if other.ended > last_begun]
    return found
