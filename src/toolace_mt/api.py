"""What Python code calls: the ways of the command line, with what is at hand in place of files and flags.

Each function reads its input, calls one function of `runs` or `exporters`, and gives values back; nothing is printed.
`import toolace_mt` offers these names, and loads them when they are first used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import orjson

from toolace_mt.config import Config, load_config, with_flags
from toolace_mt.dialogue.recorded import Form
from toolace_mt.environments.methods import ToolFailure, tool
from toolace_mt.errors import InputError, RunStopped, ToolaceError
from toolace_mt.exporters import registry
from toolace_mt.exporters.registry import ExportReport, Faulty
from toolace_mt.rules.verdicts import Verdict, unreadable
from toolace_mt.runs import local, refining
from toolace_mt.runs.dialogue_file import read_lines
from toolace_mt.runs.earlier import with_count_of
from toolace_mt.runs.folder import Run, Which, open_run
from toolace_mt.runs.given import Given, Tools, given_lines, given_tools
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.sources import read_tools
from toolace_mt.runs.verifying import Checking, check_line, check_rule_names, sparing_garbage_collection

__all__ = [
    "Config",
    "ExportReport",
    "InputError",
    "Progress",
    "Run",
    "RunStopped",
    "ToolFailure",
    "ToolaceError",
    "Verdict",
    "agenerate",
    "arefine",
    "export",
    "generate",
    "load_config",
    "open_run",
    "refine",
    "tool",
    "verify",
]

P = ParamSpec("P")
Rows = str | Path | Iterable[Mapping[str, Any]]
"""The path of a JSONL file, or rows in any form that `verify` reads."""

_log = logging.getLogger("toolace_mt")


async def agenerate(
    tools: Tools | None = None,
    *,
    out: str | Path,
    count: int | None = None,
    seed: int | None = None,
    model: str | None = None,
    base_url: str | None = None,
    api_key_env: str | None = None,
    concurrency: int | None = None,
    budget_usd: float | None = None,
    config: Config | str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Make verified dialogues in the run folder `out`, as `toolace-mt generate` does, or go on where they stopped.

    tools: one or several of: sources as `--tools` takes them (also paths), tool documents (dicts in OpenAI's form and
    others), functions and classes, which are run. Without it those of `config`, or else the built-in ones.
    count: of accepted dialogues; where nothing says how many, those of the run that is there, or 20. config: a Config, or the
    path of a TOML file; settings: any of its keys, such as {"run.skeleton": "executed"}; the other
    arguments come on top. Without a model the offline engine writes.
    progress: counts what is done, to look at meanwhile; without it, what is to be noticed goes to the logger `toolace_mt`.

    When it ends, the folder holds `dataset.jsonl` and `summary.json`. Raises InputError for bad input, and RunStopped where
    the run ends early; what was answered is kept, and the same call goes on.
    """
    told: dict[str, Any] = {
        "run.count": count,
        "run.seed": seed,
        "run.concurrency": concurrency,
        "run.budget_usd": budget_usd,
        "engine.model": model,
        "engine.base_url": base_url,
        "engine.api_key_env": api_key_env,
    }
    given = Given() if tools is None else given_tools(tools)
    if tools is not None:
        told["tools.sources"] = given.sources
    asked = _configured(config, settings, told)
    chosen = with_count_of(asked, Path(out))
    counts = progress or Progress(chosen.run.count)
    counts.wanted = chosen.run.count
    if chosen.run.count != asked.run.count:
        counts.notices.append(f"no count is given: {chosen.run.count}, as the run in {out} has it")
    try:
        return await finished(local.generate(chosen, Path(out), counts, given.documents))
    finally:
        _log_notices(counts, progress)


