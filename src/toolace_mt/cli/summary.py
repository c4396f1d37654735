"""A run's summary on the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolace_mt.cli.render import clean

_TITLES = {
    "subtasks": "sub-tasks per dialogue",
    "planned_steps": "planned steps per sub-task",
    "injections": "injections per dialogue",
    "injection_kinds": "injected",
    "passes": "passes per dialogue",
    "edits": "turns edited in stage 2",
    "repairs": "repairs",
}


def print_summary(summary: dict[str, Any]) -> None:
    """Print what `summarize` gives: one row for each thing counted."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    tried = summary["accepted"] + summary["rejected"] + summary["failed"]
    spare = f", {summary['spare']} more than wanted" if summary.get("spare") else ""
    repaired = f", {summary['repaired']} of them repaired" if summary.get("repaired") else ""
    table.add_row("accepted", f"{summary['accepted']} of {tried} tried{spare}{repaired}")
    if summary["rejections"]:
        table.add_row("rejected for", _counts(summary["rejections"]))
    if len(skeletons := summary.get("skeletons", {})) > 1 or "executed" in skeletons:
        table.add_row("skeletons", _counts(skeletons))
    for name, title in _TITLES.items():
        if summary["spread"][name]:
            table.add_row(title, _counts(summary["spread"][name]))
    usage = summary["usage"]
    table.add_row("used", _used(usage))
    if cost := _cost(usage):
        table.add_row("cost", cost)
    models = usage.get("models", {})
    for model, used in models.items() if len(models) > 1 else ():
        # On a line of its own, so that no narrow terminal takes the cost apart.
        table.add_row(Text(f"  {clean(model)}"), "\n".join(filter(None, (_used(used), _cost(used)))))
    Console(soft_wrap=True, highlight=False).print(table)


def _used(usage: dict[str, Any]) -> str:
    return f"{usage['calls']:,} calls, {usage['prompt_tokens']:,} tokens in, {usage['completion_tokens']:,} out"


def _cost(usage: dict[str, Any]) -> str:
    """In dollars; empty where nothing was to be paid."""
    return "unknown" if usage["usd"] is None else f"${usage['usd']:,.4f}" if usage["usd"] else ""


def _counts(counts: dict[Any, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())
