"""The report as a table that a terminal shows."""

from __future__ import annotations

from collections.abc import Callable

from rich.table import Table

from toolace_mt.bench.methods import BASELINE
from toolace_mt.bench.report import Figures

_Format = Callable[[float], str]
_ROWS: tuple[tuple[str, str, _Format], ...] = (
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
    ("prefix shared with the request before", "shared_prefix.share", lambda n: f"{n:.0%}"),
)


def table_of(report: Figures) -> Table:
    """All methods side by side, with how many times less than the baseline each takes."""
    table = Table(title="per accepted dialogue; in brackets: how many times less than mas")
    table.add_column("")
    methods: Figures = report["methods"]
    for name in methods:
        table.add_column(name, justify="right")
    for title, path, shown in _ROWS:
        table.add_row(title, *(_cell(report, name, path, shown) for name in methods))
    return table


def _cell(report: Figures, name: str, path: str, shown: _Format) -> str:
    value = report["methods"][name]
    for part in path.split("."):
        value = value.get(part)
        if value is None:
            return "-"
    ratio = report["ratios"].get(name, {}).get(path)
    return shown(value) + (f" ({ratio:.2f}x)" if ratio is not None and name != BASELINE else "")
