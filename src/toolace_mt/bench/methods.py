"""The methods that are measured: each is a few settings on top of the configuration that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from toolace_mt.config import Config, load_config
from toolace_mt.errors import InputError

BASELINE = "mas"
_PAPER = {"run.method": "nar", "run.skeleton": "llm", "run.decoding": "sequential", "refine.adaptive": False}
METHODS: Mapping[str, Mapping[str, Any]] = {
    BASELINE: {"run.method": "mas", "run.skeleton": "llm"},
    "nar-sequential": _PAPER,
    "nar-parallel": {"run.method": "nar", "run.skeleton": "llm", "run.decoding": "parallel"},
    "nar-executed": {"run.method": "nar", "run.skeleton": "executed", "run.decoding": "parallel"},
}
_NEEDS_EXECUTION = "nar-executed"
_NOT_TO_SET = frozenset(key for settings in METHODS.values() for key in settings) - {"refine.adaptive"}


def choose_methods(names: str, *, simulated_tools: bool) -> list[str]:
    """The methods that `names` lists, with commas between them; all that there are where it is empty.

    simulated_tools: models write all results, so that nothing can be executed. Raises InputError.
    """
    every = [name for name in METHODS if not (simulated_tools and name == _NEEDS_EXECUTION)]
    wanted = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if unknown := [name for name in wanted if name not in METHODS]:
        raise InputError(f"--methods: there is no method {unknown[0]!r}; the methods are {', '.join(METHODS)}")
    if simulated_tools and _NEEDS_EXECUTION in wanted:
        raise InputError(f"--methods: {_NEEDS_EXECUTION} runs the tools, and --simulated-tools says that none runs")
    return wanted or every


def configurations(
    names: Sequence[str],
    sources: Sequence[str],
    file: Path | None,
    settings: Iterable[str],
    *,
    count: int,
    seed: int | None,
    simulated_tools: bool,
) -> dict[str, Config]:
    """The configuration of each method by its name: they differ in nothing but what makes the method.

    Raises InputError where a setting is wrong, or is one that makes a method.
    """
    settings = list(settings)
    keys = {setting.partition("=")[0].strip() for setting in settings}
    if taken := sorted(keys & _NOT_TO_SET):
        raise InputError(f"--set {taken[0]}: is what makes a method here; choose methods with --methods")
    flags = {
        "tools.sources": list(sources) or None,
        "tools.execute": False if simulated_tools else None,
        "run.count": count,
        "run.seed": seed,
    }
    chosen = {name: load_config(file, settings, {**flags, **METHODS[name]}) for name in names}
    if any(config.engine.model for config in chosen.values()):
        raise InputError(
            "bench measures with the offline engine: leave engine.model out (--model names whose prices count)"
        )
    return chosen
