"""The run folder: its configuration, its store, and which of its dialogues are the dataset.

RUN/config.json     the resolved configuration and a digest of the tools: a run goes on only with the same
RUN/run.sqlite      the journal of completions, and every outcome
RUN/dataset.jsonl   the accepted dialogues in OpenAI form, written at the end
RUN/summary.json    what the run made and used, written at the end and where it stops early
RUN/environments    folders and logs of servers of tools (see `outside`), while there are any
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import orjson
from pydantic import ValidationError

from toolace_mt import __version__
from toolace_mt.config import Config
from toolace_mt.environments.mcp.source import shown_source
from toolace_mt.errors import InputError
from toolace_mt.runs.journal import LOCK, RunStore
from toolace_mt.runs.records import DATABASE, open_records
from toolace_mt.runs.whole_file import whole_file
from toolace_mt.types import Outcome, Task, Tool

DATASET = "dataset.jsonl"
SUMMARY = "summary.json"
Which = Literal["accepted", "rejected", "all"]

# What may differ between two starts of one run, since no dialogue depends on it: how many are wanted, where the model is
# served, how the tools (compared by content) are named. A larger count extends a run.
FREE = {
    "tools": ("sources", "call_timeout"),
    "engine": ("base_url", "api_key_env", "timeout", "retries", "requests_per_minute", "prices", "structured_output"),
    "models": ("prices",),
    "run": ("count", "concurrency", "max_attempts", "budget_usd", "speculative"),
    "rows": ("file",),
}


@dataclass(frozen=True)
class Run:
    """A run folder, to read: also while the run is going on."""

    path: Path
    config: Config

    def outcomes(self, which: Which = "accepted") -> Iterator[Outcome]:
        """Outcomes by number. accepted: the first `run.count` accepted ones. rejected: rejected and failed ones."""
        with open_records(self.path) as records:
            if which == "accepted":
                yield from islice(records.outcomes("accepted"), self.config.run.count)
            else:
                yield from (o for o in records.outcomes() if which == "all" or o.status != "accepted")


def fingerprint_inputs(
    tools: Sequence[Tool],
    examples: Sequence[Task],
    instructions: Mapping[str, str],
    known: Mapping[str, Sequence[Any]] = MappingProxyType({}),
) -> str:
    """A digest of what the configuration only names: tools as loaded, example tasks, the instructions of operations, and
    the values that users know.
    """
    read = [[t.model_dump() for t in tools], [t.model_dump() for t in examples], sorted(instructions.items())]
    body = orjson.dumps([*read, sorted(known.items())] if known else read)
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def begin_run(path: Path, config: Config, inputs: str) -> tuple[Run, RunStore]:
    """Create the run folder, or open it to go on. `inputs` is the digest of `fingerprint_inputs`.

    Raises InputError where the folder holds a run of another configuration (with the difference) or something else, and
    where another process works on it.
    """
    file = path / "config.json"
    settled = {"version": __version__, "inputs": inputs, "config": written_down(config)}
    if file.exists():
        _refuse_difference(path, _read_settled(file), settled)
    elif path.is_dir() and any(not _is_ours(inside.name) for inside in path.iterdir()):
        raise InputError(f"{path}: the folder is not empty and holds no run; name another one with --out")
    store = RunStore(path)
    try:
        if not file.exists() or _read_settled(file) != settled:
            with whole_file(file) as config_file:
                config_file.write(orjson.dumps(settled, option=orjson.OPT_INDENT_2))
    except BaseException:
        store.close()
        raise
    return Run(path, config), store


def _is_ours(name: str) -> bool:
    """Whether a file is one that a run killed at its very beginning leaves: its store and lock, or half a config.json."""
    return name.startswith((DATABASE, LOCK, ".config.json."))


def open_run(path: Path) -> Run:
    """The run in the folder `path`. Raises InputError where there is none."""
    file = path / "config.json"
    if not file.exists():
        raise InputError(
            f"{path}: is no run folder (config.json is missing); `toolace-mt generate --out {path}` makes one"
        )
    settled = _read_settled(file)
    try:
        config = Config.model_validate(settled["config"])
    except (ValidationError, KeyError) as error:
        raise InputError(f"{file}: is not the configuration of a run of this version ({error})") from None
    return Run(path, config)


def _read_settled(file: Path) -> dict[str, Any]:
    try:
        settled = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})") from None
    if not isinstance(settled, dict) or not isinstance(settled.get("config"), dict):
        raise InputError(f"{file}: is not the configuration of a run")
    return settled


def _refuse_difference(path: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
    found = differences(old["config"], new["config"])
    if old.get("inputs") != new["inputs"] and not found:
        found = ["the dialogues, users, tools, example tasks or instructions have changed since"]
    if found:
        listed = "; ".join(found)
        raise InputError(f"{path} holds a run of another configuration ({listed}); use its settings, or another --out")


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], free: Mapping[str, Sequence[str]] = MappingProxyType(FREE)
) -> list[str]:
    """What differs between two configurations, as they are written down, one setting each; those of `free` may."""
    return [
        f"{part}.{key}: {_show(old.get(part, {}).get(key))} there, {_show(value)} now"
        for part, values in new.items()
        for key, value in values.items()
        if key not in free.get(part, ()) and old.get(part, {}).get(key) != value
    ]


def written_down(config: Config) -> dict[str, Any]:
    """The configuration as it is written down: sources as they may be seen."""
    sources = tuple(map(shown_source, config.tools.sources))
    tools = config.tools.model_copy(update={"sources": sources})
    return config.model_copy(update={"tools": tools}).model_dump(mode="json")


def _show(value: Any) -> str:
    return orjson.dumps(value).decode()
