"""Stages 2 and 3 on dialogues that exist already, in a run folder, as `generate` has it: journal, budget, going on."""

from __future__ import annotations

from pathlib import Path

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
from toolace_mt.tools.sources import LoadedTools


def read_file(config: Config, sources: tuple[str, ...]) -> tuple[Config, Rows]:
    """The rows of `config.rows.file`, and the configuration of a run that makes an outcome of each.

    sources: of tools for rows that bring none, and of code that may run. Raises InputError.
    """
    if config.rows.file is None:
        raise InputError("rows.file: name the file of dialogues to refine")
    tools = read_tools(sources).tools if sources else ()
    if outside := sorted({tool.environment or "" for tool in tools if _is_outside(tool.environment)}):
        raise InputError(
            f"{', '.join(outside)}: calls on outside servers are not made again, so tools of one cannot be given here"
        )
    rows = Rows(Path(config.rows.file), tools)
    run = config.run.model_copy(update={"count": len(rows), "max_attempts": len(rows), "speculative": 0})
    known = config.tools.model_copy(update={"sources": sources})
    return config.model_copy(update={"run": run, "tools": known}), rows


def _is_outside(environment: str | None) -> bool:
    return environment is not None and environment.startswith(("mcp:", "mcp+", "openapi:"))


async def refine_file(config: Config, rows: Rows, out: Path, progress: Progress) -> Run:
    """An outcome for every row, in the run folder `out`; the same rows and configuration go on where they stopped.

    Raises InputError for bad input, and RunStopped where the run ends early; what was answered is kept either way.
    """
    check_names(config)
    check_budget(config)
    loaded = read_tools(config.tools.sources) if config.tools.sources else LoadedTools(())
    texts = instructions(Path(config.engine.prompts) if config.engine.prompts else None)
    if config.engine.model:
        find_endpoint(config.engine)  # a wrong address is found before a folder is made
    progress.notices += rows.plan(config.rows.quotas, config.run.seed)
    async with OutsideServers(config, loaded, out / FOLDER) as outside:
        inputs = fingerprint_inputs(loaded.tools, (), texts, {"rows": (rows.digest,)})
        work = conduct(
            config,
            out,
            inputs,
            outside,
            progress,
            lambda engine: RecordedRecipe(config, engine, rows.read, outside.open_for),
        )
        try:
            return await work
        except AttemptsExhausted:  # every row has its outcome, and that is all there is to do
            return Run(out, config)
