"""The methods that are measured: each is a few settings on top of the configuration that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from toolace_mt.config import Config, ToolsConfig, load_config
from toolace_mt.errors import InputError
from toolace_mt.runs.outside import outside_names
from toolace_mt.runs.sources import read_tools
from toolace_mt.tools.execution import executable

BASELINE, EXECUTED_BASELINE = "mas", "mas-executed"
_MAS = {"run.method": "mas", "run.skeleton": "llm", "run.decoding": "sequential"}
_NAR = {"run.method": "nar", "run.skeleton": "llm"}
_EXECUTED = {"run.method": "nar", "run.skeleton": "executed", "refine.adaptive": True, "tools.execute": True}
USUAL_COUNT, MOST = 200, 100_000
METHODS: Mapping[str, Mapping[str, Any]] = {
    BASELINE: {**_MAS, "tools.execute": False},
    EXECUTED_BASELINE: {**_MAS, "tools.execute": True},
    "nar-sequential": {**_NAR, "run.decoding": "sequential", "refine.adaptive": False, "tools.execute": False},
    "nar-parallel": {**_NAR, "run.decoding": "parallel", "refine.adaptive": True, "tools.execute": False},
    "nar-executed": {**_EXECUTED, "run.decoding": "parallel"},
    "nar-executed-sequential": {**_EXECUTED, "run.decoding": "sequential"},
}
"""In those without "executed" in their name, as in the paper, no tool runs: a model writes all results."""
_NOT_TO_SET: Mapping[str, str] = {
    **{
        key: "is what makes a method here; choose methods with --methods"
        for of_one in METHODS.values()
        for key in of_one
    },
    "run.count": "give --count, which says how many dialogues each method makes",
}


def runs_tools(name: str) -> bool:
    """Whether the method `name` runs the tools."""
    return bool(METHODS[name]["tools.execute"])


def choose_methods(names: str | None) -> list[str]:
    """The methods that `names` lists, with commas between them; all that there are where it is None. Raises InputError."""
    if names is None:
        return list(METHODS)
    wanted = [name.strip() for name in names.split(",")]
    for place, name in enumerate(wanted):
        if name not in METHODS:
            said = f"there is no method {name!r}" if name else "a name is empty"
            raise InputError(f"--methods: {said}; the methods are {', '.join(METHODS)}")
        if name in wanted[:place]:
            raise InputError(f"--methods: {name} is given twice; each method is measured once")
    return wanted


def configurations(
    names: Sequence[str],
    sources: Sequence[str],
    file: Path | None,
    settings: Iterable[str],
    *,
    count: int | None,
    seed: int | None,
) -> dict[str, Config]:
    """The configuration of each method by its name: they differ in nothing but what makes the method.

    count: dialogues of each; where it is None, `run.count` of the file, or `USUAL_COUNT` where that does not say.
    Raises InputError where a setting is wrong, or is one that makes a method.
    """
    settings = list(settings)
    keys = {setting.partition("=")[0].strip() for setting in settings}
    if taken := sorted(keys & set(_NOT_TO_SET)):
        raise InputError(f"--set {taken[0]}: {_NOT_TO_SET[taken[0]]}")
    flags = {"tools.sources": list(sources) or None, "run.count": count, "run.seed": seed}
    flags["run.count"] = _count_of(load_config(file, settings, {**flags, **METHODS[names[0]]}))
    chosen = {name: load_config(file, settings, {**flags, **METHODS[name]}) for name in names}
    if any(config.engine.model for config in chosen.values()):
        raise InputError(
            "bench measures with the offline engine: leave engine.model out (--model names whose prices count)"
        )
    if any(config.diversity.near_duplicates is not None for config in chosen.values()):
        raise InputError(
            "diversity.near_duplicates: leave it out; which dialogues of a run are too alike is no property of a method,"
            " and bench compares methods on the same numbers"
        )
    return chosen


def _count_of(config: Config) -> int:
    """The dialogues of each method: `run.count` where somebody has set it. Raises InputError where that is too many."""
    if "count" not in config.run.model_fields_set:
        return USUAL_COUNT
    if config.run.count > MOST:
        raise InputError(f"run.count: bench makes {MOST:,} dialogues of each method at most; give --count")
    return config.run.count


def that_can_run(chosen: Mapping[str, Config], notice: Callable[[str], object]) -> dict[str, Config]:
    """`chosen` without the methods that run tools, where these tools cannot; `notice` is told so.

    Raises InputError where no method is left, or a source cannot be read.
    """
    executing = [name for name in chosen if runs_tools(name)]
    if not executing or not (why := _why_not(chosen[executing[0]].tools)):
        return dict(chosen)
    if len(executing) == len(chosen):
        raise InputError(
            f"--methods: {why}, so {' and '.join(executing)} cannot be measured;"
            ' methods without "executed" in their name run no tool'
        )
    notice(f"{why}: without {', '.join(executing)}")
    return {name: config for name, config in chosen.items() if not runs_tools(name)}


def _why_not(tools: ToolsConfig) -> str:
    """Why no method can run these tools; "" where they run."""
    loaded = executable(read_tools(tools.sources), tools).tools
    if outside := outside_names(loaded):
        return f"{outside[0]} is an outside server, and bench makes each dialogue more than once"
    return "" if any(tool.environment for tool in loaded) else "no tool of these sources runs"
