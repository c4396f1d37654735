"""Damaged copies of anybody's file of dialogues: line by line, in memory that does not grow with the file."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from toolace_mt.corruption.kinds import KINDS, Kind
from toolace_mt.corruption.rows import Row, corruptions
from toolace_mt.corruption.transcript import DEEPEST, nests_deeper
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.blocks import has_blocks
from toolace_mt.dialogue.formats.turns import value_of
from toolace_mt.dialogue.messages import to_messages
from toolace_mt.dialogue.recorded import Form, NotADialogue
from toolace_mt.dialogue.turns import json_text
from toolace_mt.errors import InputError
from toolace_mt.runs.dialogue_file import read_lines, why_no_json
from toolace_mt.runs.whole_file import refuse_overwriting, whole_file


@dataclass(frozen=True)
class Corrupting:
    """What is damaged, and how often.

    per_dialogue: so many kinds for each dialogue, drawn from those that fit; None takes all that fit. share: of the
    dialogues, each of which is then damaged once at most; None damages all. keep: the originals are written too.
    form: of the rows; None finds it out row by row.
    """

    kinds: Sequence[Kind] = tuple(KINDS.values())
    seed: int = 0
    per_dialogue: int | None = None
    share: float | None = None
    keep: bool = False
    form: Form | None = None


@dataclass
class Corrupted:
    """What was written. skipped: dialogues that were damaged copies already. unreadable: lines that hold no dialogue.

    problem: what is wrong with the first of these.
    """

    rows: int = 0
    originals: int = 0
    skipped: int = 0
    unreadable: int = 0
    problem: str = ""
    kinds: Counter[str] = field(default_factory=Counter[str])


def corrupt_file(path: Path, out: Path, corrupting: Corrupting) -> Corrupted:
    """Write damaged copies of the dialogues in the JSONL file `path` to `out`, in OpenAI's form, whole or not at all.

    The same file and the same `corrupting` give the same bytes. Lines that cannot be read are left out, and counted. Raises
    InputError where none can be read, and StorageFailed where `out` cannot be written.
    """
    refuse_overwriting("--out", out, path)
    done = Corrupted()
    with whole_file(out) as file:
        for row in _rows(path, corrupting.form, done):
            done.rows += 1
            for written in _written(row, corrupting, done):
                file.write(json_text(written).encode() + b"\n")
        if not done.rows:
            reason = done.problem or f"{path}: holds no dialogues; name a JSONL file with a dialogue on each line"
            raise InputError(reason)
    return done


def _written(row: Row, corrupting: Corrupting, done: Corrupted) -> Iterator[Row]:
    metadata = row.get("metadata")
    if isinstance(metadata, dict) and "corruption" in metadata:
        done.skipped += 1
        return
    if corrupting.keep:
        done.originals += 1
        yield row
    for damaged in _damaged(row, corrupting):
        done.kinds[damaged["metadata"]["corruption"]["kind"]] += 1
        yield damaged


def _damaged(row: Row, corrupting: Corrupting) -> Iterator[Row]:
    """The damaged copies of a row that are asked for; which, is drawn from the seed and the row's id alone."""
    rng = random.Random(f"{corrupting.seed}/{row['id']!r}")
    if corrupting.share is not None and rng.random() >= corrupting.share:
        return iter(())
    wanted = 1 if corrupting.share is not None else corrupting.per_dialogue
    kinds = corrupting.kinds if wanted is None else rng.sample(corrupting.kinds, len(corrupting.kinds))
    return islice(corruptions(row, kinds, corrupting.seed), wanted)


def _rows(path: Path, form: Form | None, done: Corrupted) -> Iterator[Row]:
    for number, line in read_lines(path):
        try:
            yield _read(line, number, form)
        except NotADialogue as problem:
            done.unreadable += 1
            done.problem = done.problem or f"{path}:{number}: {problem}; mend the line, or take it out"


def _read(line: bytes, number: int, form: Form | None) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotADialogue(why_no_json(line, error)) from None
    if nests_deeper(row, DEEPEST):
        raise NotADialogue(f"is nested more than {DEEPEST} levels deep")
    return _as_openai(row, number, form)


def _as_openai(row: Any, number: int, form: Form | None) -> Row:
    """The row itself where it has OpenAI's form, with all that is odd in it; else its dialogue in that form."""
    recorded = read_recorded(row, number, form=form)
    plain = recorded.form == "openai" and isinstance(row.get("messages"), list)
    if plain and not any(has_blocks(value_of(message)) for message in row["messages"]):
        return {**row, "id": recorded.id}
    messages, tools, _ = to_messages(recorded.dialogue)
    return {"id": recorded.id, "messages": messages, "tools": tools, "metadata": recorded.metadata}
