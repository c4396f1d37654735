"""The run folder: its configuration, its store, and which of its dialogues are the dataset.

RUN/config.json     the resolved configuration and digests of what it names: a run goes on only with the same
RUN/run.sqlite      the journal of completions, and every outcome
RUN/dataset.jsonl   the accepted dialogues in OpenAI form, written at the end
RUN/summary.json    what the run made and used, written at the end and where it stops early
RUN/environments    folders and logs of servers of tools (see `outside`), while there are any
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import orjson
from pydantic import ValidationError

from toolace_mt import __version__
from toolace_mt.config import Config
from toolace_mt.environments.mcp.source import shown_source
from toolace_mt.errors import InputError
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.records import DATABASE, LOCK, open_records
from toolace_mt.runs.whole_file import whole_file
from toolace_mt.types import Outcome, Task, Tool

DATASET = "dataset.jsonl"
SUMMARY = "summary.json"
Which = Literal["accepted", "rejected", "all"]
Inputs: TypeAlias = str | dict[str, str]
"""Digests of what a configuration only names, by what they are of; of all together under "all"."""
_MOST_CHANGES = 5
_OF_THE_HOUSE = ("(users)", "(rows)")

# What may differ between two starts of one run, since no dialogue depends on it: how many are wanted, where the model is
# served, how the tools (compared by content) are named. A larger count extends a run.
FREE = {
    "tools": ("sources", "call_timeout"),
    "engine": ("base_url", "api_key_env", "timeout", "retries", "requests_per_minute", "prices", "structured_output"),
    "models": ("prices",),
    "run": ("count", "concurrency", "max_attempts", "give_up_after", "budget_usd", "speculative"),
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

    @property
    def dataset(self) -> Path:
        """The accepted dialogues in OpenAI form, a JSON line each; there when the run has ended."""
        return self.path / DATASET

    @property
    def files(self) -> tuple[Path, ...]:
        """The run's own files, which nothing else may take the place of."""
        return tuple(self.path / name for name in ("config.json", DATABASE, DATASET, SUMMARY))

    def summary(self) -> dict[str, Any]:
        """What the run made and used, as it was when it ended or stopped. Raises InputError where neither has happened."""
        try:
            return orjson.loads((self.path / SUMMARY).read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise InputError(f"{self.path / SUMMARY}: cannot be read ({error})") from None


def fingerprint_inputs(
    tools: Sequence[Tool],
    examples: Sequence[Task],
    instructions: Mapping[str, str],
    known: Mapping[str, Sequence[Any]] = MappingProxyType({}),
) -> dict[str, str]:
    """Digests of what the configuration only names: tools as loaded, example tasks, the instructions of operations, and
    what is `known` (the values that users know, the users themselves).
    """
    shown = [tool.model_dump() for tool in tools]
    parts: dict[str, Any] = {f"tool {tool['name']}": tool for tool in shown}
    parts |= {f"instruction {name}": text for name, text in instructions.items()}
    parts |= {_part_of(name): list(values) for name, values in known.items()}
    parts["example tasks"] = [task.model_dump() for task in examples]
    whole = [shown, parts["example tasks"], sorted(instructions.items()), sorted(known.items())]
    return {name: _digest(part, 8) for name, part in parts.items()} | {"all": _digest(whole, 16)}


def _part_of(known: str) -> str:
    return known.strip("()") if known in _OF_THE_HOUSE else f"what users know of {known}"


def _digest(value: Any, size: int) -> str:
    return hashlib.blake2b(orjson.dumps(value), digest_size=size).hexdigest()


def begin_run(path: Path, config: Config, inputs: Inputs) -> tuple[Run, RunStore]:
    """Create the run folder, or open it to go on. `inputs` is what `fingerprint_inputs` gives.

    A run to which nothing was answered yet takes another configuration: its address or model may have been wrong.
    Raises InputError where the folder holds a run of another configuration (with the difference) or something else, and
    where another process works on it.
    """
    file = path / "config.json"
    settled = {"version": __version__, "inputs": inputs, "config": written_down(config)}
    if file.exists() and not (path / DATABASE).exists():
        _refuse_difference(path, _read_settled(file), settled)
    elif not file.exists() and path.is_dir() and any(not _is_ours(inside.name) for inside in path.iterdir()):
        raise InputError(f"{path}: the folder is not empty and holds no run; name another one with --out")
    store = RunStore(path)
    try:
        old = _read_settled(file) if file.exists() else None
        if old is not None and not store.records.nothing_answered():
            _refuse_difference(path, old, settled)
        if old != settled:
            with whole_file(file) as config_file:
                config_file.write(orjson.dumps(settled, option=orjson.OPT_INDENT_2))
    except BaseException:
        store.close()
        raise
    return Run(path, config), store


def _is_ours(name: str) -> bool:
    """Whether a file is one that a run killed at its very beginning leaves: its store and lock, or half a config.json."""
    return name.startswith((DATABASE, LOCK, ".config.json."))


def count_of(path: Path) -> int | None:
    """How many dialogues the run in the folder `path` wants; None where there is none that can be read."""
    with suppress(InputError, KeyError, TypeError):
        count = _read_settled(path / "config.json")["config"]["run"]["count"]
        return count if isinstance(count, int) and count > 0 else None
    return None


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
    found = differences(old["config"], new["config"]) or _changes(old.get("inputs"), new["inputs"])
    if found:
        listed = "; ".join(found)
        raise InputError(f"{path} holds a run of another configuration ({listed}); use its settings, or another --out")


def _changes(old: Any, new: Inputs) -> list[str]:
    """What has changed of what a configuration names, one part each."""
    if old == new:
        return []
    before, now = (inputs if isinstance(inputs, dict) else {} for inputs in (old, new))
    told = [
        name + (" (new)" if name not in before else " (gone)" if name not in now else "")
        for name in dict.fromkeys((*now, *before))
        if name != "all" and before.get(name) != now.get(name)
    ]
    if not (before and now and told):
        return ["the dialogues, users, tools, example tasks or instructions, or their order, have changed since"]
    more = [f"and {len(told) - _MOST_CHANGES} more"] if len(told) > _MOST_CHANGES else []
    return ["these have changed since: " + ", ".join([*told[:_MOST_CHANGES], *more])]


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
