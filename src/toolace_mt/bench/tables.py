"""The report as tables that a terminal shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.table import Table

from toolace_mt.bench.methods import BASELINE, EXECUTED_BASELINE, METHODS
from toolace_mt.bench.report import Figures

_Format = Callable[[float], str]
_Row = tuple[str, str, _Format]
_ENTAILMENT: _Row = ("entailment ratio", "statistics.entailment_ratio", lambda n: f"{n:.1%}")
_FIGURES: tuple[_Row, ...] = (
    ("attempted", "attempted", lambda n: f"{n:,.0f}"),
    ("accepted", "accepted", lambda n: f"{n:,.0f}"),
    ("pass rate", "pass_rate", lambda n: f"{n:.0%}"),
    ("calls", "calls", lambda n: f"{n:,.1f}"),
    ("calls in sequence", "depth", lambda n: f"{n:,.1f}"),
    ("prompt tokens", "prompt_tokens", lambda n: f"{n:,.0f}"),
    ("of them cached", "cached_prompt_tokens", lambda n: f"{n:,.0f}"),
    ("completion tokens", "completion_tokens", lambda n: f"{n:,.0f}"),
    ("US dollars", "usd", lambda n: f"{n:.4f}"),
    ("seconds, few at a time", "seconds.few", lambda n: f"{n:.2f}"),
    ("seconds, full server", "seconds.saturated", lambda n: f"{n:.2f}"),
    ("latency, few at a time", "latency.few", lambda n: f"{n:.1f}"),
    ("latency, full server", "latency.saturated", lambda n: f"{n:.1f}"),
    ("user turns", "statistics.user_turns", lambda n: f"{n:.2f}"),
    ("calls per user turn", "statistics.calls_per_user_turn", lambda n: f"{n:.2f}"),
    ("entropy (bits)", "statistics.entropy_bits", lambda n: f"{n:.2f}"),
    ("distinct-3", "statistics.distinct_3", lambda n: f"{n:.3f}"),
    _ENTAILMENT,
    ("prefix shared with an earlier request", "shared_prefix.share", lambda n: f"{n:.0%}"),
)
_PER_USER_TURN: tuple[_Row, ...] = (
    ("model calls", "per_user_turn.calls", lambda n: f"{n:,.2f}"),
    ("completion tokens", "per_user_turn.completion_tokens", lambda n: f"{n:,.0f}"),
    ("seconds, few at a time", "per_user_turn.seconds.few", lambda n: f"{n:.2f}"),
    ("seconds, full server", "per_user_turn.seconds.saturated", lambda n: f"{n:.3f}"),
)


def tables_of(report: Figures) -> Iterator[Table]:
    """All methods side by side, by dialogue and by turn of the user; then those that run tools against what runs them, too."""
    methods = list(report["methods"])
    compared = BASELINE in methods and len(methods) > 1
    less = f"; in brackets: how many times less than {BASELINE}" if compared else ""
    asked = any(figures["statistics"].get("entailment_ratio") is not None for figures in report["methods"].values())
    rows = [row for row in _FIGURES if asked or row is not _ENTAILMENT]
    yield _table(f"per accepted dialogue{less}", report, methods, rows, BASELINE)
    yield _table(f"per turn of the user in accepted dialogues{less}", report, methods, _PER_USER_TURN, BASELINE)
    executed = list(report["ratios"].get(EXECUTED_BASELINE, {}))
    if len(executed) > 1:
        title = f"where tools run, per accepted dialogue; in brackets: how many times less than {EXECUTED_BASELINE}"
        rows = [row for row in _FIGURES if row[1] in report["ratios"][EXECUTED_BASELINE][executed[0]]]
        yield _table(title, report, executed, rows, EXECUTED_BASELINE)


def notes_of(report: Figures) -> Iterator[str]:
    """What a reader of the tables has to know besides, a line each."""
    drawn = [name for name in report["methods"] if METHODS[name].get("refine.adaptive") is False]
    adaptive = [name for name in report["methods"] if METHODS[name].get("refine.adaptive")]
    if drawn:
        yield f"passes of refinement: as many as are drawn, as in the paper, in {', '.join(drawn)}"
    if adaptive:
        yield f"passes of refinement: until one brings nothing (adaptive), in {', '.join(adaptive)}"
    if prices := report["settings"]["prices"]:
        cached = prices["prompt"] if prices["cached_prompt"] is None else prices["cached_prompt"]
        yield (
            f"US dollars per million tokens: {prices['prompt']:g} prompt, {cached:g} of the prompt from the cache,"
            f" {prices['completion']:g} completion"
        )


def _table(title: str, report: Figures, methods: Sequence[str], rows: Sequence[_Row], baseline: str) -> Table:
    table = Table(title=title)
    table.add_column("")
    for name in methods:
        table.add_column(name, justify="right", overflow="fold")
    ratios = report["ratios"].get(baseline, {})
    for title_of_row, path, shown in rows:
        cells = (
            _cell(report["methods"][n], path, shown, None if n == baseline else ratios.get(n, {}).get(path))
            for n in methods
        )
        table.add_row(title_of_row, *cells)
    return table


def _cell(figures: Figures, path: str, shown: _Format, ratio: float | None) -> str:
    value: Any = figures
    for part in path.split("."):
        value = value.get(part)
        if value is None:
            return "-"
    return shown(value) + (f" ({ratio:.2f}x)" if ratio else "")
