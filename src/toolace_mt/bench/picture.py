"""The report as a picture: for each figure, how many times less than its baseline every method takes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from toolace_mt.bench.methods import BASELINE, EXECUTED_BASELINE, METHODS
from toolace_mt.bench.report import Figures
from toolace_mt.errors import InputError

FORMATS = (".svg", ".png")
_SHOWN = {
    "calls": "calls",
    "depth": "calls in\nsequence",
    "prompt_tokens": "prompt\ntokens",
    "completion_tokens": "completion\ntokens",
    "usd": "US dollars",
    "seconds.few": "seconds, few\nat a time",
    "seconds.saturated": "seconds,\nfull server",
}
_COLORS = dict(zip(METHODS, ("#9aa5b1", "#52606d", "#4c78a8", "#f58518", "#54a24b", "#b279a2"), strict=True))
_WIDTH = 0.8


def check_picture(out: Path, methods: Sequence[str]) -> None:
    """Raises InputError where no picture can be drawn, before hours are spent on its figures."""
    if out.suffix.lower() not in FORMATS:
        raise InputError(f"--picture {out}: the name of a picture ends in {' or '.join(FORMATS)}")
    if BASELINE not in methods:
        raise InputError(f"--picture shows methods against {BASELINE}: add it to --methods")
    _matplotlib("")


def _matplotlib(module: str) -> Any:
    try:
        return import_module(f"matplotlib{module}")
    except ImportError as missing:
        raise InputError(f"--picture needs more packages ({missing.name}): pip install 'toolace-mt[plot]'") from None


def draw(report: Figures, out: Path) -> None:
    """Write the picture of `report` to `out` (.svg or .png). Raises InputError."""
    check_picture(out, list(report["methods"]))
    panels = {base: of_each for base, of_each in report["ratios"].items() if base == BASELINE or len(of_each) > 1}
    with _matplotlib("").rc_context({"svg.hashsalt": "toolace-mt", "svg.fonttype": "none"}):
        figure = _matplotlib(".figure").Figure(figsize=(11, 4.5 * len(panels)), layout="constrained")
        for place, (base, ratios) in enumerate(panels.items(), 1):
            _bars(figure.add_subplot(len(panels), 1, place), base, ratios)
        metadata: Any = {"Date": None} if out.suffix.lower() == ".svg" else None
        try:
            figure.savefig(out, metadata=metadata, dpi=150)
        except OSError as error:
            raise InputError(f"--picture {out}: cannot be written ({error.strerror or error})") from None


def _bars(axes: Any, base: str, ratios: Figures) -> None:
    names = list(ratios)
    width = _WIDTH / len(names)
    for place, name in enumerate(names):
        values = [ratios[name].get(key) or 0.0 for key in _SHOWN]
        at = [x - _WIDTH / 2 + (place + 0.5) * width for x in range(len(values))]
        bars = axes.bar(at, values, width * 0.92, label=name, color=_COLORS[name])
        axes.bar_label(bars, [f"{value:.1f}" if value else "-" for value in values], fontsize=7, padding=1)
    axes.axhline(1.0, color="#52606d", linewidth=0.8, linestyle="--")
    axes.set_xticks(range(len(_SHOWN)), list(_SHOWN.values()), fontsize=8)
    axes.set_ylabel(f"times less than {base}")
    where = ", where the tools run" if base == EXECUTED_BASELINE else ""
    axes.set_title(f"Per accepted dialogue: how many times less than multi-agent simulation{where}", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.18)  # room for the legend
    axes.legend(frameon=False, fontsize=8, ncols=len(names), loc="upper left")