async def arefine(
    rows: Rows,
    *,
    out: str | Path,
    tools: Tools | None = None,
    inject: int | None = None,
    passes: int | None = None,
    quotas: Mapping[str, str] | None = None,
    seed: int | None = None,
    model: str | None = None,
    base_url: str | None = None,
    api_key_env: str | None = None,
    concurrency: int | None = None,
    budget_usd: float | None = None,
    config: Config | str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Verify and repair dialogues that exist, as `toolace-mt refine` does; each row has an outcome in the run folder `out`.

    rows: the path of a JSONL file, or rows in any form that `verify` reads. tools: for rows that bring none. inject, passes:
    injections and reasonability passes for each dialogue (0); quotas: {"clarification": "20%"}. The rest, and what is
    raised, is as in `agenerate`.
    """
    told = {
        "run.seed": seed,
        "run.concurrency": concurrency,
        "run.budget_usd": budget_usd,
        "engine.model": model,
        "engine.base_url": base_url,
        "engine.api_key_env": api_key_env,
        **{f"refine.injections_{end}": inject for end in ("min", "max")},
        **{f"refine.passes_{end}": passes for end in ("min", "max")},
        **{f"rows.quotas.{kind}": amount for kind, amount in (quotas or {}).items()},
        "rows.file": str(rows) if isinstance(rows, str | Path) else None,
    }
    chosen = _configured(config, settings, told)
    given = Given(refining.named_sources(chosen)) if tools is None else given_tools(tools)
    lines = None if isinstance(rows, str | Path) else given_lines(rows)
    chosen, found = refining.read_file(chosen, *given, lines)
    counts = progress or Progress(chosen.run.count)
    counts.notices += found.told()
    try:
        return await finished(refining.refine_file(chosen, found, Path(out), counts, given.documents))
    finally:
        _log_notices(counts, progress)


def _in_a_loop_of_its_own(name: str, work: Callable[P, Coroutine[Any, Any, Run]]) -> Callable[P, Run]:
    """`work` as a plain function, for code that has no event loop."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> Run:
        if _is_in_a_loop():
            raise InputError(f"{name}: an event loop runs here, as in notebooks: write `await toolace_mt.a{name}(...)`")
        with sparing_garbage_collection():
            return asyncio.run(work(*args, **kwargs))

    run.__name__ = run.__qualname__ = name
    return run


generate = _in_a_loop_of_its_own("generate", agenerate)
refine = _in_a_loop_of_its_own("refine", arefine)


def verify(
    rows: Rows, *, tools: Tools | None = None, form: Form | None = None, skip: Iterable[str] = ()
) -> list[Verdict]:
    """The rules' verdict on each row, in order, as `toolace-mt verify` gives it; no model is asked.

    tools: for rows that bring none; none of them is run. form: of the rows; without it, it is found out row by row. skip:
    rules to leave out. A row that cannot be read is rejected by the rule `unreadable`. Raises InputError where a file or a
    source cannot be read, and for a rule that there is not.
    """
    skipped = tuple(skip)
    check_rule_names(skipped, "skip")
    given = Given() if tools is None else given_tools(tools)
    known = read_tools(*given).tools if tools is not None else ()
    checking = Checking(form, known, skipped)
    with sparing_garbage_collection():
        if isinstance(rows, str | Path):
            return [check_line(line, number, checking)[0] for number, line in read_lines(Path(rows))]
        return [_checked(row, number, checking) for number, row in enumerate(rows, 1)]


def _checked(row: Mapping[str, Any], number: int, checking: Checking) -> Verdict:
    try:
        line = orjson.dumps(row)
    except (TypeError, ValueError) as error:
        return unreadable(str(number), f"the row is not JSON ({error})")
    return check_line(line, number, checking)[0]


def export(
    run: Run | str | Path, format: str, out: str | Path, *, which: Which = "accepted", faulty: Faulty = "auto"
) -> ExportReport:
    """Write dialogues of a run in a training format, as `toolace-mt export` does: the file is whole, or not there at all.

    format: messages, trl, sharegpt, hermes, toolace or parquet. which: "accepted", "rejected" or "all". faulty: what becomes
    of calls that are wrong on purpose: "mask", "drop", "keep"; "auto" masks where the format can, and drops elsewhere.
    Raises InputError for no run or an unknown format, StorageFailed where `out` cannot be written.
    """
    opened = run if isinstance(run, Run) else open_run(Path(run))
    return registry.export(opened.outcomes(which), format, Path(out), faulty)


async def finished(work: Awaitable[Run]) -> Run:
    """The run that `work` makes, with its dataset written (its summary is, by `runs`). Raises as `work`, or StorageFailed."""
    run = await work
    await asyncio.to_thread(export, run, "messages", run.dataset)
    return run


def _configured(
    config: Config | str | Path | None, settings: Mapping[str, Any] | None, told: Mapping[str, Any]
) -> Config:
    chosen = config if isinstance(config, Config) else load_config(config)
    return with_flags(chosen, {**(settings or {}), **{key: value for key, value in told.items() if value is not None}})


def _log_notices(counts: Progress, progress: Progress | None) -> None:
    """Tell what nobody else shows."""
    for notice in dict.fromkeys(counts.notices) if progress is None else ():
        _log.warning("%s", notice)


def _is_in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
