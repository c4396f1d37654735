"""The tables of a calibration: on a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolace_mt.cli.render import clean
from toolace_mt.metrics.agreement import Agreement
from toolace_mt.metrics.calibration import (
    RULES,
    RULES_OR_EXPERT,
    RULES_OR_WARNINGS,
    Calibration,
    KindCounts,
)

_WIDEST = 400


class _Table(NamedTuple):
    """texts: how many columns on the left hold words; the others hold figures."""

    title: str
    texts: int
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def print_tables(counted: Calibration) -> None:
    """Print the tables for people at a terminal."""
    console = Console(soft_wrap=True, highlight=False, markup=False, width=_WIDEST)  # a cut figure says nothing
    for table in _tables(counted):
        shown = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for place, name in enumerate(table.header):
            shown.add_column(name, justify="left" if place < table.texts else "right")
        for row in table.rows:
            shown.add_row(*(Text(clean(cell)) for cell in row))
        console.print(f"\n{table.title}")
        console.print(shown)


def print_markdown(counted: Calibration) -> None:
    """Print the tables as Markdown."""
    for table in _tables(counted):
        ruler = ["---" if place < table.texts else "---:" for place in range(len(table.header))]
        click.echo(f"### {table.title}\n")
        for row in (table.header, ruler, *table.rows):
            click.echo(f"| {' | '.join(_in_cell(cell) for cell in row)} |")
        click.echo()


def _in_cell(text: str) -> str:
    return " ".join(clean(text).split()).replace("\\", "\\\\").replace("|", "\\|")


def _tables(counted: Calibration) -> Iterator[_Table]:
    yield _judges(counted)
    experts = [name for name in counted.judges if name not in (RULES, RULES_OR_WARNINGS, RULES_OR_EXPERT)]
    figures = ("rows", "error", "any finding", "at the place", *experts)
    families = [(name, *_found(counts, experts)) for name, counts in counted.families.items()]
    yield _Table("Damage found, by family", 1, ("family", *figures), families)
    kinds = [(*names, *_found(counts, experts)) for names, counts in sorted(counted.kinds.items())]
    yield _Table("Damage found, by kind", 2, ("family", "kind", *figures), kinds)
    yield _rules(counted)


def _judges(counted: Calibration) -> _Table:
    header = ("judge", "bad", "good", "agreement", "precision", "recall", "F1", "kappa", "false alarms")
    rows = [(name, *_figures(counts)) for name, counts in counted.judges.items()]
    return _Table("Judges against labels", 1, header, rows)


def _figures(counts: Agreement) -> Iterator[str]:
    yield f"{counts.caught + counts.missed:,}"
    yield f"{counts.alarms + counts.passed:,}"
    yield from map(_percent, (counts.agreement, counts.precision, counts.recall, counts.f1))
    yield "-" if counts.kappa is None else f"{counts.kappa:.3f}"
    yield _percent(counts.false_alarms)


def _found(counts: KindCounts, experts: Sequence[str]) -> Iterator[str]:
    """Shares of the rows of a kind; those of experts are of the rows that they gave a verdict on."""
    yield f"{counts.rows:,}"
    yield from (_percent(number / counts.rows) for number in (counts.error, counts.finding, counts.located))
    yield from (_percent(counts.experts[name] / counts.judged if counts.judged else None) for name in experts)


def _rules(counted: Calibration) -> _Table:
    header = ("rule", "bad rows", "of these error", "good rows", "of these error")
    by_use = sorted(counted.rules.items(), key=lambda item: (-item[1].bad, item[0]))
    rows = [
        (name, *(f"{number:,}" for number in (counts.bad, counts.bad_error, counts.good, counts.good_error)))
        for name, counts in by_use
    ]
    return _Table("Rows in which each rule found something", 1, header, rows)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
