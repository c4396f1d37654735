"""Stages 2 and 3 on dialogues that exist already, in a run folder, as `generate` has it: journal, budget, going on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from toolace_mt.config import Config
from toolace_mt.engines.openai import find_endpoint
from toolace_mt.engines.pricing import check_budget
from toolace_mt.errors import InputError
from toolace_mt.operations.base import instructions
from toolace_mt.runs.folder import Run, fingerprint_inputs
from toolace_mt.runs.local import AttemptsExhausted, check_names, conduct
from toolace_mt.runs.outside import FOLDER, OutsideServers
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.rows import Rows
from toolace_mt.runs.sources import read_tools
from toolace_mt.stages.recorded import RecordedRecipe
from toolace_mt.tools.documents import Document
from toolace_mt.tools.sources import LoadedTools
from toolace_mt.types import Tool


def read_file(
    config: Config,
    sources: tuple[str, ...],
    documents: Sequence[Document] = (),
    lines: Iterable[bytes] | None = None,
) -> tuple[Config, Rows]:
    """The rows of `config.rows.file`, and the configuration of a run that makes an outcome of each.

    Rows are changed only where that is asked for: injections and passes without a number are none. sources: of tools for
    rows that bring none, and of code that may run; documents: such tools at hand. lines: rows in place of those of the file.
    Raises InputError.
    """
    if config.rows.file is None and lines is None:
        raise InputError("rows.file: name the file of dialogues to refine")
    tools = _tools_for_rows(sources, documents)
    rows = Rows(Path(config.rows.file or "") if lines is None else lines, tools)
    config = _nothing_unasked(config)
    each_once = {"count": len(rows), "max_attempts": len(rows), "give_up_after": 0, "speculative": 0}
    run = config.run.model_copy(update=each_once)
    known = config.tools.model_copy(update={"sources": sources})
    return config.model_copy(update={"run": run, "tools": known}), rows


def named_sources(config: Config) -> tuple[str, ...]:
    """The sources that a configuration names: the built-in tools are for nobody's rows unless they are asked for."""
    return config.tools.sources if "sources" in config.tools.model_fields_set else ()


def _tools_for_rows(sources: Sequence[str], documents: Sequence[Document]) -> tuple[Tool, ...]:
    tools = read_tools(sources, documents).tools if sources or documents else ()
    if outside := sorted({tool.environment or "" for tool in tools if _is_outside(tool.environment)}):
        raise InputError(
            f"{', '.join(outside)}: calls on outside servers are not made again, so tools of one cannot be given here"
        )
    return tools


def _nothing_unasked(config: Config) -> Config:
    none = {
        name: 0
        for names in (("injections_min", "injections_max"), ("passes_min", "passes_max"))
        if not config.refine.model_fields_set.intersection(names)
        for name in names
    }
    update: dict[str, Any] = {"refine": config.refine.model_copy(update=none)}
    if config.engine.model is None and "experts" not in config.verify.model_fields_set:
        # The offline engine's experts know its own templates: what they hold against people's words is no fault.
        update["verify"] = config.verify.model_copy(update={"experts": ()})
    return config.model_copy(update=update)


def _is_outside(environment: str | None) -> bool:
    return environment is not None and environment.startswith(("mcp:", "mcp+", "openapi:"))


async def refine_file(
    config: Config, rows: Rows, out: Path, progress: Progress, documents: Sequence[Document] = ()
) -> Run:
    """An outcome for every row, in the run folder `out`; the same rows and configuration go on where they stopped.

    documents: as `read_file` had them.
    Raises InputError for bad input, and RunStopped where the run ends early; what was answered is kept either way.
    """
    check_names(config)
    check_budget(config)
    sources = config.tools.sources
    loaded = read_tools(sources, documents) if sources or documents else LoadedTools(())
    texts = instructions(config.engine.prompts)
    if config.engine.model:
        find_endpoint(config.engine)  # a wrong address is found before a folder is made
    progress.notices += rows.plan(config.rows.quotas, config.run.seed)
    async with OutsideServers(config, loaded, out / FOLDER) as outside:
        inputs = fingerprint_inputs(loaded.tools, (), texts, {"(rows)": (rows.digest,)})
        work = conduct(
            config,
            out,
            inputs,
            outside,
            progress,
            lambda engine: RecordedRecipe(config, engine, rows.read, outside.open_for, texts),
        )
        try:
            return await work
        except AttemptsExhausted:  # every row has its outcome, and that is all there is to do
            return Run(out, config)
