"""The formats, and the export of outcomes in one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from toolace_mt.dialogue.kept import parts_beside_text
from toolace_mt.errors import InputError
from toolace_mt.exporters import hermes, messages, sharegpt, toolace, trl
from toolace_mt.exporters.faulty import faulty_turns, without_faulty
from toolace_mt.exporters.leaving import fields_left, untrained_weights
from toolace_mt.exporters.parquet import write_parquet
from toolace_mt.exporters.updates import tool_updates
from toolace_mt.exporters.writing import OWN_FIELDS, Row, write_jsonl
from toolace_mt.rules import RULES
from toolace_mt.rules.reading import Reading
from toolace_mt.runs.whole_file import whole_file
from toolace_mt.types import Action, Dialogue, Outcome

Faulty = Literal["auto", "mask", "drop", "keep"]


@dataclass(frozen=True)
class Format:
    """A way to write dialogues.

    mask: marks faulty calls in a row so that training leaves them out of the loss; None where the format has no way to.
    archive: it takes any dialogue, with all its texts and tool updates; other formats take only what can be trained on.
    fields: its messages can have fields of their own, as those of the file had that was refined.
    """

    row: Callable[[Outcome, Dialogue], Row]
    write: Callable[[Iterable[Row], BinaryIO], None] = write_jsonl
    mask: Callable[[Row], Row] | None = None
    archive: bool = False
    text_beside_calls: bool = True
    fields: bool = False


FORMATS: dict[str, Format] = {
    "messages": Format(messages.row, mask=messages.mask_faulty, archive=True),
    "trl": Format(trl.row, fields=True),
    "sharegpt": Format(sharegpt.row, text_beside_calls=False),
    "hermes": Format(hermes.row),
    "toolace": Format(toolace.row, text_beside_calls=False),
    "parquet": Format(messages.row, write=write_parquet, mask=messages.mask_faulty, archive=True),
}


@dataclass(frozen=True)
class ExportReport:
    """What was written, and what a format has no place for.

    skipped: outcomes without a dialogue, or with one that does not alternate. faulty_masked, faulty_dropped: turns with
    faulty calls. texts_dropped: texts beside calls. tools_announced: tool updates told in a message. replies_untrained:
    replies kept out of the loss, as they speak of a missing tool that the row lists. parts_skipped: outcomes with images or
    other parts that are no text. weights_dropped: assistant messages that the refined file kept out of the loss, and that are
    now in it. fields_left: by name, the rows whose messages or tools have a field that the format has no place for.
    """

    out: Path
    rows: int
    skipped: int = 0
    faulty_masked: int = 0
    faulty_dropped: int = 0
    texts_dropped: int = 0
    tools_announced: int = 0
    replies_untrained: int = 0
    parts_skipped: int = 0
    weights_dropped: int = 0
    fields_left: Mapping[str, int] = field(default_factory=dict[str, int])


def export(outcomes: Iterable[Outcome], format: str, out: Path, faulty: Faulty = "auto") -> ExportReport:
    """Write `outcomes` to the file `out`, row by row: whole, or not at all.

    faulty: what becomes of calls marked as faulty: "mask" (kept, out of the loss), "drop" (taken out with their error and
    what is said of it), "keep"; "auto" masks where the format can, and drops elsewhere.
    Raises InputError for an unknown format or one that cannot mask, StorageFailed where `out` cannot be written.
    """
    if format not in FORMATS:
        raise InputError(f"there is no format {format!r}; the formats are {', '.join(FORMATS)}")
    chosen = FORMATS[format]
    if faulty == "auto":
        faulty = "mask" if chosen.mask else "drop"
    if faulty == "mask" and not chosen.mask:
        able = ", ".join(name for name, other in FORMATS.items() if other.mask)
        raise InputError(
            f"the format {format} cannot keep faulty calls out of the loss; drop or keep them ({able} can)"
        )
    counts: Counter[str] = Counter()
    left: Counter[str] = Counter()
    with whole_file(out) as file:
        chosen.write(_rows(outcomes, chosen, faulty, counts, left), file)
    return ExportReport(out=out, rows=counts.pop("rows", 0), fields_left=dict(left.most_common()), **counts)


def _rows(
    outcomes: Iterable[Outcome], chosen: Format, faulty: Faulty, counts: Counter[str], left: Counter[str]
) -> Iterator[Row]:
    for outcome in outcomes:
        dialogue = outcome.dialogue
        if dialogue is None or not dialogue.turns or (not chosen.archive and not can_train(dialogue)):
            counts["skipped"] += 1
            continue
        if not chosen.archive and next(parts_beside_text(dialogue), None) is not None:
            counts["parts_skipped"] += 1
            continue
        mistakes = faulty_turns(dialogue)
        if mistakes and faulty == "drop":
            dialogue, outcome = without_faulty(dialogue), _without_mistakes(outcome)
            counts["faulty_dropped"] += mistakes
        row = chosen.row(outcome, dialogue)
        if mistakes and faulty == "mask" and chosen.mask:
            row = chosen.mask(row)
            counts["faulty_masked"] += mistakes
        if not chosen.text_beside_calls:
            counts["texts_dropped"] += sum(isinstance(t, Action) and bool(t.calls and t.text) for t in dialogue.turns)
        if chosen.archive:
            counts["replies_untrained"] += len(row["metadata"]["untrained_messages"])
        else:
            counts["tools_announced"] += tool_updates(dialogue)
            counts["weights_dropped"] += untrained_weights(dialogue)
            left.update(sorted(fields_left(outcome, dialogue, of_messages=not chosen.fields)))
        counts["rows"] += 1
        yield _with_fields_of_row(row, outcome)


def _with_fields_of_row(row: Row, outcome: Outcome) -> Row:
    """The row with the fields that it had in the file that was refined, but for those whose names the format has itself."""
    fields = outcome.origin.fields if outcome.origin else {}
    return row | {name: value for name, value in fields.items() if name not in row and name not in OWN_FIELDS}


def can_train(dialogue: Dialogue) -> bool:
    """Whether the turns alternate, and every call has its result: what all trainers ask for."""
    reading = Reading(dialogue, recorded=False)
    findings = (*RULES["alternation"](reading), *RULES["pairing"](reading))
    return not any(finding.severity == "error" for finding in findings)


def _without_mistakes(outcome: Outcome) -> Outcome:
    """The mistakes that were put in have gone; so have turns, and their numbers in the findings no longer hold."""
    edits = tuple(e for e in outcome.edits if (e.kind, e.sub_kind) != ("error_simulation", "wrong_argument"))
    findings = tuple(finding.model_copy(update={"turn": None}) for finding in outcome.findings)
    return outcome.model_copy(update={"edits": edits, "findings": findings})
