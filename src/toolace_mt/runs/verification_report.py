"""The report of a verification, as Markdown, or as one HTML page without anything from elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from toolace_mt.errors import InputError
from toolace_mt.runs.verifying import Example, Tally
from toolace_mt.runs.whole_file import whole_file
from toolace_mt.types import Severity

_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_LONGEST = 300
_EXAMPLES = 5
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.25rem .75rem;text-align:left}"
    "pre{background:#f4f4f4;padding:.5rem;white-space:pre-wrap;overflow-wrap:anywhere}code{font-size:.9em}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}pre{background:#262626}td,th{border-color:#444}}"
)


def check_report_name(path: Path) -> None:
    """Raises InputError where the name does not say which form the report has."""
    if path.suffix not in (".html", ".md"):
        raise InputError(f"--report {path}: end the name with .html or .md, so that the form is known")


def write_report(path: Path, source: str, tally: Tally) -> None:
    """Write the report of what was found in `source`, whole or not at all; the end of the name says which form it has."""
    check_report_name(path)
    text = markdown_report(source, tally)
    with whole_file(path) as file:
        file.write((text if path.suffix == ".md" else html_report(source, text)).encode())


def markdown_report(source: str, tally: Tally) -> str:
    """The report as Markdown (CommonMark with tables)."""
    return "\n".join(_lines(source, tally)) + "\n"


def html_report(source: str, markdown: str) -> str:
    """The same as one HTML page; what is not ours in the Markdown is escaped there."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    title = html.escape(f"Verification of {source}")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>\n'


def _lines(source: str, tally: Tally) -> Iterator[str]:
    yield f"# Verification of {_plain(source)}\n"
    share = tally.accepted / tally.rows if tally.rows else 0.0
    yield f"{tally.rows:,} dialogues: {tally.accepted:,} accepted ({share:.1%}), {tally.rejected:,} rejected.\n"
    if tally.forms:
        yield "Forms: " + ", ".join(f"{form} {count:,}" for form, count in tally.forms.most_common()) + ".\n"
    if not tally.dialogues:
        yield "Nothing was found."
        return
    yield "| rule | severity | dialogues | share | findings |\n| --- | --- | ---: | ---: | ---: |"
    for rule, severity in by_weight(tally):
        dialogues = tally.dialogues[rule, severity]
        yield (
            f"| {_plain(rule)} | {severity} | {dialogues:,} | {dialogues / tally.rows:.2%} |"
            f" {tally.findings[rule, severity]:,} |"
        )
    for key in by_weight(tally):
        yield f"\n## {_plain(key[0])} ({key[1]})\n"
        for example in tally.examples[key][:_EXAMPLES]:
            yield from _example(example)


def by_weight(tally: Tally) -> list[tuple[str, Severity]]:
    """The (rule, severity) found: errors first, then by the number of dialogues."""
    return sorted(tally.dialogues, key=lambda key: (key[1] != "error", -tally.dialogues[key], key))


def _example(example: Example) -> Iterator[str]:
    index = example.finding.message_index
    where = "" if index is None else f", message {index}"
    yield f"- {_plain(example.id)}{where}: {_plain(example.finding.detail)}"
    if example.excerpt:
        fence = "`" * (max(map(len, re.findall("`+", example.excerpt)), default=2) + 1)
        fence = fence if len(fence) >= 3 else "```"
        yield f"\n  {fence}json\n  {example.excerpt}\n  {fence}\n"


def _plain(text: str) -> str:
    """Text of others on one line, with no sign that Markdown would take for its own."""
    text = " ".join(text.split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return _SIGNS.sub(r"\\\1", text)
