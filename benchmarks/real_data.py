"""The rules on real dialogues: `python -m benchmarks.real_data FOLDER [--held-back] [--write FILE]`.

FOLDER holds real dialogues, no part of the project: `real/dialogues_{tau_historical,tau2_sierra,apibank}.jsonl.gz`,
`real/dialogues_bfcl_truth.jsonl.gz` with `real/toolpool_bfcl_multiturn.jsonl`, `sgd_cc_by_sa/dialogues_sgd_sample.jsonl.gz`.
Of tau and tau2, the dialogues that ended well (reward 1) are taken. A quarter of each source, by the CRC of its ids, was kept
back while the rules were written: --held-back tells of these alone.

--write keeps them, API-Bank's left out: `toolace-mt corrupt FILE --keep` and `toolace-mt calibrate --markdown` make the table
of docs/verification.md of that.
"""

from __future__ import annotations

import argparse
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from tests.doubles.bfcl import dialogue_row
from toolace_mt.runs.verifying import Checking, check_line

Row = dict[str, Any]


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a compressed file that ended well."""
    with gzip.open(path) as lines:
        for line in lines:
            row = orjson.loads(line)
            if row.get("reward", 1) == 1:
                yield row


def bfcl_rows(real: Path, *, replies: bool) -> Iterator[Row]:
    """BFCL's gold calls as dialogues: nobody wrote replies for them, so there are none, or ones that say nothing."""
    pool = [orjson.loads(line) for line in (real / "toolpool_bfcl_multiturn.jsonl").read_bytes().splitlines()]
    for test in rows_of(real / "dialogues_bfcl_truth.jsonl.gz"):
        yield dialogue_row(test, pool, replies=replies, parallel=False)


def sources(folder: Path) -> dict[str, list[Row]]:
    """The real dialogues by their source."""
    real = folder / "real"
    return {
        "tau": list(rows_of(real / "dialogues_tau_historical.jsonl.gz")),
        "tau2": list(rows_of(real / "dialogues_tau2_sierra.jsonl.gz")),
        "BFCL": list(bfcl_rows(real, replies=False)),
        "BFCL+": list(bfcl_rows(real, replies=True)),
        "SGD": list(rows_of(folder / "sgd_cc_by_sa" / "dialogues_sgd_sample.jsonl.gz")),
        "API-Bank": list(rows_of(real / "dialogues_apibank.jsonl.gz")),
    }


def held_back(row: Row) -> bool:
    """Whether a row was not looked at while the rules were written."""
    return zlib.crc32(str(row["id"]).encode()) % 4 == 0


def report(name: str, rows: list[Row]) -> None:
    """One line about a source, and one for each row that is rejected; of API-Bank, whose calls often break, only a few."""
    rejected: list[str] = []
    found: Counter[str] = Counter()
    for number, row in enumerate(rows, 1):
        verdict, _, _ = check_line(orjson.dumps(row), number, Checking())
        found.update({f"{finding.rule} ({finding.severity})" for finding in verdict.findings})
        errors = [finding for finding in verdict.findings if finding.severity == "error"]
        if errors:
            rejected += [f"    {row['id']}[{f.message_index}] {f.rule}: {f.detail[:160]}" for f in errors[:3]]
    dialogues = len({line.split("[")[0] for line in rejected})
    print(f"{name:9} {len(rows):4} dialogues, {dialogues:3} rejected ({dialogues / max(1, len(rows)):.2%})")
    print("    " + ", ".join(f"{rule} {count}" for rule, count in found.most_common()))
    for line in rejected if name != "API-Bank" else rejected[:5]:
        print(line)


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--held-back", action="store_true")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the dialogues that are accepted, to be damaged"
    )
    options = parser.parse_args()
    chosen = {
        name: [row for row in rows if held_back(row) == options.held_back]
        for name, rows in sources(options.folder).items()
    }
    for name, rows in chosen.items():
        report(name, rows)
    if options.write:
        good = [row for name, rows in chosen.items() if name != "API-Bank" for row in rows]
        options.write.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in good))
        print(f"{len(good)} dialogues written to {options.write}")


if __name__ == "__main__":
    main()
