"""The figures of a dataset as pictures, drawn without a display: one PNG for each of a handful of questions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from toolace_mt.errors import InputError
from toolace_mt.metrics.distribution import Distribution
from toolace_mt.metrics.figures import Figures

_MOST = 20
_BARS = 30
_LONGEST_NAME = 40
_BLUE, _GREY = "#3465a4", "#c4c8ce"
_STYLE = {
    "text.parse_math": False,  # names of tools are nobody's formulas
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "font.size": 10,
}


def refuse_without_matplotlib() -> None:
    """Raises InputError where matplotlib is not installed."""
    try:
        import_module("matplotlib")
    except ImportError:
        raise InputError("--plots needs matplotlib: pip install 'toolace-mt[plot]'") from None


def draw_plots(figures: Figures, folder: Path) -> list[Path]:
    """Write the pictures that there is something to draw for into `folder`; equal figures give equal bytes.

    Returns the files. Raises InputError where matplotlib is not installed, or the folder cannot be made.
    """
    refuse_without_matplotlib()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: is no folder for pictures ({error.strerror}); name another with --plots") from None
    return [file for name, draw in _PICTURES.items() if (file := _draw(folder / f"{name}.png", draw, figures))]


def _draw(file: Path, draw: Callable[[Any, Figures], bool], figures: Figures) -> Path | None:
    matplotlib: Any = import_module("matplotlib")
    canvas: Any = import_module("matplotlib.figure")
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")  # of scripts that the font does not have
        picture = canvas.Figure(figsize=(8, 4.5), layout="constrained")
        if not draw(picture, figures):
            return None
        picture.savefig(file, dpi=120, metadata={"Software": None})
    return file


def _turns(picture: Any, figures: Figures) -> bool:
    return _histograms(picture, figures, {"user_turns": "user turns per dialogue", "messages": "messages per dialogue"})


def _calls(picture: Any, figures: Figures) -> bool:
    titles = {"calls_per_user_turn": "calls per user turn", "steps_per_subtask": "turns with calls per sub-task"}
    return _histograms(picture, figures, titles)


def _histograms(picture: Any, figures: Figures, titles: Mapping[str, str]) -> bool:
    shown = {title: figures.distributions[name] for name, title in titles.items() if figures.distributions[name].n}
    if not shown:
        return False
    for axes, (title, distribution) in zip(
        picture.subplots(1, len(shown), squeeze=False)[0], shown.items(), strict=True
    ):
        _histogram(axes, distribution)
        axes.set_title(title)
    return True


def _histogram(axes: Any, distribution: Distribution) -> None:
    """Bars of equal width, up to what only one in a hundred exceeds: these are in the last bar."""
    first, last, largest = (distribution.quantile(percent) or 0 for percent in (0, 99, 100))
    width = 1 + (last - first) // _BARS
    heights: dict[int, float] = {}
    for number, count in distribution.counts.items():
        bar = (min(number, last) - first) // width
        heights[bar] = heights.get(bar, 0) + count / distribution.n
    middles = [first + bar * width + (width - 1) / 2 for bar in heights]
    axes.bar(middles, list(heights.values()), width=0.85 * width, color=_BLUE)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    beyond = f"; the last bar: up to {largest}" if largest > last else ""
    axes.set_xlabel(f"mean {distribution.mean:.2f}, median {distribution.quantile(50)}{beyond}")


def _tools(picture: Any, figures: Figures) -> bool:
    return _bars(picture, f"calls by tool ({figures.tools_used:,} different)", figures.tools)


def _injections(picture: Any, figures: Figures) -> bool:
    return _bars(picture, "injections", figures.injections_by_sub_kind)


def _rejections(picture: Any, figures: Figures) -> bool:
    return _bars(picture, "attempts that end at a rule", figures.rejections)


def _edits(picture: Any, figures: Figures) -> bool:
    accepted = {name: counts.accepted for name, counts in figures.edits.items()}
    declined = {name: counts.proposed - counts.accepted for name, counts in figures.edits.items()}
    return _bars(picture, "edits: accepted, and (grey) not", accepted, declined)


def _bars(picture: Any, title: str, counts: Mapping[str, int], more: Mapping[str, int] | None = None) -> bool:
    """The largest ones, from the top; `more` is drawn behind them."""
    whole = {name: count + (more or {}).get(name, 0) for name, count in counts.items()}
    names = sorted(whole, key=lambda name: -whole[name])[:_MOST]
    if not names:
        return False
    picture.set_figheight(1 + 0.3 * max(4, len(names)))
    axes = picture.subplots()
    places = range(len(names))
    axes.barh(places, [counts[name] for name in names], color=_BLUE)
    if more:
        axes.barh(places, [more[name] for name in names], left=[counts[name] for name in names], color=_GREY)
    axes.set_yticks(places, _labels(names))
    axes.set_ylim(max(4, len(names)) - 0.4, -0.6)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_title(title if len(whole) <= _MOST else f"{title}: the {_MOST} most frequent")
    return True


def _labels(names: Sequence[str]) -> list[str]:
    plain = ("".join(sign if sign.isprintable() else "\ufffd" for sign in name) for name in names)
    return [name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…" for name in plain]


_PICTURES: Mapping[str, Callable[[Any, Figures], bool]] = {
    "turns": _turns,
    "calls": _calls,
    "tools": _tools,
    "injections": _injections,
    "rejections": _rejections,
    "edits": _edits,
}
