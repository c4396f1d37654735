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
    for name, title in _TITLES.items():
        if summary["spread"][name]:
            table.add_row(title, _counts(summary["spread"][name]))
    usage = summary["usage"]
    table.add_row("used", _used(usage))
    models = usage.get("models", {})
    for model, used in models.items() if len(models) > 1 else ():
        table.add_row(Text(f"  {clean(model)}"), _used(used))
    Console(soft_wrap=True, highlight=False).print(table)


def _used(usage: dict[str, Any]) -> str:
    cost = ", cost unknown" if usage["usd"] is None else f", ${usage['usd']:,.4f}" if usage["usd"] else ""
    return f"{usage['calls']:,} calls, {usage['prompt_tokens']:,} tokens in, {usage['completion_tokens']:,} out{cost}"


def _counts(counts: dict[Any, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())
