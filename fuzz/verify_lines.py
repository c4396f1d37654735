"""Fuzzes `verify` with atheris, guided by what code each input reaches: `python fuzz/verify_lines.py [SECONDS] [CORPUS]`.

Any exception out of a line, any line that takes over ten seconds, and any `internal-error` finding is a failure. Atheris is
not among the dev extras, as it exists for few platforms: `pip install atheris`.
"""

from __future__ import annotations

import sys

import atheris
import orjson

with atheris.instrument_imports(include=["toolace_mt"]):
    from toolace_mt.rules.verdicts import INTERNAL_ERROR
    from toolace_mt.runs.verifying import Checking, check_line

CHECKING = Checking()
SEEDS = tuple(
    orjson.dumps(row)
    for row in (
        {
            "messages": [
                {"role": "user", "content": "Book BK-48213 for May 14, 2024, please."},
                {
                    "role": "assistant",
                    "tool_calls": [{"id": "a", "function": {"name": "book", "arguments": '{"id":"BK-48213"}'}}],
                },
                {"role": "tool", "tool_call_id": "a", "content": '{"error":"no such booking"}'},
                {"role": "assistant", "content": "I have booked it for $1,234.50."},
            ],
            "tools": [{"name": "book", "parameters": {"type": "object", "properties": {"id": {"type": "string"}}}}],
        },
        {
            "conversations": [
                {"from": "human", "value": "Hi"},
                {"from": "function_call", "value": '{"name":"f","arguments":{}}'},
                {"from": "observation", "value": "1"},
                {"from": "gpt", "value": "It is one."},
            ],
            "tools": '[{"name":"f"}]',
        },
        {
            "conversations": [
                {"from": "system", "value": '<tools>[{"name":"f"}]</tools>'},
                {"from": "human", "value": "Hi"},
                {"from": "gpt", "value": '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>'},
                {"from": "tool", "value": "<tool_response>1</tool_response>"},
            ]
        },
        {
            "system": 'functions:\n[{"name":"f"}]',
            "conversations": [
                {"from": "user", "value": "Hi"},
                {"from": "assistant", "value": '[f(a=1, b="x"), g()]'},
                {"from": "tool", "value": '[{"name":"f","results":1}]'},
            ],
        },
    )
)


def one_line(data: bytes) -> None:
    """One input of the fuzzer."""
    verdict, _, _ = check_line(data, 1, CHECKING)
    ours = [finding for finding in verdict.findings if finding.rule == INTERNAL_ERROR]
    if ours:
        raise AssertionError(ours[0].detail)


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Half of the inputs come from a seed instead of from what there is, so that all forms are tried."""
    start = SEEDS[seed % len(SEEDS)] if len(data) < 8 or seed % 7 == 0 else data
    return atheris.Mutate(start, max_size)


def main() -> None:
    """Run for the given seconds (600)."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else "600"
    options = [sys.argv[0], f"-max_total_time={seconds}", "-timeout=10", "-max_len=8192", *sys.argv[2:]]
    atheris.Setup(options, one_line, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
